// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

/**
 * The bytes are not a well-formed value: cut short, damaged, or not in this format at all.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.7"
 */
public final class V8FormatException extends V8Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /**
     * A malformed input.
     *
     * @param kind what is wrong
     * @param detail what was found, without showing values
     * @param path where in the value
     * @param offset the position in the input, in bytes
     */
    public V8FormatException(Kind kind, String detail, String path, int offset) {
        super(detail, path, offset);
        this.kind = kind;
    }

    /**
     * What is wrong.
     *
     * @return the kind of damage
     */
    public Kind kind() {
        return kind;
    }

    /** What is wrong with an input. */
    public enum Kind {
        /** No version header, or an unfinished one. */
        BAD_VERSION,
        /** The input ends inside a value. */
        TRUNCATED,
        /** A byte that cannot begin a value stands where one must begin. */
        BAD_TAG,
        /** A claimed length goes beyond the data, or a number is longer than its field can hold. */
        BAD_LENGTH,
        /** A closing count differs from what was read. */
        BAD_COUNT,
        /** A property key of a wrong type, repeated, or outside its array. */
        BAD_KEY,
        /** A reference to an object that has not been met. */
        BAD_REFERENCE,
        /** A two-byte string of odd length, or another value where a string must stand. */
        BAD_STRING,
        /** A bigint with a sign but no digits. */
        BAD_BIGINT,
        /** A view outside its buffer, misaligned, of an unknown type, or with impossible flags. */
        BAD_VIEW,
        /** Impossible flags of a regular expression. */
        BAD_REGEXP,
        /** An unknown or repeated field of an error. */
        BAD_ERROR,
        /** More levels than {@link V8Options#maxDepth()} allows. */
        DEPTH,
        /** Bytes follow the value; {@link V8Options.Trailing#IGNORE} accepts them. */
        TRAILING_BYTES
    }
}
