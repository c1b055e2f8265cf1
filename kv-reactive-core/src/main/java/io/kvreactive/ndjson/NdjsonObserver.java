// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvDecodeException;

/**
 * Told how an export or import goes on. Its methods are called one at a time, on whatever thread the work is done: they must be quick and must
 * not block. What they throw is dropped.
 */
public interface NdjsonObserver {

    /** The observer that takes no notice. */
    NdjsonObserver NONE = new NdjsonObserver() {};

    /**
     * An import has written a batch, or an export has given {@value NdjsonExport#LINES_PER_PROGRESS} lines more, or all.
     *
     * @param progress how far it has come
     */
    default void progress(NdjsonProgress progress) {}

    /**
     * A line of an import was refused, and the rest goes on.
     *
     * @param error which line, and why
     */
    default void lineRefused(NdjsonException error) {}

    /**
     * An entry was left out of an export, because its key or its row is damaged, and the rest goes on.
     *
     * @param error which entry, and why
     */
    default void entryLeftOut(KvDecodeException error) {}
}
