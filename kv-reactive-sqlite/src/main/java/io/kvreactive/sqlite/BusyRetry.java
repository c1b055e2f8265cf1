// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Tries again what another connection's lock was in the way of, for as long as one would wait for the lock. SQLite's busy handler waits for
 * most locks, but SQLite does not ask it where waiting could be for ever: when a new file is given its journal mode, when the log of a dead
 * process is recovered, when a snapshot has become stale. It then reports at once that it is busy, and the transaction has to begin anew.
 */
final class BusyRetry {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final long patience;
    private final Scheduler timer;

    BusyRetry(Duration lockWaitTimeout, Scheduler timer) {
        this.patience = lockWaitTimeout.toMillis();
        this.timer = timer;
    }

    /** Repeats an attempt that leaves nothing when it fails. */
    <R> Mono<R> on(Mono<R> attempt) {
        return Mono.defer(() -> {
            long start = timer.now(TimeUnit.MILLISECONDS);
            return attempt.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                    .maxBackoff(LONGEST_PAUSE)
                    .jitter(0.5)
                    .scheduler(timer)
                    .filter(error ->
                            SqliteErrors.isBusy(error) && timer.now(TimeUnit.MILLISECONDS) - start < patience));
        });
    }
}
