// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A string, with the encoding it is stored in. Any sequence of UTF-16 units, unpaired surrogates included. Strings of equal text are equal.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.6"
 */
public final class V8String implements V8Key {

    private final String text;
    private final Encoding encoding;

    private V8String(String text, Encoding encoding) {
        this.text = text;
        this.encoding = encoding;
    }

    /**
     * A string stored in one byte a unit where that is possible, otherwise in two.
     *
     * @param text the text
     * @return the string
     */
    public static V8String of(String text) {
        return new V8String(text, ByteSink.isLatin1(text) ? Encoding.LATIN1 : Encoding.UTF16);
    }

    /**
     * A string stored in the given encoding.
     *
     * @param text the text
     * @param encoding the encoding
     * @return the string
     * @throws IllegalArgumentException if the encoding does not hold the text
     */
    public static V8String of(String text, Encoding encoding) {
        ByteSink.requireEncodable(text, Objects.requireNonNull(encoding, "encoding"));
        return new V8String(text, encoding);
    }

    /** A string known to fit its encoding. */
    static V8String stored(String text, Encoding encoding) {
        return new V8String(text, encoding);
    }

    @Override
    public String text() {
        return text;
    }

    /**
     * How the text is stored.
     *
     * @return the encoding
     */
    public Encoding encoding() {
        return encoding;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof V8String that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "V8String(" + text.length() + " units, " + encoding + ")";
    }

    /** How a string is stored. */
    public enum Encoding {
        /** One byte a unit: tag {@code "}. */
        LATIN1,
        /** Two bytes a unit: tag {@code c}. */
        UTF16,
        /** UTF-8: tag {@code S}. V8 reads it and never writes it. */
        UTF8
    }
}
