// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** SQLite's {@code journal_mode}. It is kept in the file for {@link #WAL}, and by the connection otherwise. */
public enum JournalMode {
    /** A rollback journal, deleted after each transaction. */
    DELETE,

    /** A rollback journal, cut to nothing after each transaction. */
    TRUNCATE,

    /** A rollback journal whose header is overwritten after each transaction. */
    PERSIST,

    /** A rollback journal in memory; a crash inside a transaction may ruin the file. */
    MEMORY,

    /** A write-ahead log: readers and one writer do not wait for each other. */
    WAL,

    /** No journal; a rollback is impossible. */
    OFF
}
