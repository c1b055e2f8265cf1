// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Leaves turns to writers of other processes. SQLite has no queue for its lock: who waits looks again from time to time, and meets it free only
 * if those who have it leave it alone for a while. So, as long as others are seen to write, the lock is left alone for about as long as it was
 * held; a process that writes alone never pauses.
 */
final class Turns {

    /** How long after a commit of another process its next one is expected. */
    private static final long EXPECTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A shorter pause is none for a timer: several short transactions are followed by one pause. */
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LongSupplier nanos;

    // Written on the connection's thread.
    private long lastForeign = -1;
    private long begunAt;
    private long held;
    private long othersUntil = Long.MIN_VALUE;
    // Read by any thread that schedules a write.
    private volatile long notBefore = Long.MIN_VALUE;

    Turns() {
        this(nanosOf(Schedulers.parallel()));
    }

    /** With a source of times that only grow. */
    Turns(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private static LongSupplier nanosOf(Scheduler timer) {
        return () -> timer.now(TimeUnit.NANOSECONDS);
    }

    /** A transaction has begun, and this is what SQLite's {@code data_version} says in it: another number when others have committed. */
    void begun(long foreign) {
        begunAt = nanos.getAsLong();
        if (lastForeign >= 0 && foreign != lastForeign) {
            othersUntil = begunAt + EXPECTED_NANOS;
        }
        lastForeign = foreign;
    }

    /** A transaction has ended. */
    void ended() {
        long now = nanos.getAsLong();
        if (now >= othersUntil) {
            held = 0;
            return;
        }
        held += now - begunAt;
        if (held >= SHORTEST_PAUSE_NANOS) {
            // Not always the same, or two processes could keep step.
            long pause = held / 2 + ThreadLocalRandom.current().nextLong(held);
            notBefore = now + Math.min(Math.max(pause, SHORTEST_PAUSE_NANOS), LONGEST_PAUSE_NANOS);
            held = 0;
        }
    }

    /** How long the next transaction has to wait; zero for not at all. */
    Duration pause() {
        long until = notBefore;
        return until == Long.MIN_VALUE ? Duration.ZERO : Duration.ofNanos(Math.max(0, until - nanos.getAsLong()));
    }
}
