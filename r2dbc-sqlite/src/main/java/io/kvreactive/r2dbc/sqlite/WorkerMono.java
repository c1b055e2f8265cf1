// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Work on a connection's thread as a cold publisher: each subscription runs it once. Work without a value runs when it is subscribed to, work
 * with a value when the value is requested.
 */
final class WorkerMono<T> extends Mono<T> {

    private final SqliteSession session;
    private final boolean eager;
    private final Work<T> work;
    private final @Nullable Runnable ifCancelled;

    WorkerMono(SqliteSession session, boolean eager, Work<T> work) {
        this(session, eager, work, null);
    }

    /** With what to do when it is cancelled before its value has been emitted. */
    WorkerMono(SqliteSession session, boolean eager, Work<T> work, @Nullable Runnable ifCancelled) {
        this.session = session;
        this.eager = eager;
        this.work = work;
        this.ifCancelled = ifCancelled;
    }

    /** What runs on the worker; null answers nothing. */
    interface Work<T> {
        @Nullable
        T run(Operation operation);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Call<T> call = new Call<>(actual, this);
        actual.onSubscribe(call);
        if (eager) {
            call.begin();
        }
    }

    @SuppressWarnings("rawtypes")
    private static final class Call<T> extends Operation implements Subscription, SqliteWorker.Task {

        private static final AtomicIntegerFieldUpdater<Call> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Call.class, "state");

        private static final int NEW = 0;
        private static final int BEGUN = 1;
        private static final int EMITTING = 2;
        private static final int ENDED = 3;
        private static final int CANCELLED = 4;

        private final CoreSubscriber<? super T> actual;
        private final WorkerMono<T> parent;
        private volatile int state;

        Call(CoreSubscriber<? super T> actual, WorkerMono<T> parent) {
            this.actual = actual;
            this.parent = parent;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && !parent.eager) {
                begin();
            }
        }

        void begin() {
            if (STATE.compareAndSet(this, NEW, BEGUN)) {
                parent.session.worker().execute(this);
            }
        }

        @Override
        public void cancel() {
            boolean inTime = STATE.compareAndSet(this, NEW, CANCELLED) || STATE.compareAndSet(this, BEGUN, CANCELLED);
            if (!inTime) {
                // A value on its way is its receiver's: first() and take(1), too, cancel when they have got it, on
                // whatever
                // thread.
                STATE.compareAndSet(this, EMITTING, CANCELLED);
                return;
            }
            cancelled = true;
            parent.session.worker().wake();
            if (parent.ifCancelled != null) {
                parent.ifCancelled.run();
            }
        }

        @Override
        public void run() {
            if (cancelled) {
                return;
            }
            T value;
            try {
                value = parent.work.run(this);
            } catch (RuntimeException failure) {
                fail(failure);
                return;
            }
            if (value != null && STATE.compareAndSet(this, BEGUN, EMITTING)) {
                actual.onNext(value);
            }
            if (STATE.compareAndSet(this, value == null ? BEGUN : EMITTING, ENDED)) {
                actual.onComplete();
            }
        }

        @Override
        public void reject() {
            fail(SqliteErrors.closed());
        }

        private void fail(RuntimeException failure) {
            if (STATE.compareAndSet(this, BEGUN, ENDED)) {
                actual.onError(failure);
            }
        }
    }
}
