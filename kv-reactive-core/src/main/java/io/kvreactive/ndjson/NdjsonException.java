// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

/**
 * A line cannot be imported: it is no JSON, not in the notation, too long, or its entry is more than the database takes. The message says what
 * is wrong, without showing keys or values. Nothing of the line was written.
 */
public final class NdjsonException extends RuntimeException {

    private final long line;
    private final NdjsonProgress progress;

    NdjsonException(long line, String reason, NdjsonProgress progress) {
        super("line " + line + " was not imported: " + reason);
        this.line = line;
        this.progress = progress;
    }

    /**
     * Which line it is.
     *
     * @return its number, counted from 1, blank lines included
     */
    public long line() {
        return line;
    }

    /**
     * What the import has done so far, this line included.
     *
     * @return the counts
     */
    public NdjsonProgress progress() {
        return progress;
    }
}
