// SPDX-License-Identifier: Apache-2.0
/**
 * An R2DBC driver for SQLite.
 *
 * <p>Begin with {@link io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory}, or with a URL
 * ({@link io.kvreactive.r2dbc.sqlite.SqliteConnectionFactoryProvider}).
 *
 * <p>SQLite runs in the calling process and blocks while it works, so each connection has a thread of its own, and no other thread ever waits for
 * it. Publishers are cold: nothing happens before {@code subscribe}. All signals of a connection are emitted on its thread; what goes on there
 * with the same connection, a whole transaction for instance, runs without another change of thread. Leave with {@code publishOn}. With two
 * connections each emits on its own thread.
 *
 * <p>Rows are stepped as they are requested, one ahead at most. Cancelling interrupts the running statement and leaves nothing open. A result that
 * nobody reads has had its effect and holds nothing: a few rows are kept in memory, a longer query is run again when its rows are asked for.
 */
@NullMarked
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.NullMarked;
