// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvUnavailableException;
import io.r2dbc.spi.R2dbcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** From what SQLite reports to what the user is told. The only place of this module that translates. */
final class SqliteErrors {

    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int INTERRUPT = 9;
    private static final int FULL = 13;
    private static final int CONSTRAINT = 19;

    /** Why the file cannot serve, by primary result code, and what to do. */
    private static final Map<Integer, String> CAUSES = Map.of(
            3,
            "the permissions of the file forbid it; check its owner and mode",
            7,
            "SQLite has no memory left; use a smaller cache or fewer readers",
            8,
            "the file is read-only; check its mode, that of its folder, and the options",
            10,
            "the disk reported an error; check it before anything else",
            11,
            "the file is damaged; restore a backup, or copy what can be read with the sqlite3 shell's .recover",
            FULL,
            "the disk is full; make room and try again",
            14,
            "the file cannot be opened; check that its folder is there and may be written",
            18,
            "a value is larger than SQLite takes",
            26,
            "the file is no SQLite database; check the path");

    /** A commit that ends with one of these has not been written: locked, full, a constraint. */
    private static final Set<Integer> LEAVES_NOTHING = Set.of(BUSY, LOCKED, FULL, CONSTRAINT);

    private final Path path;
    private final Duration lockWaitTimeout;

    SqliteErrors(Path path, Duration lockWaitTimeout) {
        this.path = path;
        this.lockWaitTimeout = lockWaitTimeout;
    }

    /** A commit that SQLite refused. With a failed disk nobody knows how much of it got there. */
    static final class CommitFailed extends RuntimeException {
        private final Throwable reason;

        CommitFailed(Throwable reason) {
            super(reason);
            this.reason = reason;
        }
    }

    KvException translate(String operation, Throwable error) {
        if (error instanceof KvException known) {
            return known;
        }
        if (error instanceof CommitFailed failed) {
            return translateCommit(operation, failed.reason);
        }
        if (error instanceof R2dbcException e) {
            return translate(operation, e, primaryCode(e));
        }
        return new KvDatabaseException(operation + " on " + path + " failed: " + error, error);
    }

    private KvException translateCommit(String operation, Throwable error) {
        if (error instanceof R2dbcException e && LEAVES_NOTHING.contains(primaryCode(e))) {
            return translate(operation, error);
        }
        return new KvOutcomeUnknownException(
                operation + " on " + path
                        + ": SQLite failed while it wrote the commit, which may or may not be found later;"
                        + " read before you write again",
                error);
    }

    private KvException translate(String operation, R2dbcException e, int code) {
        String what = operation + " on " + path + ": ";
        return switch (code) {
            case BUSY, LOCKED ->
                new KvUnavailableException(
                        what + "another process held the lock of the database for more than " + lockWaitTimeout
                                + "; try again, or wait longer with SqliteOptions.lockWaitTimeout",
                        e);
            case INTERRUPT -> new KvClosedException(what + "the database was closed meanwhile; create a new Kv");
            default -> {
                String cause = CAUSES.get(code);
                yield new KvDatabaseException(what + (cause == null ? "SQLite reported: " + e.getMessage() : cause), e);
            }
        };
    }

    /** Whether another connection's lock was in the way. */
    static boolean isBusy(Throwable error) {
        Throwable reported = error instanceof CommitFailed failed ? failed.reason : error;
        return reported instanceof R2dbcException e && (primaryCode(e) == BUSY || primaryCode(e) == LOCKED);
    }

    private static int primaryCode(R2dbcException e) {
        return e.getErrorCode() & 0xFF;
    }
}
