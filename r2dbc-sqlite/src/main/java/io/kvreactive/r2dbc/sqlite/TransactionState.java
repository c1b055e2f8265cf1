// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** What is known of the connection's transaction. Written by the worker; {@link #isAutoCommit} is read by any thread. */
final class TransactionState {

    private final Counters counters;
    private final ExecutionGuard guard;
    private volatile boolean autoCommit = true;
    private volatile boolean open;
    private boolean bySavepoint;
    private boolean lost;
    private long ended;

    TransactionState(Counters counters, ExecutionGuard guard) {
        this.counters = counters;
        this.guard = guard;
    }

    boolean isAutoCommit() {
        return autoCommit && !open;
    }

    boolean isOpen() {
        return open;
    }

    /** Whether the first statement has to begin a transaction. */
    boolean isDue() {
        return !autoCommit && !open;
    }

    boolean isWantedAutoCommit() {
        return autoCommit;
    }

    void autoCommit(boolean value) {
        autoCommit = value;
    }

    /** How many transactions have ended, so that what belongs to one can be told from what belongs to the next. */
    long ended() {
        return ended;
    }

    /** Whether a savepoint began it, so that releasing that savepoint commits. */
    boolean isBySavepoint() {
        return bySavepoint;
    }

    void begun(boolean savepoint) {
        open = true;
        bySavepoint = savepoint;
        lost = false;
        Counters.increment(counters.begun);
    }

    void committed() {
        finished();
        Counters.increment(counters.committed);
    }

    void rolledBack() {
        finished();
        Counters.increment(counters.rolledBack);
    }

    /** SQLite has rolled the transaction back by itself. */
    void lost() {
        rolledBack();
        lost = true;
    }

    /** Whether a transaction was lost that nobody has ended yet; asking settles it. */
    boolean settleLoss() {
        boolean was = lost;
        lost = false;
        return was;
    }

    private void finished() {
        open = false;
        bySavepoint = false;
        ended++;
        guard.transactionEnded();
    }
}
