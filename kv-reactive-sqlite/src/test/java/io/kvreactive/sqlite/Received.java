// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/**
 * What a publisher gives to a test, which asks for it and looks at it when it likes. Without locks: signals come on threads that must not
 * wait for the test's.
 */
final class Received<T> extends BaseSubscriber<T> {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Queue<T> values = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile SignalType end;
    private volatile Throwable failure;

    /** Asks for nothing yet. */
    static <T> Received<T> of(Publisher<T> publisher) {
        Received<T> received = new Received<>();
        publisher.subscribe(received);
        return received;
    }

    /** Asks for everything. */
    static <T> Received<T> allOf(Publisher<T> publisher) {
        Received<T> received = of(publisher);
        received.requestUnbounded();
        return received;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(T value) {
        values.add(value);
        count.incrementAndGet();
    }

    @Override
    protected void hookOnError(Throwable error) {
        failure = error;
    }

    @Override
    protected void hookFinally(SignalType type) {
        end = type;
    }

    /** The next value, which must come. */
    T next() {
        if (!comesAbout(() -> count.get() > 0)) {
            throw new AssertionError("nothing came within " + PATIENCE + ", but " + end, failure);
        }
        count.decrementAndGet();
        return values.remove();
    }

    /** Asks for one value, which must come. */
    T ask() {
        request(1);
        return next();
    }

    /** How many have come and were not looked at. */
    int waiting() {
        return count.get();
    }

    /** How it ends, which it must. */
    SignalType end() {
        until(() -> end != null);
        return end;
    }

    /** Waits until something holds, which it must. */
    static void until(BooleanSupplier condition) {
        if (!comesAbout(condition)) {
            throw new AssertionError("it did not come about within " + PATIENCE);
        }
    }

    private static boolean comesAbout(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }
}
