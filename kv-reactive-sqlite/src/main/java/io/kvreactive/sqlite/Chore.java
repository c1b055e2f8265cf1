// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Something that the database does by itself, in rounds: one at a time, and one more after it if that was asked for meanwhile. A round that
 * fails is told to the observer and tried again.
 */
final class Chore {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final String name;
    private final Supplier<Mono<Instant>> round;
    private final Complaints complaints;
    private final EarliestAlarm alarm;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean isStopped;

    /**
     * A chore that nobody has asked for yet.
     *
     * @param name what it is, a few words
     * @param round one round; gives the time of the next one, at the latest
     */
    Chore(String name, Supplier<Mono<Instant>> round, Clock clock, Complaints complaints) {
        this.name = name;
        this.round = round;
        this.complaints = complaints;
        this.alarm = new EarliestAlarm(clock, this::ask);
    }

    /** Does a round. On any thread; quick. */
    void ask() {
        if (asked.getAndIncrement() == 0) {
            begin();
        }
    }

    /** Does a round then, or before. */
    void askAt(Instant time) {
        alarm.at(time);
    }

    void stop() {
        isStopped = true;
        alarm.stop();
    }

    boolean isStopped() {
        return isStopped;
    }

    private void begin() {
        int begun = asked.get();
        if (!isStopped) {
            Mono.defer(round).subscribe(next -> ended(begun, next), this::failed);
        }
    }

    private void ended(int begun, Instant next) {
        complaints.succeeded(name);
        alarm.at(next);
        if (asked.addAndGet(-begun) > 0) {
            begin();
        }
    }

    private void failed(Throwable error) {
        if (!isStopped) {
            complaints.failed(name, error);
            Mono.delay(PAUSE_AFTER_FAILURE, Schedulers.parallel()).subscribe(tick -> begin());
        }
    }
}
