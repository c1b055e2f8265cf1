// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Stands beside a running statement and answers SQLite's two questions: must it stop, and is a busy lock worth another attempt. It looks at
 * the operation that is running now, so that a cancellation can never hit the next one, as {@code sqlite3_interrupt} would. The only place
 * beside the worker that parks. All but {@link #close} is called on the worker.
 */
final class ExecutionGuard {

    private static final long MIN_WAIT_NANOS = 1_000_000;
    private static final long MAX_WAIT_NANOS = 25_000_000;

    private final long defaultLockWaitNanos;
    private long connectionLockWaitNanos;
    private long lockWaitNanos;
    private long timeoutNanos;
    private @Nullable Operation current;
    private long enteredAt;
    private long deadline;
    private long lockedSince;
    private boolean limited;
    private boolean timedOut;
    private volatile boolean closing;

    ExecutionGuard(long lockWaitNanos, long timeoutNanos) {
        this.defaultLockWaitNanos = lockWaitNanos;
        this.connectionLockWaitNanos = lockWaitNanos;
        this.lockWaitNanos = lockWaitNanos;
        this.timeoutNanos = timeoutNanos;
    }

    void enter(Operation operation) {
        enter(operation, timeoutNanos);
    }

    /** Enters with a limit of its own, 0 for none. */
    void enter(Operation operation, long limitNanos) {
        current = operation;
        limited = limitNanos > 0;
        timedOut = false;
        if (limited) {
            enteredAt = System.nanoTime();
            deadline = enteredAt + limitNanos - operation.spentNanos;
        }
    }

    void leave() {
        Operation left = current;
        if (left != null && limited) {
            left.spentNanos += System.nanoTime() - enteredAt;
        }
        current = null;
    }

    /** The progress handler: whether the running statement has to end. Housekeeping, which enters no operation, always goes through. */
    boolean mustStop() {
        Operation running = current;
        if (running == null) {
            return false;
        }
        if (running.cancelled || closing) {
            return true;
        }
        if (limited && System.nanoTime() - deadline >= 0) {
            timedOut = true;
            return true;
        }
        return false;
    }

    /** The busy handler: waits a little for a lock that another connection holds; false when it is time to give up. */
    boolean awaitLock(int attempt) {
        long now = System.nanoTime();
        if (attempt == 0) {
            lockedSince = now;
        }
        long left = lockWaitNanos - (now - lockedSince);
        if (left <= 0 || current == null || mustStop()) {
            return false;
        }
        // Jitter, so that connections which wait for each other do not come back in step.
        long most = Math.min(MAX_WAIT_NANOS, MIN_WAIT_NANOS << Math.min(attempt, 5));
        long nap = ThreadLocalRandom.current().nextLong(MIN_WAIT_NANOS, most + 1);
        LockSupport.parkNanos(this, Math.min(nap, left));
        return true;
    }

    /** Whether the last operation was stopped by the statement timeout. */
    boolean timedOut() {
        return timedOut;
    }

    /** Stops the running statement and all later ones; any thread. */
    void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    void statementTimeout(long nanos) {
        timeoutNanos = nanos;
    }

    void lockWait(long nanos) {
        connectionLockWaitNanos = nanos;
        lockWaitNanos = nanos;
    }

    /** A lock wait for the transaction that begins; {@link #transactionEnded} takes it back. */
    void transactionLockWait(long nanos) {
        lockWaitNanos = nanos;
    }

    void transactionEnded() {
        lockWaitNanos = connectionLockWaitNanos;
    }

    /** What a pooled connection gets back when it is returned. */
    void restoreDefaults(long timeout) {
        lockWait(defaultLockWaitNanos);
        timeoutNanos = timeout;
    }
}
