// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A key: a list of parts, each a string, a number, a bigint, bytes, or a boolean.
 *
 * <p>Every Java integer and floating type is a JavaScript <em>number</em>, {@link BigInteger} is a <em>bigint</em>:
 * {@code KvKey.of("users", 42)} is Deno's {@code ["users", 42]}. Two keys are equal when their encodings are, so {@code of(42)},
 * {@code of(42L)} and {@code of(42.0)} are one key, while {@code of(BigInteger.valueOf(42))} is another, and so is {@code of(-0.0)} from
 * {@code of(0.0)}.
 *
 * <p>The natural order is the order of the database: bytes, then strings, bigints, numbers, false, true; a key before every longer key that
 * starts with it ({@code docs/spec/keys-and-values.md}, section 1).
 *
 * <p>Immutable and thread-safe.
 */
public final class KvKey implements Comparable<KvKey> {

    private static final KvKey EMPTY = new KvKey(new byte[0]);

    private final byte[] encoded;

    private KvKey(byte[] encoded) {
        this.encoded = encoded;
    }

    /**
     * A key of the given parts.
     *
     * @param parts each a {@code String}, {@code byte[]} or {@code ByteBuffer} (copied), {@code BigInteger}, {@code Byte}, {@code Short},
     *     {@code Integer}, {@code Long} (within ±(2^53 − 1)), {@code Float}, {@code Double}, or {@code Boolean}
     * @return the key
     * @throws IllegalArgumentException if a part is of another type, or cannot be encoded; the message names it by its index
     */
    public static KvKey of(Object... parts) {
        return EMPTY.append(parts);
    }

    /**
     * The key without parts. It can be read and bounds a listing, but cannot be written.
     *
     * @return the empty key
     */
    public static KvKey empty() {
        return EMPTY;
    }

    /**
     * The key with this encoding.
     *
     * @param encoded the bytes as the database stores them; copied
     * @return the key
     * @throws KvDecodeException if the bytes are not the encoding of a key
     */
    public static KvKey decode(byte[] encoded) {
        return decodeShared(encoded.clone());
    }

    /** As {@link #decode}, taking the array over. */
    static KvKey decodeShared(byte[] encoded) {
        KeyCodec.validate(encoded);
        return new KvKey(encoded);
    }

    /**
     * A key that continues this one.
     *
     * @param more the parts to add, as in {@link #of}
     * @return the longer key
     * @throws IllegalArgumentException as {@link #of} does
     */
    public KvKey append(Object... more) {
        @Nullable Object[] parts = Objects.requireNonNull(more, "parts");
        return parts.length == 0 ? this : new KvKey(KeyCodec.encode(encoded, parts));
    }

    /**
     * The parts. A number is a {@code Long} when it is an integer within ±(2^53 − 1), else a {@code Double} (minus zero is one); a bigint is a
     * {@code BigInteger}; bytes are a fresh {@code byte[]}.
     *
     * @return an unmodifiable list
     */
    public List<Object> parts() {
        return Collections.unmodifiableList(KeyCodec.decode(encoded));
    }

    /**
     * Tells whether the key has no parts.
     *
     * @return true for {@link #empty()} only
     */
    public boolean isEmpty() {
        return encoded.length == 0;
    }

    /**
     * Tells whether this key begins with all parts of another.
     *
     * @param prefix a key
     * @return true if so; every key starts with itself and with the empty key
     */
    public boolean startsWith(KvKey prefix) {
        int length = prefix.encoded.length;
        return encoded.length >= length
                && Arrays.equals(encoded, 0, length, prefix.encoded, 0, length)
                // A zero followed by this byte is one within a string or bytes, not their end.
                && (encoded.length == length || (encoded[length] & 0xFF) != KeyCodec.ESCAPE);
    }

    /**
     * The encoding, as the database stores it.
     *
     * @return a copy
     */
    public byte[] encoded() {
        return encoded.clone();
    }

    /**
     * The length of the encoding, which the limits of a database bound.
     *
     * @return bytes
     */
    public int encodedSize() {
        return encoded.length;
    }

    /** The encoding itself: never to be modified. */
    byte[] shared() {
        return encoded;
    }

    /**
     * The shape of a key, for messages and tags: the types of its parts and the lengths of strings and bytes, never their content, as
     * {@code [string(6), number]}.
     *
     * @return the shape
     */
    public String shape() {
        return KeyCodec.shape(encoded);
    }

    /**
     * The shape of an encoded key, as {@link #shape()}; also for bytes that are no key.
     *
     * @param encoded the bytes as the database stores them
     * @return the shape
     */
    public static String shape(byte[] encoded) {
        return KeyCodec.shape(encoded);
    }

    /**
     * The order of the database: unsigned bytes of the encodings.
     *
     * @param other another key
     * @return negative, zero or positive
     */
    @Override
    public int compareTo(KvKey other) {
        return Arrays.compareUnsigned(encoded, other.encoded);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvKey key && Arrays.equals(encoded, key.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    /**
     * The parts as JavaScript would write them, as {@code ["orders", 42, 7n, true, Uint8Array(0a0b)]}. For people: parts may be secrets,
     * so messages of this library use {@link #shape()}.
     */
    @Override
    public String toString() {
        return parts().stream().map(KvKey::partText).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String partText(Object part) {
        if (part instanceof String s) {
            return quoted(s);
        }
        if (part instanceof BigInteger n) {
            return n + "n";
        }
        return part instanceof byte[] b ? "Uint8Array(" + HexFormat.of().formatHex(b) + ")" : part.toString();
    }

    /** As a JavaScript literal: control characters and unpaired surrogates must not reach a terminal as they are. */
    private static String quoted(String s) {
        StringBuilder text = new StringBuilder("\"");
        s.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                text.append('\\').append((char) c);
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
                text.append(String.format("\\u%04x", c));
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.append('"').toString();
    }
}
