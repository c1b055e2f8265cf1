// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * An ArrayBuffer: bytes, and whether JavaScript may grow or change them. Here they never change.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.10"
 */
public final class V8ArrayBuffer implements V8Value {

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private final byte[] bytes;
    private final Kind kind;
    private final long maxByteLength;

    private V8ArrayBuffer(byte[] bytes, Kind kind, long maxByteLength) {
        this.bytes = bytes;
        this.kind = kind;
        this.maxByteLength = maxByteLength;
    }

    /**
     * A buffer of fixed size.
     *
     * @param bytes the content; copied
     * @return the buffer
     */
    public static V8ArrayBuffer of(byte[] bytes) {
        return new V8ArrayBuffer(bytes.clone(), Kind.FIXED, bytes.length);
    }

    /**
     * A buffer that JavaScript may grow.
     *
     * @param bytes the content; copied
     * @param maxByteLength the size it may grow to, in bytes; sizes from 4 GiB on are written in version 16 only
     * @return the buffer
     */
    public static V8ArrayBuffer resizable(byte[] bytes, long maxByteLength) {
        if (maxByteLength < bytes.length || maxByteLength > MAX_SAFE_INTEGER) {
            throw new IllegalArgumentException("maxByteLength: not between the length and 2^53 - 1");
        }
        return new V8ArrayBuffer(bytes.clone(), Kind.RESIZABLE, maxByteLength);
    }

    /**
     * A buffer that JavaScript may not change. Deno reads it since V8 14.7.
     *
     * @param bytes the content; copied
     * @return the buffer
     */
    public static V8ArrayBuffer immutable(byte[] bytes) {
        return new V8ArrayBuffer(bytes.clone(), Kind.IMMUTABLE, bytes.length);
    }

    /** Takes the array as its own. */
    static V8ArrayBuffer owning(byte[] bytes, Kind kind, long maxByteLength) {
        return new V8ArrayBuffer(bytes, Objects.requireNonNull(kind, "kind"), maxByteLength);
    }

    /**
     * The content.
     *
     * @return a new array
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The content without a copy.
     *
     * @return a new read-only buffer
     */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /**
     * The size.
     *
     * @return the length in bytes
     */
    public int byteLength() {
        return bytes.length;
    }

    /**
     * The size that JavaScript may grow the buffer to.
     *
     * @return the size in bytes; the length unless the buffer is resizable
     */
    public long maxByteLength() {
        return maxByteLength;
    }

    /**
     * What JavaScript may do with the buffer.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /** The content itself; never changed by whoever asks. */
    byte[] array() {
        return bytes;
    }

    @Override
    public String toString() {
        return "V8ArrayBuffer(" + kind + ", " + bytes.length + " bytes)";
    }

    /** What JavaScript may do with a buffer. */
    public enum Kind {
        /** Change its bytes. */
        FIXED,
        /** Change its bytes and its size. */
        RESIZABLE,
        /** Nothing. */
        IMMUTABLE
    }
}
