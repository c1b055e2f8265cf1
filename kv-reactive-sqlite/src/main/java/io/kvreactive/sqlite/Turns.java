// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Leaves turns to writers of other processes. SQLite has no queue for its lock: who waits looks again from time to time, and meets it free only
 * if those who have it leave it alone for a while. So, as long as others are seen to write, a pause follows every commit; a process that writes
 * alone never pauses.
 */
final class Turns {

    /** How long after a commit of another process its next one is expected. */
    private static final long EXPECTED_MILLIS = 1000;

    private static final int SHORTEST_PAUSE_MILLIS = 1;
    private static final int LONGEST_PAUSE_MILLIS = 5;

    private final Scheduler timer = Schedulers.parallel();

    // Written on the connection's thread, read by any that schedules a write.
    private volatile long lastForeign = -1;
    private volatile long othersUntil = Long.MIN_VALUE;
    private volatile long notBefore = Long.MIN_VALUE;

    /** A transaction has begun, and this is what SQLite's {@code data_version} says in it: another number when others have committed. */
    void begun(long foreign) {
        if (lastForeign >= 0 && foreign != lastForeign) {
            othersUntil = now() + EXPECTED_MILLIS;
        }
        lastForeign = foreign;
    }

    /** A transaction has been committed. */
    void ended() {
        long now = now();
        if (now < othersUntil) {
            notBefore = now + ThreadLocalRandom.current().nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1);
        }
    }

    /** How long the next transaction has to wait; zero for not at all. */
    Duration pause() {
        long until = notBefore;
        return until == Long.MIN_VALUE ? Duration.ZERO : Duration.ofMillis(Math.max(0, until - now()));
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }
}
