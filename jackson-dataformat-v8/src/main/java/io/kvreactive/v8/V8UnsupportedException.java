// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * A value that is in order but cannot be carried: bytes that refer to things outside of them, another version of the format, a Java type without
 * a counterpart, or more than a limit allows.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.7"
 */
public final class V8UnsupportedException extends V8Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * A value that cannot be carried.
     *
     * @param reason why
     * @param detail what was found, without showing values
     * @param path where in the value
     * @param offset the position in the input in bytes, -1 when a Java value was being written
     */
    public V8UnsupportedException(Reason reason, String detail, String path, int offset) {
        super(detail, path, offset);
        this.reason = reason;
    }

    /**
     * Why the value cannot be carried.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /** Why a value cannot be carried. */
    public enum Reason {
        /** The header names a version outside 13 to 16. */
        VERSION,
        /** A host object; {@link V8#decodeModel(byte[])} carries it as {@link V8Host}. */
        HOST_OBJECT,
        /** Shared memory, transferred buffers, WebAssembly: ids of things that are not in the bytes. */
        OUT_OF_BAND,
        /** A Java type without a counterpart. */
        JAVA_TYPE,
        /** More bytes than {@link V8Options#maxBytes()} allows. */
        TOO_LARGE,
        /** A Java value with more levels than {@link V8Options#maxDepth()} allows. */
        TOO_DEEP
    }
}
