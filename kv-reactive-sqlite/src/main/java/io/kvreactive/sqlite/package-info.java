// SPDX-License-Identifier: Apache-2.0
/**
 * Deno KV on the SQLite files that Deno itself writes, shared live with Deno processes. Opened by {@code Kv.create} for a bare path,
 * {@code sqlite:path} or {@code file:path}; {@link io.kvreactive.sqlite.SqliteOptions} are its options.
 *
 * <p>The way of a request: {@code SqliteDatabase} hands a write to the {@code Lane} of the one writer connection and a read to the lane of a
 * reader, {@code WriteTransaction} and {@code SnapshotReader} are what runs there, {@code Schema} makes and migrates the tables,
 * {@code SqliteErrors} translates what SQLite reports.
 */
@NullMarked
package io.kvreactive.sqlite;

import org.jspecify.annotations.NullMarked;
