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
    private final DatabaseHandle handle = new DatabaseHandle();
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
        ForgottenConnections.watch(this, worker, guard, handle);
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
            handle.open(opened, new StatementCache(opened, counters, configuration.statementCacheSize()));
            version = opened.libraryVersion();
        } catch (NativeException e) {
            throw SqliteErrors.opening(e, configuration);
        }
        JournalMode wanted = configuration.journalMode();
        if (wanted != null) {
            String found = ask("PRAGMA journal_mode = " + wanted, operation);
            if (!wanted.name().equalsIgnoreCase(found)) {
                // SQLite answers the mode that it keeps instead of failing.
                throw SqliteErrors.journalMode(wanted, found, configuration);
            }
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
        try {
            if (handle.close() && transaction.isOpen()) {
                transaction.rolledBack();
            }
            ended.tryEmitEmpty();
        } catch (NativeException e) {
            ended.tryEmitError(SqliteErrors.running(e, "close"));
        }
    }

    void requireOpen() {
        if (guard.isClosing() || !handle.isOpen()) {
            throw SqliteErrors.closed();
        }
    }

    // Statements

    /** Runs one statement up to its first row, or to its end when it is no query. */
    SqliteResult execute(SqlScript.Piece piece, @Nullable Object[] values, Operation operation) {
        requireOpen();
        before(piece.kind(), operation);
        CachedStatement statement = take(piece.sql(), operation);
        if (!start(statement, values, operation)) {
            handle.statements().giveBack(statement);
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
        return piece.kind() == SqlScript.Kind.DML ? handle.database().changes() : SqliteResult.NO_COUNT;
    }

    /** Compiles, or takes from the cache; waits while another connection of a shared cache changes the schema. */
    CachedStatement take(String sql, @Nullable Operation operation) {
        for (int attempt = 0; ; attempt++) {
            try {
                return handle.statements().take(sql);
            } catch (NativeException e) {
                if (!SqliteErrors.isSharedCacheLocked(e) || !awaitSharedCache(operation, attempt)) {
                    throw SqliteErrors.preparing(e, sql);
                }
            }
        }
    }

    /** SQLite asks no busy handler about the table locks of a shared cache, so the driver does. */
    private boolean awaitSharedCache(@Nullable Operation operation, int attempt) {
        if (operation == null) {
            return false;
        }
        guard.enter(operation);
        try {
            return guard.awaitLock(attempt);
        } finally {
            guard.leave();
        }
    }

    /** Binds and makes the first step; after an error the statement is back in the cache, or gone. */
    boolean start(CachedStatement statement, @Nullable Object[] values, @Nullable Operation operation) {
        Counters.increment(counters.executed);
        for (int attempt = 0; ; attempt++) {
            try {
                return stepping(statement, values, operation, 0);
            } catch (NativeException e) {
                NativeStatement compiled = statement.compiled();
                boolean again = SqliteErrors.isSharedCacheLocked(e)
                        && !compiled.isFinalised()
                        && awaitSharedCache(operation, attempt);
                if (!again) {
                    throw given(statement, e);
                }
                compiled.reset();
            }
        }
    }

    boolean step(CachedStatement statement, Operation operation) {
        return stepBriefly(statement, operation, 0);
    }

    /** As {@link #step}, but gives up after a moment, without consequences for a transaction. */
    boolean stepBriefly(CachedStatement statement, Operation operation, long limitNanos) {
        try {
            return stepping(statement, null, operation, limitNanos);
        } catch (NativeException e) {
            throw given(statement, e);
        }
    }

    /** The error of a statement, which is given back. */
    private R2dbcException given(CachedStatement statement, NativeException e) {
        release(statement);
        return failed(e, statement.sql());
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
        handle.statements().giveBack(statement);
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
        CachedStatement begin = handle.statements().take("BEGIN");
        try {
            begin.compiled().start(NO_VALUES);
        } catch (NativeException inside) {
            release(begin);
            return true;
        }
        handle.statements().giveBack(begin);
        run("ROLLBACK", null);
        return false;
    }

    /** Runs a statement of the driver's own and ignores its rows. Without an operation it cannot be interrupted. */
    void run(String sql, @Nullable Operation operation) {
        CachedStatement statement = take(sql, operation);
        if (start(statement, NO_VALUES, operation)) {
            release(statement);
        } else {
            handle.statements().giveBack(statement);
        }
    }

    /** Runs a statement of the driver's own that answers one text. */
    private String ask(String sql, Operation operation) {
        CachedStatement statement = take(sql, operation);
        if (!start(statement, NO_VALUES, operation)) {
            handle.statements().giveBack(statement);
            return "";
        }
        String answer = statement.compiled().text(0);
        release(statement);
        return answer;
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
            case DDL -> handle.statements().clear();
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
}
