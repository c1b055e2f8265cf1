// SPDX-License-Identifier: Apache-2.0
/**
 * Deno KV on the SQLite files that Deno itself writes, shared live with Deno processes. Opened by {@code Kv.create} for a bare path,
 * {@code sqlite:path} or {@code file:path}; {@link io.kvreactive.sqlite.SqliteOptions} are its options.
 *
 * <p>The way of a request: {@code SqliteDatabase} hands a write to the {@code WriteLane}, where those that come together become one
 * {@code WriteGroup}, and a read to the {@code Lane} of a reader; a lane is one connection and what waits for it. {@code WriteTransaction} and
 * {@code SnapshotReader} run the {@code Statements}. {@code DatabaseOpening} opens the {@code Connections} and hands them over or closes them,
 * {@code Schema} makes and migrates the tables, {@code BusyRetry} and {@code Turns} share the file with other processes, {@code SqliteErrors}
 * translates what SQLite reports.
 */
@NullMarked
package io.kvreactive.sqlite;

import org.jspecify.annotations.NullMarked;
