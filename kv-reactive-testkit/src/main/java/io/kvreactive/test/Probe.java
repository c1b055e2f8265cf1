// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * A subscriber in the hands of a test: it asks for what the test asks, and keeps what comes until the test looks. Whoever brings something does
 * not wait for a lock that the test has.
 */
final class Probe<T> extends BaseSubscriber<T> {

    private final Queue<T> given = new ConcurrentLinkedQueue<>();
    private final Semaphore waiting = new Semaphore(0);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable Throwable error;

    /** Asks for nothing yet. */
    static <T> Probe<T> on(Publisher<T> publisher) {
        Probe<T> probe = new Probe<>();
        publisher.subscribe(probe);
        return probe;
    }

    /** Asks for all there is. */
    static <T> Probe<T> onAll(Publisher<T> publisher) {
        Probe<T> probe = on(publisher);
        probe.requestUnbounded();
        return probe;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(T value) {
        given.add(value);
        waiting.release();
    }

    @Override
    protected void hookOnComplete() {
        over.countDown();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        error = failure;
        over.countDown();
    }

    /** The next thing, which must come. */
    T next() {
        try {
            if (!waiting.tryAcquire(ContractPart.patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nothing came" + (error == null ? "" : " but " + error));
            }
            return given.remove();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Asks for one thing, which must come. */
    T ask() {
        request(1);
        return next();
    }

    /** What has come and was not looked at. */
    int waiting() {
        return waiting.availablePermits();
    }

    void awaitCompletion() {
        awaitOver();
        assertThat(error).isNull();
    }

    <E extends Throwable> E awaitError(Class<E> type) {
        awaitOver();
        assertThat(error).isInstanceOf(type);
        return Objects.requireNonNull(type.cast(error));
    }

    private void awaitOver() {
        try {
            assertThat(over.await(ContractPart.patience.toMillis(), TimeUnit.MILLISECONDS))
                    .as("over")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
