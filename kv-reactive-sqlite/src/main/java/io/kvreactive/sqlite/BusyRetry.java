// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Tries again what another connection's lock was in the way of, for as long as one would wait for the lock. SQLite's busy handler waits for
 * most locks, but SQLite does not ask it where waiting could be for ever: when a new file is given its journal mode, when the log of a dead
 * process is recovered, when a snapshot has become stale. It then reports at once that it is busy, and the transaction has to begin anew.
 */
final class BusyRetry {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final Duration patience;
    private final KvObserver observer;
    private final Scheduler timer = Schedulers.parallel();

    BusyRetry(Duration lockWaitTimeout, KvObserver observer) {
        this.patience = lockWaitTimeout;
        this.observer = observer;
    }

    /** The end of the wait of an operation that is subscribed to now. */
    Deadline start() {
        return new Deadline(timer.now(TimeUnit.MILLISECONDS) + patience.toMillis());
    }

    /** Repeats an attempt that leaves nothing when it fails. */
    <R> Mono<R> on(Deadline deadline, Mono<R> attempt) {
        return attempt.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .jitter(0.5)
                .filter(error -> SqliteErrors.isBusy(error) && !deadline.left().isZero())
                .doBeforeRetry(signal -> observer.measured(KvMeasure.LOCK_RETRIES, 1)));
    }

    /** A pause before the next attempt, for who repeats by himself. */
    Mono<Long> pause() {
        observer.measured(KvMeasure.LOCK_RETRIES, 1);
        return Mono.delay(FIRST_PAUSE, timer);
    }

    /** When an operation stops to wait for locks. */
    final class Deadline {
        private final long at;

        private Deadline(long at) {
            this.at = at;
        }

        /** What is left of the wait; zero when it is over. */
        Duration left() {
            return Duration.ofMillis(Math.max(0, at - timer.now(TimeUnit.MILLISECONDS)));
        }
    }
}
