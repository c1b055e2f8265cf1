// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.spi.ReadRange;
import io.kvreactive.v8.jackson.V8Mapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The listing of a selector: batches, demand, direction, limit, cancel. */
class EntryScanTest {

    private static final ValueCodec CODEC = new ValueCodec(V8Mapper.shared());
    private static final KvSelector ALL = KvSelector.prefix("k");

    private static Flux<KvEntry<Object>> scan(ScriptedDatabase database, KvSelector selector) {
        return new EntryScan<>(database, selector, raw -> {
            KvKey key = KvKey.decode(raw.key());
            return new KvEntry<>(
                    key, CODEC.decode(raw.key(), raw.value(), KvType.NATURAL), raw.value(), raw.versionstamp(), null);
        });
    }

    private static List<Object> numbers(ScriptedDatabase database, KvSelector selector) {
        return scan(database, selector)
                .map(ScriptedDatabase::number)
                .collectList()
                .block();
    }

    private static List<Object> upTo(int size) {
        return IntStream.range(0, size).<Object>mapToObj(i -> i).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 99, 100, 101, 199, 200, 201, 255})
    void everyEntryComesOnceInOrderWhateverTheSizeOfTheLastBatch(int size) {
        ScriptedDatabase database = ScriptedDatabase.ofSize(size);
        assertThat(numbers(database, ALL)).isEqualTo(upTo(size));
        // A full batch is followed by a look for more.
        assertThat(database.reads).hasSize(size / 100 + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 255})
    void everyBatchSizeGivesTheSameInBothDirections(int batchSize) {
        List<Object> descending = new ArrayList<>(upTo(20));
        java.util.Collections.reverse(descending);
        assertThat(numbers(ScriptedDatabase.ofSize(20), ALL.batchSize(batchSize)))
                .isEqualTo(upTo(20));
        assertThat(numbers(ScriptedDatabase.ofSize(20), ALL.batchSize(batchSize).reverse()))
                .isEqualTo(descending);
    }

    @Test
    void theLimitEndsTheListingAndShortensTheLastBatch() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(20);
        assertThat(numbers(database, ALL.limit(5).batchSize(2))).isEqualTo(upTo(5));
        assertThat(database.reads.stream().map(ReadRange::limit)).containsExactly(2, 2, 1);
        assertThat(numbers(ScriptedDatabase.ofSize(3), ALL.limit(5))).isEqualTo(upTo(3));
    }

    @Test
    void withoutABatchSizeTheLimitIsOneBatchButNeverMoreThan500() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(3);
        numbers(database, ALL.limit(7));
        numbers(database, ALL.limit(700));
        numbers(database, ALL);
        assertThat(database.reads.stream().map(ReadRange::limit)).containsExactly(7, 500, 100);
    }

    @Test
    void nothingIsReadWithoutDemandAndOneBatchAheadOnceHalfIsTaken() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(100);
        StepVerifier.create(scan(database, ALL.batchSize(10)), 0)
                .expectSubscription()
                .then(() -> assertThat(database.reads).isEmpty())
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(database.reads).hasSize(1))
                .thenRequest(3)
                .expectNextCount(3)
                .then(() -> assertThat(database.reads).hasSize(1))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(database.reads).hasSize(2))
                .thenRequest(5)
                .expectNextCount(5)
                .then(() -> assertThat(database.reads).hasSize(2))
                .thenRequest(5)
                .expectNextCount(5)
                .then(() -> assertThat(database.reads).hasSize(3))
                .thenCancel()
                .verify();
    }

    @Test
    void neverMoreThanWasAskedForIsGiven() {
        Random random = new Random(3);
        ScriptedDatabase database = ScriptedDatabase.ofSize(200);
        long[] asked = {0};
        List<Object> got = new ArrayList<>();
        BaseSubscriber<KvEntry<Object>> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(KvEntry<Object> entry) {
                got.add(ScriptedDatabase.number(entry));
                assertThat(got.size()).isLessThanOrEqualTo((int) asked[0]);
            }
        };
        scan(database, ALL.batchSize(7)).subscribe(subscriber);
        while (got.size() < 200) {
            int n = 1 + random.nextInt(9);
            asked[0] += n;
            subscriber.request(n);
            assertThat(got).hasSize((int) Math.min(asked[0], 200));
        }
        assertThat(got).isEqualTo(upTo(200));
        assertThat(subscriber.isDisposed()).isTrue();
    }

    @Test
    void cancelAtEveryEntryStopsTheReading() {
        for (int at = 0; at <= 30; at++) {
            ScriptedDatabase database = ScriptedDatabase.ofSize(100);
            assertThat(scan(database, ALL.batchSize(10)).take(at).collectList().block())
                    .hasSize(at);
            assertThat(database.reads.size()).isLessThanOrEqualTo(at / 10 + 2);
        }
    }

    @Test
    void cancelDuringAReadCancelsTheRead() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(100).stallingAtRead(1);
        StepVerifier.create(scan(database, ALL.batchSize(10)))
                .expectNextCount(10)
                .thenCancel()
                .verify();
        assertThat(database.cancelled).hasValue(1);
    }

    @Test
    void whatWasReadBeforeAFailureIsGivenBeforeTheError() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(100).failingAtRead(2);
        StepVerifier.create(scan(database, ALL.batchSize(10)))
                .expectNextCount(20)
                .expectError(KvUnavailableException.class)
                .verify();
    }

    @Test
    void aBatchSizeOverTheLimitOfTheDatabaseIsAnError() {
        StepVerifier.create(scan(ScriptedDatabase.ofSize(1), ALL.batchSize(1001)))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvLimitException.class)
                        .hasMessageContaining("1001")
                        .hasMessageContaining("1000")
                        .hasMessageContaining("batchSize"))
                .verify();
    }

    @Test
    void theContextReachesTheDatabase() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(1);
        scan(database, ALL).contextWrite(c -> c.put("who", "me")).blockLast();
        assertThat(database.contexts)
                .allSatisfy(c -> assertThat(c.<String>get("who")).isEqualTo("me"));
    }

    @Test
    void aRequestOfNothingIsAProtocolErrorThatDoesNotRead() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(1);
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            scan(database, ALL).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(0);
                    subscription.request(-1);
                }
            });
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(database.reads).isEmpty();
    }

    @Test
    void demandFromAnotherThreadThanTheReadsLosesNothing() {
        for (int round = 0; round < 50; round++) {
            List<Object> got = scan(ScriptedDatabase.ofSize(200), ALL.batchSize(3))
                    .map(ScriptedDatabase::number)
                    .subscribeOn(Schedulers.parallel())
                    .publishOn(Schedulers.parallel(), 2)
                    .collectList()
                    .block();
            assertThat(got).isEqualTo(upTo(200));
        }
    }

    @Test
    void theSelectorIsCopyOnWrite() {
        KvSelector template = KvSelector.prefix("k");
        template.reverse()
                .limit(1)
                .batchSize(1)
                .consistency(KvConsistency.EVENTUAL)
                .start(KvKey.of("k", 5));
        assertThat(numbers(ScriptedDatabase.ofSize(3), template)).isEqualTo(upTo(3));
    }

    @Test
    void startAndEndNarrowThePrefix() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(10);
        assertThat(numbers(database, ALL.start(KvKey.of("k", 3)).end(KvKey.of("k", 6))))
                .containsExactly(3, 4, 5);
        assertThat(numbers(database, ALL.start(KvKey.of("k", 8)).reverse())).containsExactly(9, 8);
        assertThat(numbers(database, KvSelector.range(KvKey.of("k", 1), KvKey.of("k", 3))))
                .containsExactly(1, 2);
        assertThat(numbers(database, KvSelector.range(KvKey.of("k", 1), KvKey.of("k", 1))))
                .isEmpty();
    }
}
