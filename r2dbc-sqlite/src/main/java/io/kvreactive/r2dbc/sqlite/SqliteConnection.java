// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * A connection to a SQLite database, with a thread of its own.
 *
 * <p>Every publisher is cold: nothing happens before it is subscribed to. Every signal is emitted on the connection's thread, so that operators
 * which go on with the same connection run there without a change of thread; a whole transaction is one visit. Leave it with {@code publishOn}
 * before doing anything else that takes long: while the thread is held, the connection stands still. Once the connection is closed, errors are
 * emitted on the thread that asks.
 *
 * <p>Statements run in the order in which they are subscribed to. Cancelling stops a running statement, or a wait for a lock, within
 * milliseconds and leaves the others alone. SQLite rolls a transaction back when one of its writes is interrupted.
 *
 * <p>Errors are {@code R2dbcException}s whose code is SQLite's extended result code.
 */
public final class SqliteConnection implements Connection, Lifecycle {

    private final SqliteSession session;

    SqliteConnection(SqliteSession session) {
        this.session = session;
    }

    /** {@inheritDoc} */
    @Override
    public Mono<Void> beginTransaction() {
        return beginTransaction(
                SqliteTransactionDefinition.of(session.configuration().transactionMode()));
    }

    /**
     * Begins a transaction. Fails when one is open. Isolation is serializable whatever is asked for.
     *
     * @param definition how it begins: one of {@link SqliteTransactionDefinition}, or any other, whose read-only and lock wait attributes count
     * @return completes when it has begun
     */
    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        if (definition == null) {
            throw new IllegalArgumentException("definition must not be null");
        }
        SqliteTransactionDefinition wanted = SqliteTransactionDefinition.from(
                definition, session.configuration().transactionMode());
        return perform(operation -> session.begin(wanted, operation));
    }

    /**
     * Commits the transaction, closing the cursors that are open in it. Does nothing when none was begun. Fails when SQLite has rolled it back
     * by itself, or cannot commit it; in the latter case (a busy lock, a deferred constraint) it stays open.
     *
     * @return completes when it is committed
     */
    @Override
    public Mono<Void> commitTransaction() {
        return perform(session::commit);
    }

    /**
     * Rolls the transaction back, closing the cursors that are open in it. Does nothing when none is open.
     *
     * @return completes when it is rolled back
     */
    @Override
    public Mono<Void> rollbackTransaction() {
        return perform(operation -> session.rollback());
    }

    /**
     * Sets a savepoint, in a new transaction when none is open.
     *
     * @param name its name
     * @return completes when it is set
     */
    @Override
    public Mono<Void> createSavepoint(String name) {
        requireName(name);
        return perform(operation -> session.savepoint(name, operation));
    }

    /** {@inheritDoc} */
    @Override
    public Mono<Void> releaseSavepoint(String name) {
        requireName(name);
        return perform(operation -> session.releaseSavepoint(name, operation));
    }

    /** {@inheritDoc} */
    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        requireName(name);
        return perform(operation -> session.rollbackTo(name));
    }

    private static void requireName(String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("name must not be null or empty");
        }
    }

    /**
     * A statement, or several separated by semicolons, which run one after the other and answer one result each. Parameters are written
     * {@code ?}, {@code ?1}, {@code :a}, {@code @a} or {@code $a}; indexes count from zero, names are given with their prefix or without.
     *
     * <p>Bound arrays are not copied: leave them unchanged until the statement has run. A {@code Blob} or {@code Clob} is read into memory first.
     *
     * @param sql the text
     * @return the statement
     */
    @Override
    public Statement createStatement(String sql) {
        if (sql == null) {
            throw new IllegalArgumentException("sql must not be null");
        }
        return new SqliteStatement(session, SqlScript.parse(sql));
    }

    /** {@inheritDoc} */
    @Override
    public Batch createBatch() {
        return new SqliteBatch(session);
    }

    /**
     * Whether each statement is a transaction of its own now: false inside a transaction, however it was begun, and true again when SQLite has
     * rolled it back by itself. May be asked on any thread.
     *
     * @return whether it is so
     */
    @Override
    public boolean isAutoCommit() {
        return session.transaction().isAutoCommit();
    }

    /**
     * Switches auto-commit. Switching it on commits the open transaction; while it is off, the first statement begins one.
     *
     * @param autoCommit whether each statement shall be a transaction of its own
     * @return completes when it is so
     */
    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return perform(operation -> session.autoCommit(autoCommit, operation));
    }

    /**
     * How long statements wait for a lock of another connection.
     *
     * @param timeout the longest wait; zero does not wait
     * @return completes when it is set
     */
    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        SqliteTransactionDefinition.requireNotNegative(timeout);
        return perform(operation -> session.guard().lockWait(timeout.toNanos()));
    }

    /**
     * How long a statement may run. Waits for locks count, waits for the disk and for the reader do not.
     *
     * @param timeout the longest run; zero sets no limit
     * @return completes when it is set
     */
    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        SqliteTransactionDefinition.requireNotNegative(timeout);
        return perform(operation -> session.guard().statementTimeout(timeout.toNanos()));
    }

    /**
     * Always serializable.
     *
     * @return the isolation level of every transaction
     */
    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return IsolationLevel.SERIALIZABLE;
    }

    /**
     * Accepts every level; SQLite gives the strongest anyway.
     *
     * @param isolationLevel what is wanted at least
     * @return completes at once
     */
    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        if (isolationLevel == null) {
            throw new IllegalArgumentException("isolationLevel must not be null");
        }
        return perform(operation -> {});
    }

    /** {@inheritDoc} */
    @Override
    public ConnectionMetadata getMetadata() {
        return new SqliteConnectionMetadata(session.version());
    }

    /**
     * Whether the connection can be used.
     *
     * @param depth {@code LOCAL} asks whether it is open, {@code REMOTE} also runs a statement
     * @return true or false, never an error
     */
    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        if (depth == null) {
            throw new IllegalArgumentException("depth must not be null");
        }
        return Mono.defer(() -> {
            if (session.isClosed() || depth == ValidationDepth.LOCAL) {
                return Mono.just(!session.isClosed());
            }
            Mono<Boolean> asked = new WorkerMono<>(session, false, operation -> {
                session.requireOpen();
                session.run("SELECT 1", operation);
                return true;
            });
            return asked.onErrorReturn(R2dbcException.class, false);
        });
    }

    /**
     * Counters of what this connection has done. May be asked on any thread.
     *
     * @return the counts now
     */
    public SqliteStatistics statistics() {
        return session.counters().snapshot();
    }

    /** {@inheritDoc} */
    @Override
    public Mono<Void> postAllocate() {
        return perform(operation -> {});
    }

    /**
     * Rolls back what is open and restores auto-commit and the configured timeouts, for whoever gets the connection next from a pool.
     *
     * @return completes when it is done
     */
    @Override
    public Mono<Void> preRelease() {
        return perform(operation -> session.restore());
    }

    /**
     * Closes the connection. A statement that is running is interrupted and fails, what waits in the queue fails, an open transaction is rolled
     * back, the thread ends. Closing again does nothing.
     *
     * @return completes when all of that is done
     */
    @Override
    public Mono<Void> close() {
        return session.close();
    }

    private Mono<Void> perform(Consumer<Operation> work) {
        return new WorkerMono<>(session, true, operation -> {
            session.requireOpen();
            work.accept(operation);
            return null;
        });
    }

    @Override
    public String toString() {
        return "SqliteConnection[" + session.configuration().label() + "]";
    }
}
