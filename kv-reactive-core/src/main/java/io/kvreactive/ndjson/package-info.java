// SPDX-License-Identifier: Apache-2.0
/**
 * Export and import of a database as newline-delimited JSON (media type {@code application/x-ndjson}), one entry a line, in the notation of
 * Deno's kv-utils, so that files go both ways ({@code docs/spec/ndjson.md}). What that notation would lose travels beside it, in members that
 * kv-utils ignores: an import here gives back every key and every value that was exported, with its expiry.
 *
 * <p>Begin with {@link io.kvreactive.ndjson.NdjsonExport} and {@link io.kvreactive.ndjson.NdjsonImport}. They work on any
 * {@link io.kvreactive.Kv}, and their publishers promise what those of {@code io.kvreactive} do: cold, demand down to the database, nothing
 * left open by a cancel. What reads or writes a file does so on {@code Schedulers.boundedElastic()}, whose threads may block.
 */
@NullMarked
package io.kvreactive.ndjson;

import org.jspecify.annotations.NullMarked;
