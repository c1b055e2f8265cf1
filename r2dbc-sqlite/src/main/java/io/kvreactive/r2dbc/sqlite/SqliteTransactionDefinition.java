// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction begins. Immutable: every method answers a new definition. Isolation is always serializable.
 */
public final class SqliteTransactionDefinition implements TransactionDefinition {

    /** The attribute that holds the {@link TransactionMode}. */
    public static final Option<TransactionMode> MODE = Option.valueOf("transactionMode");

    /** Takes no lock until the first statement asks for one. A read that turns into a write can fail at once when others wrote meanwhile. */
    public static final SqliteTransactionDefinition DEFERRED = of(TransactionMode.DEFERRED);

    /** Takes the write lock at once: the right choice for a transaction that writes. */
    public static final SqliteTransactionDefinition IMMEDIATE = of(TransactionMode.IMMEDIATE);

    /** Takes the write lock, and outside WAL mode keeps readers out too. */
    public static final SqliteTransactionDefinition EXCLUSIVE = of(TransactionMode.EXCLUSIVE);

    private final TransactionMode mode;
    private final boolean readOnly;
    private final @Nullable Duration lockWait;

    private SqliteTransactionDefinition(TransactionMode mode, boolean readOnly, @Nullable Duration lockWait) {
        this.mode = mode;
        this.readOnly = readOnly;
        this.lockWait = lockWait;
    }

    static SqliteTransactionDefinition of(TransactionMode mode) {
        return new SqliteTransactionDefinition(mode, false, null);
    }

    /** Any definition in terms of this driver; what it leaves open is taken from the connection's default. */
    static SqliteTransactionDefinition from(TransactionDefinition definition, TransactionMode byDefault) {
        if (definition instanceof SqliteTransactionDefinition own) {
            return own;
        }
        TransactionMode mode = definition.getAttribute(MODE);
        Boolean readOnly = definition.getAttribute(READ_ONLY);
        Duration lockWait = definition.getAttribute(LOCK_WAIT_TIMEOUT);
        if (lockWait != null) {
            requireNotNegative(lockWait);
        }
        return new SqliteTransactionDefinition(mode == null ? byDefault : mode, readOnly != null && readOnly, lockWait);
    }

    /**
     * The same, but every write inside it fails.
     *
     * @return a new definition
     */
    public SqliteTransactionDefinition readOnly() {
        return new SqliteTransactionDefinition(mode, true, lockWait);
    }

    /**
     * The same with a lock wait of its own.
     *
     * @param timeout how long a statement of the transaction waits for a lock of another connection; zero does not wait
     * @return a new definition
     */
    public SqliteTransactionDefinition lockWaitTimeout(Duration timeout) {
        return new SqliteTransactionDefinition(mode, readOnly, requireNotNegative(timeout));
    }

    boolean isReadOnly() {
        return readOnly;
    }

    @Nullable
    Duration lockWait() {
        return lockWait;
    }

    String sql() {
        return switch (mode) {
            case DEFERRED -> "BEGIN";
            case IMMEDIATE -> "BEGIN IMMEDIATE";
            case EXCLUSIVE -> "BEGIN EXCLUSIVE";
        };
    }

    static Duration requireNotNegative(Duration timeout) {
        if (timeout == null || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be null or negative: " + timeout);
        }
        return timeout;
    }

    /** {@inheritDoc} */
    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T getAttribute(Option<T> option) {
        Object value = null;
        if (option.equals(MODE)) {
            value = mode;
        } else if (option.equals(READ_ONLY)) {
            value = readOnly;
        } else if (option.equals(LOCK_WAIT_TIMEOUT)) {
            value = lockWait;
        } else if (option.equals(ISOLATION_LEVEL)) {
            value = IsolationLevel.SERIALIZABLE;
        }
        return (T) value;
    }

    @Override
    public String toString() {
        return sql() + (readOnly ? ", read only" : "") + (lockWait == null ? "" : ", lock wait " + lockWait);
    }
}
