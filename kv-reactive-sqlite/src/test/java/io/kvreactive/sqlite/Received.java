// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/** What a publisher gives to a test, which asks for it and looks at it when it likes. */
final class Received<T> extends BaseSubscriber<T> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<T> values = new LinkedBlockingQueue<>();
    private final BlockingQueue<SignalType> end = new LinkedBlockingQueue<>();

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
    }

    @Override
    protected void hookOnError(Throwable error) {}

    @Override
    protected void hookFinally(SignalType type) {
        end.add(type);
    }

    /** The next value, which must come. */
    T next() {
        T value = poll(values);
        if (value == null) {
            throw new AssertionError("nothing came within " + PATIENCE + (end.isEmpty() ? "" : " but " + end));
        }
        return value;
    }

    /** Asks for one value, which must come. */
    T ask() {
        request(1);
        return next();
    }

    /** How many have come and were not looked at. */
    int waiting() {
        return values.size();
    }

    /** How it ends, which it must. */
    SignalType end() {
        return poll(end);
    }

    private static <V> V poll(BlockingQueue<V> queue) {
        try {
            return queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until something holds, which it must. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come about within " + PATIENCE);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
