// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one statement that has answered at least one. An open cursor holds back SQLite's checkpoints and makes writes of the same
 * connection fail, so none stays open without a reader: what nobody has asked for yet is read into memory when it is little, and otherwise
 * put off: the query is run again when its rows are asked for. Worker only.
 */
final class Cursor {

    private static final int MAX_BUFFERED_ROWS = 128;
    private static final int MAX_BUFFERED_BYTES = 64 * 1024;

    /** Reading ahead for nobody in particular must not hold the others up. */
    private static final long MAX_BUFFERING_NANOS = 5_000_000;

    private final SqliteSession session;
    private final SqlScript.Piece piece;
    private final @Nullable Object[] values;
    private final long transactionsEnded;
    private SqliteRowMetadata metadata;
    private @Nullable CachedStatement statement;
    private @Nullable ArrayDeque<@Nullable Object[]> buffered;
    private @Nullable R2dbcException failure;
    private @Nullable RowsSubscription<?> reader;
    private boolean putOff;

    /** Over a statement that stands on its first row. */
    Cursor(SqliteSession session, SqlScript.Piece piece, @Nullable Object[] values, CachedStatement statement) {
        this.session = session;
        this.piece = piece;
        this.values = values;
        this.transactionsEnded = session.transaction().ended();
        this.metadata = statement.metadata();
        this.statement = statement;
        session.opened(this);
    }

    SqliteRowMetadata metadata() {
        return metadata;
    }

    boolean isOpen() {
        return statement != null;
    }

    /** Who has to be told when the cursor is closed under its hands. */
    void readBy(RowsSubscription<?> subscription) {
        reader = subscription;
    }

    /** Whether there is a row to show; runs a query that was put off. */
    boolean hasRow(Operation operation) {
        if (putOff) {
            resume(operation);
        }
        return (buffered != null && !buffered.isEmpty()) || statement != null;
    }

    /** Why the rows ended early, if they did. */
    @Nullable
    R2dbcException failure() {
        return failure;
    }

    /** Whether the rows ended early and no row is left, which a reader learns without asking for more. */
    boolean isAborted() {
        return failure != null && statement == null && (buffered == null || buffered.isEmpty());
    }

    void show(SqliteRow row) {
        @Nullable Object[] first = buffered == null ? null : buffered.peek();
        if (first != null) {
            row.show(first);
        } else if (statement != null) {
            row.show(statement.compiled());
        }
    }

    /** Leaves the row just shown for the next; at the end the statement is reset at once. */
    void advance(Operation operation) {
        if (buffered != null && !buffered.isEmpty()) {
            buffered.poll();
            return;
        }
        CachedStatement open = statement;
        if (open != null) {
            stepped(open, operation, 0);
        }
    }

    private void stepped(CachedStatement open, Operation operation, long limitNanos) {
        try {
            boolean row =
                    limitNanos > 0 ? session.stepBriefly(open, operation, limitNanos) : session.step(open, operation);
            if (!row) {
                release();
            }
        } catch (R2dbcException e) {
            // The statement has been given back already; this cursor may have been closed along with its transaction.
            forget();
            failure = e;
        }
    }

    /** Reads all that is left into memory; throws what goes wrong. */
    void readAll(Operation operation) {
        while (statement != null) {
            keep(statement);
            stepped(statement, operation, 0);
        }
        R2dbcException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    /** Reads all that is left into memory for a reader who may still come; an error waits for that reader. */
    void readAhead(Operation operation) {
        while (statement != null) {
            keep(statement);
            stepped(statement, operation, 0);
        }
    }

    /** Closes the cursor without a reader: a few rows are kept in memory, a longer result is put off. */
    void settle() {
        Operation ahead = new Operation() {};
        int rows = 0;
        int bytes = 0;
        while (statement != null && rows < MAX_BUFFERED_ROWS && bytes < MAX_BUFFERED_BYTES) {
            bytes += keep(statement);
            rows++;
            stepped(statement, ahead, MAX_BUFFERING_NANOS);
        }
        if (statement != null || failure != null) {
            release();
            buffered = null;
            failure = null;
            putOff = true;
        }
    }

    private int keep(CachedStatement open) {
        NativeStatement compiled = open.compiled();
        @Nullable Object[] row = new Object[metadata.size()];
        int bytes = 0;
        for (int i = 0; i < row.length; i++) {
            Object value = SqliteRow.read(compiled, i);
            row[i] = value;
            bytes += value instanceof byte[] blob ? blob.length : value instanceof String text ? 2 * text.length() : 16;
        }
        if (buffered == null) {
            buffered = new ArrayDeque<>();
        }
        buffered.add(row);
        return bytes;
    }

    private void resume(Operation operation) {
        putOff = false;
        if (session.transaction().ended() != transactionsEnded) {
            failure = SqliteErrors.cursorClosed(piece.sql());
            return;
        }
        try {
            session.requireOpen();
            CachedStatement again = session.take(piece.sql(), operation);
            if (session.start(again, values, operation)) {
                statement = again;
                metadata = again.metadata();
                session.opened(this);
            } else {
                session.release(again);
            }
        } catch (R2dbcException e) {
            failure = e;
        }
    }

    /** Resets the statement, if it is open. */
    void release() {
        CachedStatement open = statement;
        if (open != null) {
            forget();
            session.release(open);
        }
    }

    private void forget() {
        if (statement != null) {
            statement = null;
            session.closed(this);
        }
    }

    /** The reader has what it wants. */
    void close() {
        release();
        buffered = null;
        putOff = false;
        reader = null;
    }

    /** Closes the cursor under its reader's hands. */
    void abort(@Nullable R2dbcException why) {
        release();
        failure = why != null ? why : SqliteErrors.cursorClosed(piece.sql());
        RowsSubscription<?> waiting = reader;
        if (waiting != null) {
            waiting.schedule();
        }
    }
}
