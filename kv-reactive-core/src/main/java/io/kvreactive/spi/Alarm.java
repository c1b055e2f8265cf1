// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Waits until a clock shows a time, also if the clock is set meanwhile. */
public final class Alarm {

    /** How late a clock that was set forward can be noticed. */
    private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    private static final Duration SHORTEST_NAP = Duration.ofMillis(1);

    private Alarm() {}

    /**
     * Waits for a time.
     *
     * @param clock whose time it is; a {@link TimerClock} tells by itself, any other is looked at from time to time
     * @param when the time
     * @return completes when the clock shows it or a later one, at most a second late if the clock was set; on a thread of
     *     {@link Schedulers#parallel()}, or whoever moves a {@code TimerClock}
     */
    public static Mono<Void> at(Clock clock, Instant when) {
        if (clock instanceof TimerClock timer) {
            return timer.reaches(when);
        }
        return Mono.defer(() -> nap(clock, when))
                .repeat(() -> clock.instant().isBefore(when))
                .then();
    }

    private static Mono<Void> nap(Clock clock, Instant when) {
        Instant now = clock.instant();
        if (!now.isBefore(when)) {
            return Mono.empty();
        }
        // Compared as times, since a duration between distant ones may overflow.
        Duration left = when.isAfter(now.plus(LONGEST_NAP)) ? LONGEST_NAP : Duration.between(now, when);
        return Mono.delay(left.compareTo(SHORTEST_NAP) < 0 ? SHORTEST_NAP : left, Schedulers.parallel())
                .then();
    }
}
