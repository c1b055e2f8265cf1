// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value as it is stored: a number that names the encoding, and bytes. Whatever cannot be mapped to Java can still be copied byte for byte
 * as a {@code KvValue}, which {@code set} accepts like any other value ({@code docs/spec/keys-and-values.md}, section 2).
 *
 * <p>Immutable and thread-safe, as long as nobody breaks the promise of {@link #wrap}.
 */
public final class KvValue {

    /** The encoding of everything that is not one of the others: V8's structured clone. */
    public static final int V8 = 1;

    /** The encoding of a {@link KvU64}: eight bytes, little-endian. */
    public static final int LE64 = 2;

    /** The encoding of a {@code byte[]} (a top-level {@code Uint8Array}): the bytes themselves. */
    public static final int BYTES = 3;

    private final int encoding;
    private final byte[] bytes;

    private KvValue(int encoding, byte[] bytes) {
        this.encoding = encoding;
        this.bytes = bytes;
    }

    /**
     * A stored value.
     *
     * @param encoding {@link #V8}, {@link #LE64} or {@link #BYTES}; a number that is none of these can be held, but neither decoded nor written
     * @param bytes the stored bytes; copied
     * @return the value
     */
    public static KvValue copyOf(int encoding, byte[] bytes) {
        return new KvValue(encoding, bytes.clone());
    }

    /**
     * A stored value over an array that the caller hands over. For backends, which have just made it.
     *
     * @param encoding as in {@link #copyOf}
     * @param bytes the stored bytes; not copied, never to be modified from now on
     * @return the value
     */
    public static KvValue wrap(int encoding, byte[] bytes) {
        return new KvValue(encoding, Objects.requireNonNull(bytes, "bytes"));
    }

    /**
     * The stored form of a counter.
     *
     * @param value the counter
     * @return its eight bytes, little-endian
     */
    public static KvValue of(KvU64 value) {
        byte[] bytes = new byte[Long.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(value.unsignedLongValue());
        return new KvValue(LE64, bytes);
    }

    /**
     * The encoding's number, as the file and the wire have it.
     *
     * @return {@link #V8}, {@link #LE64}, {@link #BYTES}, or a number unknown to this version
     */
    public int encoding() {
        return encoding;
    }

    /**
     * The length of the stored bytes, which the limits of a database bound.
     *
     * @return bytes
     */
    public int size() {
        return bytes.length;
    }

    /**
     * The stored bytes.
     *
     * @return a copy
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /**
     * The stored bytes, not copied. For backends: never to be modified.
     *
     * @return the array itself
     */
    public byte[] unsafeArray() {
        return bytes;
    }

    /**
     * The counter, if this is one.
     *
     * @return the counter, or null if the encoding is not {@link #LE64} or the length is not eight bytes
     */
    public @Nullable KvU64 toU64() {
        if (encoding != LE64 || bytes.length != Long.BYTES) {
            return null;
        }
        return KvU64.ofUnsigned(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvValue value && encoding == value.encoding && Arrays.equals(bytes, value.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * encoding + Arrays.hashCode(bytes);
    }

    /** The encoding and the length; never the content. */
    @Override
    public String toString() {
        String name = switch (encoding) {
            case V8 -> "V8";
            case LE64 -> "LE64";
            case BYTES -> "BYTES";
            default -> "encoding " + encoding;
        };
        return "KvValue(" + name + ", " + bytes.length + " bytes)";
    }
}
