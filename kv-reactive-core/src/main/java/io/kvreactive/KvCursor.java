// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A place in a listing: after an entry ({@code docs/spec/keys-and-values.md}, section 5). It belongs to the selector that gave it, or to one
 * with the same bounds.
 *
 * <p>A cursor has two texts. {@link #text()} is Deno's own, for programs that exchange it with Deno; it cannot tell the place after the entry
 * at the start of some ranges from the beginning of the listing. {@link #token()} loses nothing: use it in links and REST answers.
 * {@link #parse} takes either.
 *
 * <p>Immutable and thread-safe.
 */
public final class KvCursor {

    /** Not in Deno's alphabet, so that the two texts can be told apart; not special in URLs either. */
    private static final char TOKEN_MARK = '~';

    private static final int LONGEST_TEXT = 1 << 16;

    private final byte[] suffix;

    private KvCursor(byte[] suffix) {
        this.suffix = suffix;
    }

    static KvCursor of(byte[] suffix) {
        return new KvCursor(suffix);
    }

    /**
     * Reads a cursor.
     *
     * @param text what {@link #text()} or {@link #token()} gave
     * @return the cursor; null for the empty text, which is the beginning of a listing in Deno
     * @throws IllegalArgumentException if it is the text of no cursor
     */
    public static @Nullable KvCursor parse(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() > LONGEST_TEXT) {
            throw invalid("it has " + text.length() + " characters");
        }
        try {
            if (text.charAt(0) == TOKEN_MARK) {
                return new KvCursor(HexFormat.of().parseHex(text, 1, text.length()));
            }
            byte[] suffix = Base64.getUrlDecoder().decode(text);
            // Java's decoder forgives missing padding and stray bits, Deno's does not.
            if (!encode(suffix).equals(text)) {
                throw invalid("its padding or its last character is wrong");
            }
            return new KvCursor(suffix);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("invalid cursor: " + why);
    }

    private static String encode(byte[] suffix) {
        return Base64.getUrlEncoder().encodeToString(suffix);
    }

    /**
     * Deno's text: base64url with padding. Empty after an entry whose key is the common beginning of the selector's bounds, where Deno starts
     * over.
     *
     * @return the text
     */
    public String text() {
        return encode(suffix);
    }

    /**
     * A text that loses nothing, of letters, digits and {@code ~}.
     *
     * @return the text
     */
    public String token() {
        return TOKEN_MARK + HexFormat.of().formatHex(suffix);
    }

    /** The key after which to go on, given the common beginning of the selector's bounds. */
    byte[] keyAfter(byte[] common) {
        byte[] key = Arrays.copyOf(common, common.length + suffix.length);
        System.arraycopy(suffix, 0, key, common.length, suffix.length);
        return key;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvCursor cursor && Arrays.equals(suffix, cursor.suffix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(suffix);
    }

    /** The length only: a cursor holds a part of a key. */
    @Override
    public String toString() {
        return "KvCursor(" + suffix.length + " bytes)";
    }
}
