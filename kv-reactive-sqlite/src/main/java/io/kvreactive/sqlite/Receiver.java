// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * One subscriber of a stream that has no end of its own. Demand and cancel come on any thread; signals are given by one task at a time, which
 * asks for the demand before it gives anything.
 */
abstract class Receiver<T> implements Subscription {

    private final CoreSubscriber<? super T> actual;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicBoolean isOver = new AtomicBoolean();

    Receiver(CoreSubscriber<? super T> actual) {
        this.actual = actual;
    }

    /** There is more demand. */
    abstract void asked();

    /** It has gone, or was told the end. Called once. */
    abstract void over();

    void begin() {
        actual.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.getAndAccumulate(n, Operators::addCap);
            if (!isOver()) {
                asked();
            }
        }
    }

    @Override
    public void cancel() {
        if (isOver.compareAndSet(false, true)) {
            over();
        }
    }

    /** How many values may be given now; none to one that has gone or was told the end. */
    long demand() {
        return isOver() ? 0 : requested.get();
    }

    boolean isOver() {
        return isOver.get();
    }

    /** Gives a value, for which there must be demand; false if it has gone. */
    boolean next(T value) {
        if (isOver()) {
            return false;
        }
        if (requested.get() != Long.MAX_VALUE) {
            requested.decrementAndGet();
        }
        actual.onNext(value);
        return true;
    }

    void complete() {
        if (isOver.compareAndSet(false, true)) {
            over();
            actual.onComplete();
        }
    }

    void fail(Throwable error) {
        if (isOver.compareAndSet(false, true)) {
            over();
            actual.onError(error);
        }
    }
}
