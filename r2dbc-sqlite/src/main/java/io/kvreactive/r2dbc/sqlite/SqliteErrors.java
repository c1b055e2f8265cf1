// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;

/**
 * Gives SQLite's errors their R2DBC form. The error code is the extended result code, the SQL text is kept, bound values never appear.
 */
final class SqliteErrors {

    private static final int ERROR = 1;
    private static final int PERM = 3;
    private static final int ABORT = 4;
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int NOMEM = 7;
    private static final int READONLY = 8;
    private static final int INTERRUPT = 9;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int TOOBIG = 18;
    private static final int CONSTRAINT = 19;
    private static final int MISMATCH = 20;
    private static final int MISUSE = 21;
    private static final int AUTH = 23;
    private static final int NOTADB = 26;
    private static final int LOCKED_SHAREDCACHE = 262;
    private static final int ABORT_ROLLBACK = 516;
    private static final int BUSY_SNAPSHOT = 517;

    private SqliteErrors() {}

    /** An error of compiling a statement. */
    static R2dbcException preparing(NativeException e, String sql) {
        if (primary(e.code()) == ERROR) {
            return new R2dbcBadGrammarException(e.text(), "42000", e.code(), sql, e.getCause());
        }
        return running(e, sql);
    }

    /** An error of opening a database: says which file, and why when that can be seen. */
    static R2dbcException opening(NativeException e, SqliteConnectionConfiguration configuration) {
        String text = e.text() + "; " + configuration.explain();
        return running(new NativeException(e.code(), text, e.getCause()), "open " + configuration.label());
    }

    /** The database keeps another journal mode than the one that was asked for. */
    static R2dbcException journalMode(JournalMode wanted, String found, SqliteConnectionConfiguration configuration) {
        return new SqliteFailure(
                "journal mode " + wanted + " was asked for, but the database keeps " + found + "; "
                        + configuration.explain(),
                "55000",
                0,
                "PRAGMA journal_mode = " + wanted,
                null);
    }

    /** Whether another connection of the same shared cache stands in the way, about which SQLite asks no busy handler. */
    static boolean isSharedCacheLocked(NativeException e) {
        return e.code() == LOCKED_SHAREDCACHE;
    }

    /** An error of running a statement. */
    static R2dbcException running(NativeException e, String sql) {
        int code = e.code();
        String text = e.text();
        Throwable cause = e.getCause();
        return switch (primary(code)) {
            case CONSTRAINT -> new R2dbcDataIntegrityViolationException(text, constraintState(code), code, sql, cause);
            case MISMATCH -> new R2dbcDataIntegrityViolationException(text, "22000", code, sql, cause);
            case BUSY, LOCKED -> new R2dbcTransientResourceException(text, busyState(code), code, sql, cause);
            case INTERRUPT -> new R2dbcTimeoutException(text, "57014", code, sql, cause);
            case READONLY, PERM, AUTH -> new R2dbcPermissionDeniedException(text, "42501", code, sql, cause);
            case ABORT ->
                code == ABORT_ROLLBACK
                        ? new R2dbcRollbackException(text, "40000", code, sql, cause)
                        : new R2dbcNonTransientResourceException(text, "HY000", code, sql, cause);
            case FULL, NOMEM, TOOBIG -> new R2dbcNonTransientResourceException(text, "53000", code, sql, cause);
            case CANTOPEN -> new R2dbcNonTransientResourceException(text, "08001", code, sql, cause);
            case IOERR, CORRUPT, NOTADB -> new R2dbcNonTransientResourceException(text, "58030", code, sql, cause);
            // Also ERROR: raised while a statement runs it is about data (an overflow, malformed JSON), not about
            // grammar.
            default -> new SqliteFailure(text, code == MISUSE ? "HY010" : "HY000", code, sql, cause);
        };
    }

    private static int primary(int code) {
        return code & 0xFF;
    }

    private static String constraintState(int code) {
        return switch (code >> 8) {
            case 1 -> "23514";
            case 3 -> "23503";
            case 5 -> "23502";
            case 6, 8, 10 -> "23505";
            default -> "23000";
        };
    }

    private static String busyState(int code) {
        // With a stale snapshot no waiting helps; the whole transaction has to be tried again.
        return code == BUSY_SNAPSHOT ? "40001" : "55P03";
    }

    static R2dbcException timedOut(NativeException e, String sql) {
        return new R2dbcTimeoutException("statement timeout: " + e.text(), "57014", e.code(), sql, e.getCause());
    }

    static R2dbcException closed() {
        return new R2dbcNonTransientResourceException("the connection is closed", "08003");
    }

    static R2dbcException closedWhileRunning(NativeException e, String sql) {
        return new R2dbcNonTransientResourceException(
                "the connection was closed while a statement ran", "08003", e.code(), sql, e.getCause());
    }

    static R2dbcException transactionOpen() {
        return new SqliteFailure("a transaction is already open", "25001", 0, null, null);
    }

    static R2dbcException transactionLost() {
        return new R2dbcRollbackException(
                "nothing was committed: SQLite had already rolled the transaction back after an error", "40000");
    }

    static R2dbcException cursorClosed(String sql) {
        return new SqliteFailure(
                "the rows were not read to their end before the transaction ended", "24000", 0, sql, null);
    }
}
