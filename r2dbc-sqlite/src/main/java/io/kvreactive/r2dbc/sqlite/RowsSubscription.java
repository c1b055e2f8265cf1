// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/**
 * One reader of the rows of a result: maps and emits as many as are requested, always one step ahead, so that the statement is reset before its
 * last row is emitted.
 */
@SuppressWarnings("rawtypes")
final class RowsSubscription<T> extends Operation implements Subscription, SqliteWorker.Task {

    private static final AtomicLongFieldUpdater<RowsSubscription> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(RowsSubscription.class, "requested");
    private static final AtomicIntegerFieldUpdater<RowsSubscription> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(RowsSubscription.class, "pending");

    /** After so many rows, or so long, a reader lets others have the worker, if any wait. */
    private static final int MAX_ROWS_AT_ONCE = 256;

    private static final long MAX_NANOS_AT_ONCE = 1_000_000;

    private final CoreSubscriber<? super T> actual;
    private final SqliteResult result;
    private final SqliteSession session;
    private final @Nullable Cursor cursor;
    private final BiFunction<? super Row, ? super RowMetadata, ? extends T> mapping;
    private volatile long requested;
    private volatile int pending;
    private @Nullable SqliteRow row;
    private boolean done;

    RowsSubscription(
            CoreSubscriber<? super T> actual,
            SqliteResult result,
            BiFunction<? super Row, ? super RowMetadata, ? extends T> mapping) {
        this.actual = actual;
        this.result = result;
        this.session = result.session();
        this.cursor = result.cursor();
        this.mapping = mapping;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            schedule();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            session.worker().wake();
            schedule();
        }
    }

    /** Has the worker look at demand, cancellation and the cursor. */
    void schedule() {
        if (PENDING.getAndIncrement(this) == 0) {
            session.worker().execute(this);
        }
    }

    @Override
    public void run() {
        int missed = pending;
        do {
            try {
                if (!drain()) {
                    session.worker().yieldTo(this);
                    return;
                }
            } catch (Throwable broken) {
                // A subscriber that throws from onNext has left the protocol; the cursor must not stay open for it.
                cancelled = true;
                finish();
                throw broken;
            }
            missed = PENDING.addAndGet(this, -missed);
        } while (missed != 0);
    }

    @Override
    public void reject() {
        if (!done && !cancelled) {
            done = true;
            actual.onError(SqliteErrors.closed());
        }
    }

    /** Emits what is there and wanted; false when it stopped to let others have the worker. */
    private boolean drain() {
        Cursor rows = cursor;
        if (done || cancelled || rows == null) {
            if (!done && !cancelled) {
                complete(null);
            }
            finish();
            return true;
        }
        rows.readBy(this);
        long wanted = requested;
        long emitted = 0;
        long startedAt = 0;
        boolean others = false;
        while (!done) {
            if (cancelled) {
                finish();
                break;
            }
            if (emitted == wanted) {
                wanted = requested;
                if (emitted == wanted) {
                    if (rows.isAborted()) {
                        end(rows);
                    }
                    break;
                }
            }
            if (session.worker().isAwaited()) {
                long now = System.nanoTime();
                startedAt = startedAt == 0 ? now : startedAt;
                others = emitted >= MAX_ROWS_AT_ONCE || now - startedAt > MAX_NANOS_AT_ONCE;
                if (others) {
                    break;
                }
            }
            if (!rows.hasRow(this)) {
                end(rows);
                break;
            }
            emitted++;
            next(rows);
        }
        if (emitted > 0 && wanted != Long.MAX_VALUE) {
            REQUESTED.addAndGet(this, -emitted);
        }
        return !others;
    }

    private void next(Cursor rows) {
        SqliteRow view = row;
        if (view == null) {
            view = new SqliteRow(rows.metadata());
            row = view;
        }
        T value;
        try {
            rows.show(view);
            value = mapping.apply(view, rows.metadata());
            if (value == null) {
                throw new NullPointerException("the mapping function returned null");
            }
        } catch (Throwable failed) {
            Exceptions.throwIfJvmFatal(failed);
            rows.close();
            complete(failed);
            finish();
            return;
        } finally {
            view.hide();
        }
        rows.advance(this);
        if (cancelled) {
            finish();
            return;
        }
        boolean more = rows.hasRow(this);
        actual.onNext(value);
        if (!more && !done && !cancelled) {
            end(rows);
        }
    }

    private void end(Cursor rows) {
        complete(cancelled ? null : rows.failure());
        finish();
    }

    private void complete(@Nullable Throwable failure) {
        done = true;
        if (cancelled) {
            return;
        }
        if (failure == null) {
            actual.onComplete();
        } else {
            actual.onError(failure);
        }
    }

    private void finish() {
        if (cursor != null) {
            cursor.close();
        }
        result.ended();
    }
}
