// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What a connection does on its worker: runs statements, keeps account of the transaction and of open cursors. All methods but
 * {@link #start}, {@link #close} and the accessors are called on the worker.
 */
final class SqliteSession {

    private static final @Nullable Object[] NO_VALUES = new Object[0];

    private final SqliteConnectionConfiguration configuration;
    private final Counters counters = new Counters();
    private final SqliteWorker worker;
    private final ExecutionGuard guard;
    private final TransactionState transaction;
    private final Set<Cursor> cursors = new LinkedHashSet<>();
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private @Nullable NativeSession database;
    private @Nullable StatementCache statements;
    private boolean queryOnly;
    private volatile String version = "";

    SqliteSession(SqliteConnectionConfiguration configuration) {
        this.configuration = configuration;
        this.worker =
                new SqliteWorker(configuration.label(), configuration.spin().toNanos(), counters);
        this.guard = new ExecutionGuard(
                configuration.lockWaitTimeout().toNanos(),
                configuration.statementTimeout().toNanos());
        this.transaction = new TransactionState(counters, guard);
    }

    SqliteConnectionConfiguration configuration() {
        return configuration;
    }

    SqliteWorker worker() {
        return worker;
    }

    ExecutionGuard guard() {
        return guard;
    }

    TransactionState transaction() {
        return transaction;
    }

    Counters counters() {
        return counters;
    }

    String version() {
        return version;
    }

    boolean isClosed() {
        return guard.isClosing();
    }

    void start() {
        worker.start();
    }

    void open(Operation operation) {
        try {
            NativeSession opened = NativeSession.open(configuration, guard);
            database = opened;
            statements = new StatementCache(opened, counters, configuration.statementCacheSize());
            version = opened.libraryVersion();
        } catch (NativeException e) {
            throw SqliteErrors.running(e, "open " + configuration.label());
        }
        for (String pragma : configuration.pragmas()) {
            run(pragma, operation);
        }
    }

    /** Stops what runs and rejects what waits; then, on the worker, rolls back and closes. Completes when all is done. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            shutdown();
            return ended.asMono();
        });
    }

    void shutdown() {
        guard.close();
        worker.wake();
        worker.stop(this::end);
    }

    private void end() {
        closeCursors(SqliteErrors.closed());
        NativeSession opened = database;
        database = null;
        try {
            if (opened != null) {
                // Closing rolls an open transaction back; the statements have to go first.
                cache().clear();
                opened.close();
                if (transaction.isOpen()) {
                    transaction.rolledBack();
                }
            }
            ended.tryEmitEmpty();
        } catch (NativeException e) {
            ended.tryEmitError(SqliteErrors.running(e, "close"));
        }
    }

    void requireOpen() {
        if (guard.isClosing() || database == null) {
            throw SqliteErrors.closed();
        }
    }

    // Statements

    /** Runs one statement up to its first row, or to its end when it is no query. */
    SqliteResult execute(SqlScript.Piece piece, @Nullable Object[] values, Operation operation) {
        requireOpen();
        before(piece.kind(), operation);
        CachedStatement statement = take(piece.sql());
        if (!start(statement, values, operation)) {
            cache().giveBack(statement);
            after(piece.kind());
            return new SqliteResult(this, piece, changes(piece), null);
        }
        Cursor cursor = new Cursor(this, piece, values, statement);
        if (piece.kind() != SqlScript.Kind.QUERY) {
            // A write is complete, and outside a transaction committed, only when its statement has come to its end.
            cursor.readAll(operation);
            after(piece.kind());
        }
        return new SqliteResult(this, piece, changes(piece), cursor);
    }

    private long changes(SqlScript.Piece piece) {
        return piece.kind() == SqlScript.Kind.DML ? database().changes() : SqliteResult.NO_COUNT;
    }

    CachedStatement take(String sql) {
        try {
            return cache().take(sql);
        } catch (NativeException e) {
            throw SqliteErrors.preparing(e, sql);
        }
    }

    /** Binds and makes the first step; after an error the statement is back in the cache, or gone. */
    boolean start(CachedStatement statement, @Nullable Object[] values, @Nullable Operation operation) {
        Counters.increment(counters.executed);
        return stepping(statement, values, operation, 0);
    }

    boolean step(CachedStatement statement, Operation operation) {
        return stepping(statement, null, operation, 0);
    }

    /** As {@link #step}, but gives up after a moment, without consequences for a transaction. */
    boolean stepBriefly(CachedStatement statement, Operation operation, long limitNanos) {
        return stepping(statement, null, operation, limitNanos);
    }

    private boolean stepping(
            CachedStatement statement,
            @Nullable Object @Nullable [] values,
            @Nullable Operation operation,
            long limitNanos) {
        NativeStatement compiled = statement.compiled();
        if (operation != null) {
            if (limitNanos > 0) {
                guard.enter(operation, limitNanos);
            } else {
                guard.enter(operation);
            }
        }
        boolean row;
        try {
            row = values == null ? compiled.step() : compiled.start(values);
        } catch (NativeException e) {
            release(statement);
            throw failed(e, statement.sql());
        } finally {
            guard.leave();
        }
        if (row) {
            Counters.increment(counters.rows);
        }
        return row;
    }

    /** Resets a statement and gives it back. */
    void release(CachedStatement statement) {
        if (!statement.compiled().isFinalised()) {
            statement.compiled().reset();
        }
        cache().giveBack(statement);
    }

    private R2dbcException failed(NativeException e, String sql) {
        R2dbcException failure;
        if (guard.isClosing()) {
            failure = SqliteErrors.closedWhileRunning(e, sql);
        } else if (guard.timedOut()) {
            failure = SqliteErrors.timedOut(e, sql);
        } else {
            failure = SqliteErrors.running(e, sql);
        }
        if (transaction.isOpen() && !probe()) {
            transaction.lost();
            transactionOver();
        }
        return failure;
    }

    /** Whether SQLite is inside a transaction, which it does not tell: a second BEGIN is refused there, and undone elsewhere. */
    private boolean probe() {
        CachedStatement begin = cache().take("BEGIN");
        try {
            begin.compiled().start(NO_VALUES);
        } catch (NativeException inside) {
            release(begin);
            return true;
        }
        cache().giveBack(begin);
        run("ROLLBACK", null);
        return false;
    }

    /** Runs a statement of the driver's own and ignores its rows. Without an operation it cannot be interrupted. */
    void run(String sql, @Nullable Operation operation) {
        CachedStatement statement = take(sql);
        if (start(statement, NO_VALUES, operation)) {
            release(statement);
        } else {
            cache().giveBack(statement);
        }
    }

    private void before(SqlScript.Kind kind, Operation operation) {
        switch (kind) {
            case QUERY, DML, DDL -> {
                if (transaction.isDue()) {
                    begin(SqliteTransactionDefinition.of(configuration.transactionMode()), operation);
                }
            }
            case COMMIT, ROLLBACK -> closeCursors(null);
            default -> {}
        }
    }

    private void after(SqlScript.Kind kind) {
        switch (kind) {
            case BEGIN -> transaction.begun(false);
            case COMMIT -> {
                transaction.committed();
                transactionOver();
            }
            case ROLLBACK -> {
                transaction.rolledBack();
                transactionOver();
            }
            case SAVEPOINT -> {
                if (!transaction.isOpen()) {
                    transaction.begun(true);
                }
            }
            case RELEASE -> {
                if (transaction.isBySavepoint() && !probe()) {
                    transaction.committed();
                    transactionOver();
                }
            }
            case DDL -> cache().clear();
            default -> {}
        }
    }

    // Transactions

    void begin(SqliteTransactionDefinition definition, Operation operation) {
        if (transaction.isOpen()) {
            throw SqliteErrors.transactionOpen();
        }
        if (definition.isReadOnly()) {
            run("PRAGMA query_only = 1", operation);
            queryOnly = true;
        }
        if (definition.lockWait() != null) {
            guard.transactionLockWait(definition.lockWait().toNanos());
        }
        try {
            run(definition.sql(), operation);
        } catch (R2dbcException e) {
            guard.transactionEnded();
            transactionOver();
            throw e;
        }
        transaction.begun(false);
        if (operation.cancelled) {
            // Nobody will learn that it was begun.
            rollback();
        }
    }

    void commit(Operation operation) {
        if (!transaction.isOpen()) {
            if (transaction.settleLoss()) {
                throw SqliteErrors.transactionLost();
            }
            return;
        }
        closeCursors(null);
        run("COMMIT", operation);
        transaction.committed();
        transactionOver();
    }

    void rollback() {
        transaction.settleLoss();
        if (transaction.isOpen()) {
            closeCursors(null);
            run("ROLLBACK", null);
            transaction.rolledBack();
            transactionOver();
        }
    }

    void savepoint(String name, Operation operation) {
        if (!transaction.isOpen()) {
            begin(SqliteTransactionDefinition.of(configuration.transactionMode()), operation);
        }
        run("SAVEPOINT " + quoted(name), operation);
    }

    void releaseSavepoint(String name, Operation operation) {
        run("RELEASE " + quoted(name), operation);
        after(SqlScript.Kind.RELEASE);
    }

    void rollbackTo(String name) {
        closeCursors(null);
        run("ROLLBACK TO " + quoted(name), null);
    }

    void autoCommit(boolean on, Operation operation) {
        if (on && transaction.isOpen()) {
            commit(operation);
        }
        transaction.autoCommit(on);
    }

    /** What a connection goes through before a pool lends it again. */
    void restore() {
        rollback();
        closeCursors(null);
        transaction.autoCommit(true);
        guard.restoreDefaults(configuration.statementTimeout().toNanos());
    }

    private void transactionOver() {
        if (queryOnly) {
            queryOnly = false;
            run("PRAGMA query_only = 0", null);
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    // Cursors

    void opened(Cursor cursor) {
        cursors.add(cursor);
        Counters.increment(counters.openCursors);
    }

    void closed(Cursor cursor) {
        cursors.remove(cursor);
        Counters.decrement(counters.openCursors);
    }

    private void closeCursors(@Nullable R2dbcException why) {
        if (cursors.isEmpty()) {
            return;
        }
        List<Cursor> open = new ArrayList<>(cursors);
        for (Cursor cursor : open) {
            cursor.abort(why);
        }
    }

    private StatementCache cache() {
        StatementCache cache = statements;
        if (cache == null) {
            throw SqliteErrors.closed();
        }
        return cache;
    }

    private NativeSession database() {
        NativeSession opened = database;
        if (opened == null) {
            throw SqliteErrors.closed();
        }
        return opened;
    }
}
