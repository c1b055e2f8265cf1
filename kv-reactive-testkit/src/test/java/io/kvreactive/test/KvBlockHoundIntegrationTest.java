// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.NonBlocking;

class KvBlockHoundIntegrationTest {

    private static final int THREADS = 8;
    private static final int TIMERS = 20_000;

    /** So many at a time that some wait for the lock of the queue: BlockHound then throws, if it does not know that it may not. */
    @Test
    void timersAreCancelledByThreadsThatMustNotBlock() throws InterruptedException {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
        timers.setRemoveOnCancelPolicy(true);
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(THREADS);
        Stream.generate(() -> new Canceller(timers, errors, done))
                .limit(THREADS)
                .forEach(Thread::start);

        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(errors).isEmpty();
        assertThat(timers.getQueue()).isEmpty();
        timers.shutdownNow();
    }

    private static final class Canceller extends Thread implements NonBlocking {

        Canceller(ScheduledThreadPoolExecutor timers, Queue<Throwable> errors, CountDownLatch done) {
            super(() -> {
                try {
                    IntStream.range(0, TIMERS)
                            .forEach(i ->
                                    timers.schedule(() -> {}, 1, TimeUnit.DAYS).cancel(false));
                } catch (Throwable e) {
                    errors.add(e);
                } finally {
                    done.countDown();
                }
            });
            setDaemon(true);
        }
    }
}
