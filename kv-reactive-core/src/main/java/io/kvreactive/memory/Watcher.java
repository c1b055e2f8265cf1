// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * A subscriber to something that goes on until the database is closed: what there is to give is asked of {@link #next()} by tasks of the loop,
 * no sooner than it is wanted, and given on a worker of the scheduler, one thing after the other.
 */
abstract class Watcher<T> implements Subscription {

    private final TaskLoop loop;
    private final CoreSubscriber<? super T> actual;
    private final Scheduler.Worker worker;
    private final AtomicLong requested = new AtomicLong();
    private volatile boolean isOver;
    // Touched by tasks only.
    private boolean hasLeft;

    Watcher(TaskLoop loop, CoreSubscriber<? super T> actual, Scheduler scheduler) {
        this.loop = loop;
        this.actual = actual;
        this.worker = scheduler.createWorker();
    }

    /** What there is to give now, or null. Called by a task, when something is wanted. */
    abstract @Nullable T next();

    /** Nobody is there any more, by cancel or close. Called by a task, once. */
    abstract void left();

    /** Something could not be given any more. Called by a task. */
    void undelivered(T value) {}

    /** More is wanted. Called by a task. */
    void wanted() {
        serve();
    }

    /** Gives on what is wanted and there. Called by a task. */
    final void serve() {
        while (isWanting()) {
            T value = next();
            if (value == null) {
                return;
            }
            give(value);
        }
    }

    final boolean hasLeft() {
        return hasLeft;
    }

    final boolean isWanting() {
        return !isOver && !hasLeft && requested.get() > 0;
    }

    /** Gives one of what is wanted. Called by a task. */
    final void give(T value) {
        requested.updateAndGet(n -> n == Long.MAX_VALUE ? n : n - 1);
        worker.schedule(() -> {
            if (isOver) {
                loop.submit(() -> undelivered(value));
            } else {
                actual.onNext(value);
            }
        });
    }

    /** Ends it, after what is on its way. Called by a task. */
    final void complete() {
        leave(actual::onComplete);
    }

    /** Ends it with an error. Called by a task. */
    final void fail(Throwable error) {
        leave(() -> actual.onError(error));
    }

    private void leave(Runnable signal) {
        if (hasLeft) {
            return;
        }
        hasLeft = true;
        left();
        worker.schedule(() -> {
            if (!isOver) {
                isOver = true;
                signal.run();
            }
            worker.dispose();
        });
    }

    @Override
    public final void request(long n) {
        if (Operators.validate(n)) {
            requested.getAndAccumulate(n, Operators::addCap);
            loop.submit(this::wanted);
        }
    }

    @Override
    public final void cancel() {
        isOver = true;
        loop.submit(() -> leave(() -> {}));
    }
}
