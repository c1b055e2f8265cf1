// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/**
 * What a connection has done so far: exact counts since it was opened, and two gauges. A reader that has received a signal of the connection
 * sees everything counted before that signal.
 *
 * @param hops tasks handed to the connection's thread by another thread; a chain of operators that stays on the connection costs one
 * @param statementsPrepared statements that SQLite compiled
 * @param cacheHits statements taken from the statement cache instead
 * @param statementsExecuted statements stepped for the first time, the connection's own {@code BEGIN}, {@code COMMIT} and pragmas included
 * @param rows rows stepped
 * @param transactionsBegun transactions begun, by method or by SQL text
 * @param transactionsCommitted transactions committed
 * @param transactionsRolledBack transactions rolled back, by the user or by SQLite itself
 * @param openCursors results whose rows are being read from SQLite now
 * @param openStatements statements prepared and not reset now
 */
public record SqliteStatistics(
        long hops,
        long statementsPrepared,
        long cacheHits,
        long statementsExecuted,
        long rows,
        long transactionsBegun,
        long transactionsCommitted,
        long transactionsRolledBack,
        long openCursors,
        long openStatements) {}
