// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.OptionalInt;

/**
 * Bytes that could not be read, or a Java value that could not be written. The message says what was found, where, and what to do; it describes
 * the shape of the data and never shows a value, since values may be secret; of the path it shows only names that look like names.
 *
 * @see "docs/spec/v8-structured-clone.md, section 2.7"
 */
public abstract sealed class V8Exception extends RuntimeException
        permits V8FormatException, V8UnsupportedException, V8LossyConversionException {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final int offset;

    V8Exception(String detail, String path, int offset) {
        super(detail + " (at " + Paths.masked(path) + (offset < 0 ? ")" : ", byte " + offset + ")"));
        this.path = path;
        this.offset = offset;
    }

    /**
     * Where in the value the trouble lies, in the manner of JSON path: {@code $.orders[3].total}. Entries of a Map are written
     * {@code <key 0>} and {@code <value 0>}, members of a Set {@code <member 0>}, the cause of an error {@code <cause>}.
     *
     * @return the path, {@code $} for the root
     */
    public final String path() {
        return path;
    }

    /**
     * The position in the input, counted in bytes from its first.
     *
     * @return the offset; empty when a Java value was being written
     */
    public final OptionalInt offset() {
        return offset < 0 ? OptionalInt.empty() : OptionalInt.of(offset);
    }
}
