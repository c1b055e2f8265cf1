// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

/**
 * How far an export or import has come, and at its end what it has done.
 *
 * @param lines entries of an export, or lines of an import, that have been dealt with; blank lines do not count
 * @param written those that were carried over
 * @param skipped lines of an import that were left out on purpose: their keys exist, or their time has passed
 * @param errors those that could not be carried over
 */
public record NdjsonProgress(long lines, long written, long skipped, long errors) {

    static final NdjsonProgress NONE = new NdjsonProgress(0, 0, 0, 0);
}
