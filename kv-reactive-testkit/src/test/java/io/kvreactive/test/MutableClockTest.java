// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class MutableClockTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final MutableClock clock = MutableClock.at(START);

    @Test
    void itStandsStillUntilItIsMoved() {
        assertThat(clock.instant()).isEqualTo(START);
        clock.advance(Duration.ofSeconds(90));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(90));
        clock.advance(Duration.ofSeconds(-30));
        assertThat(clock.millis()).isEqualTo(START.plusSeconds(60).toEpochMilli());
        clock.set(Instant.EPOCH);
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void itIsOneClockInEveryZone() {
        Clock there = clock.withZone(ZoneId.of("Asia/Tokyo"));
        clock.advance(Duration.ofHours(1));
        assertThat(there.instant()).isEqualTo(START.plusSeconds(3600));
        assertThat(there.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void manyThreadsMoveItTogether() {
        Flux.range(0, 1000)
                .flatMap(i -> Mono.fromRunnable(() -> clock.advance(Duration.ofMillis(1)))
                        .subscribeOn(Schedulers.parallel()))
                .blockLast();
        assertThat(clock.instant()).isEqualTo(START.plusMillis(1000));
    }

    @Test
    void whoWaitsIsToldWhenTheTimeIsReachedAndNotBefore() {
        StepVerifier.create(clock.reaches(START.plusSeconds(2)).thenReturn(true))
                .expectSubscription()
                .then(() -> clock.advance(Duration.ofSeconds(1)))
                .then(() -> clock.set(START.plusMillis(1999)))
                .then(() -> assertThat(clock.instant()).isBefore(START.plusSeconds(2)))
                .then(() -> clock.set(START.plusSeconds(2)))
                .expectNext(true)
                .verifyComplete();
        StepVerifier.create(clock.reaches(START)).verifyComplete();
    }

    @Test
    void whoNoLongerWaitsIsForgotten() {
        StepVerifier.create(clock.reaches(START.plusSeconds(1))).thenCancel().verify();
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock).hasToString("MutableClock(2026-01-01T00:00:01Z, Z)");
    }
}
