// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When metadata is renewed, and what those are given who wait for it; the time is virtual, and the exchange a script. */
class MetadataCycleTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** A clock that shows the virtual time. */
    private final class VirtualClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return START.plusMillis(time.now(TimeUnit.MILLISECONDS));
        }
    }

    private final Clock clock = new VirtualClock();
    private final Deque<Mono<DatabaseMetadata>> script = new ArrayDeque<>();
    private final List<Instant> exchanges = new ArrayList<>();
    private Duration lifetime = Duration.ofHours(1);
    private VirtualTimeScheduler time;
    private MetadataCycle cycle;

    @BeforeEach
    void start() {
        time = VirtualTimeScheduler.getOrSet();
        Supplier<RuntimeException> closed = () -> new KvClosedException("closed");
        cycle = new MetadataCycle(
                Mono.defer(() -> {
                    exchanges.add(clock.instant());
                    Mono<DatabaseMetadata> planned = script.poll();
                    return planned == null ? Mono.fromSupplier(this::fresh) : planned;
                }),
                clock,
                closed);
    }

    @AfterEach
    void stop() {
        cycle.close();
        VirtualTimeScheduler.reset();
    }

    private DatabaseMetadata fresh() {
        return DatabaseMetadata.of(
                3,
                "a1b2c3d4-0000-4000-8000-000000000001",
                List.of(new DatabaseMetadata.Endpoint(URI.create("https://a/v2"), KvConsistency.STRONG)),
                "token-" + exchanges.size(),
                clock.instant().plus(lifetime));
    }

    private static List<DatabaseMetadata> collected(Flux<DatabaseMetadata> flux) {
        List<DatabaseMetadata> seen = new ArrayList<>();
        flux.subscribe(seen::add, error -> {});
        return seen;
    }

    private static <T> List<Object> outcome(Mono<T> mono) {
        List<Object> outcome = new ArrayList<>();
        mono.subscribe(outcome::add, outcome::add, () -> {});
        return outcome;
    }

    @Test
    void nothingIsExchangedBeforeSomebodyAsks() {
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(exchanges).isEmpty();
        assertThat(cycle.ifValid()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        // Ten seconds are more than they live: as often as is allowed, once a second.
        "PT5S, 3600",
        // Ten seconds before the end: every fifty seconds.
        "PT1M, 72",
        // A tenth of the hour before its end, after fifty-four minutes.
        "PT1H, 2"
    })
    void exchangesInAnHourAreAsManyAsTheRuleSays(Duration lives, int expected) {
        lifetime = lives;
        cycle.valid().subscribe();
        time.advanceTimeBy(Duration.ofHours(1).minusMillis(1));
        assertThat(exchanges).hasSize(expected);
        assertThat(exchanges.get(0)).isEqualTo(START);
        assertThat(cycle.ifValid()).isNotNull();
    }

    @Test
    void aTenthOfItsTimeBeforeTheEndItIsRenewed() {
        cycle.valid().subscribe();
        time.advanceTimeBy(Duration.ofMinutes(54).minusSeconds(1));
        assertThat(exchanges).hasSize(1);
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(exchanges).hasSize(2);
    }

    @Test
    void aThousandWhoAskWhileItHasExpiredCauseOneExchange() {
        lifetime = Duration.ofMinutes(1);
        cycle.valid().subscribe();
        // The renewal ahead of time hangs, until the old metadata has expired.
        Sinks.One<DatabaseMetadata> answer = Sinks.one();
        script.add(answer.asMono());
        time.advanceTimeBy(Duration.ofMinutes(5));
        assertThat(exchanges).hasSize(2);
        assertThat(cycle.ifValid()).isNull();

        List<DatabaseMetadata> given = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            cycle.valid().subscribe(given::add);
        }
        assertThat(given).isEmpty();
        assertThat(exchanges).hasSize(2);
        DatabaseMetadata renewed = fresh();
        answer.tryEmitValue(renewed);
        assertThat(given).hasSize(1_000).containsOnly(renewed);
        assertThat(exchanges).hasSize(2);
    }

    @Test
    void aThousandStreamsShareTheExchanges() {
        lifetime = Duration.ofMinutes(1);
        List<List<DatabaseMetadata>> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(collected(cycle.stream()));
        }
        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(exchanges).hasSize(13);
        assertThat(all).allSatisfy(seen -> assertThat(seen).hasSize(13));
    }

    @Test
    void whatIsStillValidServesWhileItIsRenewed() {
        cycle.valid().subscribe();
        DatabaseMetadata first = cycle.ifValid();
        script.add(Mono.never());
        time.advanceTimeBy(Duration.ofMinutes(59));
        assertThat(exchanges).hasSize(2);
        assertThat(cycle.ifValid()).isSameAs(first);
        assertThat(outcome(cycle.valid())).containsExactly(first);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(cycle.ifValid()).isNull();
        assertThat(outcome(cycle.valid())).isEmpty();
    }

    @Test
    void whoComesLateIsGivenTheNewestFirst() {
        collected(cycle.stream());
        time.advanceTimeBy(Duration.ofMinutes(55));
        assertThat(collected(cycle.stream()))
                .extracting(DatabaseMetadata::token)
                .containsExactly("token-2");
    }

    @Test
    void aSlowSubscriberMissesWhatIsBetween() {
        lifetime = Duration.ofMinutes(1);
        StepVerifier.create(cycle.stream(), 1)
                .assertNext(metadata -> assertThat(metadata.token()).isEqualTo("token-1"))
                .then(() -> time.advanceTimeBy(Duration.ofMinutes(10)))
                .thenRequest(1)
                .assertNext(metadata -> assertThat(metadata.token()).isEqualTo("token-13"))
                .thenCancel()
                .verify();
    }

    @Test
    void whatDidNotServeIsReplacedOnceHoweverManyComplain() {
        cycle.valid().subscribe();
        DatabaseMetadata bad = cycle.ifValid();
        time.advanceTimeBy(Duration.ofMinutes(1));
        List<Object> given = new ArrayList<>();
        Sinks.One<DatabaseMetadata> answer = Sinks.one();
        script.add(answer.asMono());
        for (int i = 0; i < 100; i++) {
            cycle.renewed(bad).subscribe(given::add);
        }
        assertThat(exchanges).hasSize(2);
        DatabaseMetadata good = fresh();
        answer.tryEmitValue(good);
        assertThat(given).hasSize(100).containsOnly(good);
        // Who was slow to complain is given what came meanwhile.
        assertThat(outcome(cycle.renewed(bad))).containsExactly(good);
        assertThat(exchanges).hasSize(2);
    }

    @Test
    void exchangesAreASecondApartEvenIfEachIsComplainedAbout() {
        List<DatabaseMetadata> given = new ArrayList<>();
        cycle.valid().expand(bad -> cycle.renewed(bad)).take(5).subscribe(given::add);
        time.advanceTimeBy(Duration.ofMillis(3_999));
        assertThat(given).hasSize(4);
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(given).hasSize(5);
        assertThat(exchanges)
                .containsExactly(
                        START, START.plusSeconds(1), START.plusSeconds(2), START.plusSeconds(3), START.plusSeconds(4));
    }

    @Test
    void aRefusalIsToldToAllWhoWaitAndNotRepeatedUntilSomebodyAsksAgain() {
        KvDatabaseException refusal = new KvDatabaseException("refused", null);
        script.add(Mono.delay(Duration.ofSeconds(1)).then(Mono.error(refusal)));
        List<Object> first = outcome(cycle.valid());
        List<Object> second = outcome(cycle.stream().next());
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(first).containsExactly(refusal);
        assertThat(second).containsExactly(refusal);
        assertThat(exchanges).hasSize(1);
        assertThat(outcome(cycle.valid())).hasSize(1).first().isInstanceOf(DatabaseMetadata.class);
        assertThat(exchanges).hasSize(2);
    }

    @Test
    void aRefusalOfTheRenewalEndsTheStreamsAndLeavesWhatIsValid() {
        List<Throwable> errors = new ArrayList<>();
        List<DatabaseMetadata> seen = new ArrayList<>();
        cycle.stream().subscribe(seen::add, errors::add);
        KvDatabaseException refusal = new KvDatabaseException("refused", null);
        script.add(Mono.error(refusal));
        time.advanceTimeBy(Duration.ofMinutes(55));
        assertThat(errors).containsExactly(refusal);
        assertThat(cycle.ifValid()).isSameAs(seen.get(0));
        assertThat(exchanges).hasSize(2);
        // Until it has expired and somebody asks.
        time.advanceTimeBy(Duration.ofHours(2));
        assertThat(exchanges).hasSize(2);
        assertThat(collected(cycle.stream())).hasSize(1);
        assertThat(exchanges).hasSize(3);
        // And the cycle goes on.
        time.advanceTimeBy(Duration.ofMinutes(55));
        assertThat(exchanges).hasSize(4);
    }

    @Test
    void closingEndsTheCycleTheStreamsAndThoseWhoWait() {
        List<DatabaseMetadata> seen = new ArrayList<>();
        boolean[] isComplete = new boolean[1];
        cycle.stream().subscribe(seen::add, error -> {}, () -> isComplete[0] = true);
        script.add(Mono.never());
        time.advanceTimeBy(Duration.ofMinutes(61));
        List<Object> waiting = outcome(cycle.valid());
        cycle.close();
        cycle.close();
        assertThat(isComplete[0]).isTrue();
        assertThat(waiting).hasSize(1).first().isInstanceOf(KvClosedException.class);
        assertThat(outcome(cycle.valid())).hasSize(1).first().isInstanceOf(KvClosedException.class);
        long scheduled = time.getScheduledTaskCount();
        time.advanceTimeBy(Duration.ofDays(1));
        assertThat(exchanges).hasSize(2);
        assertThat(time.getScheduledTaskCount()).isEqualTo(scheduled);
    }

    @Test
    void closingCancelsTheExchangeThatIsUnderWay() {
        boolean[] isCancelled = new boolean[1];
        script.add(Mono.<DatabaseMetadata>never().doOnCancel(() -> isCancelled[0] = true));
        List<Object> waiting = outcome(cycle.valid());
        cycle.close();
        assertThat(isCancelled[0]).isTrue();
        assertThat(waiting).hasSize(1).first().isInstanceOf(KvClosedException.class);
    }

    @Test
    void whoCancelsLeavesTheExchangeToTheOthers() {
        Sinks.One<DatabaseMetadata> answer = Sinks.one();
        script.add(answer.asMono());
        Disposable cancelled = cycle.valid().subscribe();
        List<Object> other = outcome(cycle.valid());
        cancelled.dispose();
        answer.tryEmitValue(fresh());
        assertThat(other).hasSize(1).first().isInstanceOf(DatabaseMetadata.class);
        assertThat(exchanges).hasSize(1);
    }
}
