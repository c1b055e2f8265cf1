// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Result;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * Runs the statements of a script, once for each set of values, one result each and one after the other: a statement runs when its result is
 * requested and the rows of the one before have been read. The first error ends it.
 */
@SuppressWarnings("rawtypes")
final class StatementExecution extends Operation implements Subscription, SqliteWorker.Task {

    private static final AtomicLongFieldUpdater<StatementExecution> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(StatementExecution.class, "requested");
    private static final AtomicIntegerFieldUpdater<StatementExecution> PENDING =
            AtomicIntegerFieldUpdater.newUpdater(StatementExecution.class, "pending");

    private final CoreSubscriber<? super Result> actual;
    private final SqliteSession session;
    private final List<SqlScript.Piece> pieces;
    private final List<@Nullable Object[]> bindings;
    private final int total;
    private volatile long requested;
    private volatile int pending;
    private long emitted;
    private int at;
    private boolean done;
    private @Nullable SqliteResult reading;

    private StatementExecution(
            CoreSubscriber<? super Result> actual,
            SqliteSession session,
            List<SqlScript.Piece> pieces,
            List<@Nullable Object[]> bindings) {
        this.actual = actual;
        this.session = session;
        this.pieces = pieces;
        this.bindings = bindings;
        this.total = Math.multiplyExact(pieces.size(), bindings.size());
    }

    /** The results of all statements, for one set of values after the other. */
    static Flux<Result> of(SqliteSession session, List<SqlScript.Piece> pieces, List<@Nullable Object[]> bindings) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Result> actual) {
                StatementExecution execution = new StatementExecution(actual, session, pieces, bindings);
                actual.onSubscribe(execution);
                if (execution.total == 0) {
                    execution.schedule();
                }
            }
        };
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
            // What has been emitted belongs to its reader; only a statement that is still running has to end.
            session.worker().wake();
        }
    }

    void schedule() {
        if (PENDING.getAndIncrement(this) == 0) {
            session.worker().execute(this);
        }
    }

    @Override
    public void run() {
        int missed = pending;
        do {
            drain();
            missed = PENDING.addAndGet(this, -missed);
        } while (missed != 0);
    }

    @Override
    public void reject() {
        fail(SqliteErrors.closed());
    }

    private void drain() {
        if (total == 0) {
            complete();
        }
        while (!done && !cancelled && emitted < requested && !isReading()) {
            SqliteResult result;
            try {
                result = next();
            } catch (RuntimeException failure) {
                fail(failure);
                return;
            }
            if (cancelled) {
                result.discard();
                return;
            }
            emitted++;
            boolean last = at == total;
            emit(result);
            if (result.settle(this, last)) {
                reading = result;
            }
            if (last) {
                complete();
            }
        }
    }

    private void emit(SqliteResult result) {
        try {
            actual.onNext(result);
        } catch (Throwable broken) {
            // A subscriber that throws from onNext has left the protocol; the cursor must not stay open for it.
            cancelled = true;
            result.discard();
            throw broken;
        }
    }

    private boolean isReading() {
        SqliteResult before = reading;
        if (before != null && !before.isBeingRead()) {
            reading = null;
        }
        return reading != null;
    }

    private SqliteResult next() {
        SqlScript.Piece piece = pieces.get(at % pieces.size());
        @Nullable Object[] values = bindings.get(at / pieces.size());
        at++;
        return session.execute(piece, pieces.size() == 1 ? values : piece.pick(values), this);
    }

    private void complete() {
        if (!done && !cancelled) {
            done = true;
            actual.onComplete();
        }
        done = true;
    }

    private void fail(RuntimeException failure) {
        if (!done && !cancelled) {
            done = true;
            actual.onError(failure);
        }
    }
}
