// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.spi.TimerClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class MutableClock extends Clock implements TimerClock {

    private final Time time;
    private final ZoneId zone;

    private MutableClock(Time time, ZoneId zone) {
        this.time = time;
        this.zone = zone;
    }

    /**
     * A clock.
     *
     * @param start the time that it shows
     * @return the clock, in UTC
     */
    public static MutableClock at(Instant start) {
        return new MutableClock(new Time(start), ZoneOffset.UTC);
    }

    /**
     * Moves the clock on.
     *
     * @param duration how far; a negative one moves it back
     */
    public void advance(Duration duration) {
        time.now.updateAndGet(now -> now.plus(duration));
        time.tellWhoWaits();
    }

    /**
     * Sets the clock.
     *
     * @param instant the time that it shows from now on, later or earlier than before
     */
    public void set(Instant instant) {
        time.now.set(instant);
        time.tellWhoWaits();
    }

    @Override
    public Instant instant() {
        return time.instant();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock in another zone: moving one moves the other. */
    @Override
    public MutableClock withZone(ZoneId other) {
        return new MutableClock(time, other);
    }

    /** Completes when a test has moved the clock so far: on the thread that moves it. */
    @Override
    public Mono<Void> reaches(Instant instant) {
        return Mono.create(sink -> time.await(new Waiting(instant, sink)));
    }

    @Override
    public String toString() {
        return "MutableClock(" + instant() + ", " + zone + ")";
    }

    private record Waiting(Instant until, MonoSink<Void> sink) {}

    /** The time that all zones of a clock share, and who waits for it to pass. */
    private static final class Time {
        private final AtomicReference<Instant> now;
        private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

        Time(Instant start) {
            this.now = new AtomicReference<>(start);
        }

        Instant instant() {
            return now.get();
        }

        void await(Waiting one) {
            waiting.add(one);
            one.sink.onDispose(() -> waiting.remove(one));
            tellWhoWaits();
        }

        void tellWhoWaits() {
            waiting.stream().filter(one -> !one.until.isAfter(now.get())).forEach(one -> one.sink.success());
        }
    }
}
