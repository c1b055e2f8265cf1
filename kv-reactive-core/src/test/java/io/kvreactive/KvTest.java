// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.RawEntry;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The API, on the database in memory. */
class KvTest {

    private static final KvKey A = KvKey.of("a");
    private static final KvKey B = KvKey.of("b");

    private final Kv kv = Kv.create("memory:");

    @Test
    void whatWasSetIsReadWithTheVersionOfItsCommit() {
        Versionstamp version = kv.set(A, Map.of("n", 1)).block();
        StepVerifier.create(kv.get(A))
                .assertNext(entry -> {
                    assertThat(entry.key()).isEqualTo(A);
                    assertThat(entry.value()).isEqualTo(Map.of("n", 1));
                    assertThat(entry.versionstamp()).isEqualTo(version);
                    assertThat(entry.expiresAt()).isNull();
                    assertThat(entry.decodeError()).isNull();
                    assertThat(entry.rawValue().encoding()).isEqualTo(KvValue.V8);
                })
                .verifyComplete();
    }

    @Test
    void anAbsentEntryIsEmptyAndAStoredNullIsNot() {
        StepVerifier.create(kv.get(A)).verifyComplete();
        kv.set(A, null).block();
        StepVerifier.create(kv.get(A))
                .assertNext(e -> assertThat(e.value()).isNull())
                .verifyComplete();
        kv.delete(A).block();
        StepVerifier.create(kv.get(A)).verifyComplete();
    }

    @Test
    void bytesAndCountersHaveEncodingsOfTheirOwnAndStoredValuesAreCopied() {
        byte[] bytes = {1, 2};
        kv.set(A, bytes).block();
        kv.set(B, KvU64.MAX).block();
        assertThat(kv.get(A).block().rawValue()).isEqualTo(KvValue.copyOf(KvValue.BYTES, bytes));
        assertThat(kv.get(A).block().value()).isEqualTo(bytes);
        assertThat(kv.get(B).block().value()).isEqualTo(KvU64.MAX);
        KvValue odd = KvValue.copyOf(KvValue.V8, new byte[] {9, 9, 9});
        kv.set(A, odd).block();
        assertThat(kv.list(KvSelector.prefix().onDecodeError(KvSelector.OnDecodeError.KEEP))
                        .blockFirst()
                        .rawValue())
                .isEqualTo(odd);
    }

    @Test
    void aStoredValueOfNoEncodingIsRefusedAtTheCall() {
        assertThatExceptionOfType(KvEncodeException.class)
                .isThrownBy(() -> kv.set(A, KvValue.copyOf(4, new byte[0])))
                .withMessageContaining("no known encoding");
        assertThatExceptionOfType(KvEncodeException.class)
                .isThrownBy(() -> kv.set(A, KvValue.copyOf(KvValue.LE64, new byte[7])))
                .withMessageContaining("eight bytes");
        assertThatExceptionOfType(KvEncodeException.class)
                .isThrownBy(() -> kv.set(A, new Object()))
                .withMessageContaining("java.lang.Object");
    }

    @Test
    void aValueIsEncodedByTheCallThatTakesIt() {
        List<Object> list = new ArrayList<>(List.of(1));
        var set = kv.set(A, list);
        list.add(2);
        set.block();
        assertThat(kv.get(A).block().value()).isEqualTo(List.of(1));
    }

    @Test
    void getManyKeepsPositionsTellsAbsenceAndSplitsMoreKeysThanOneReadTakes() {
        for (int i = 0; i < 25; i += 2) {
            kv.set(KvKey.of("m", i), i).block();
        }
        List<KvKey> keys =
                IntStream.range(0, 25).mapToObj(i -> KvKey.of("m", i)).toList();
        List<KvEntryMaybe<Object>> found = kv.getMany(keys).block();
        assertThat(found).hasSize(25);
        for (int i = 0; i < 25; i++) {
            assertThat(found.get(i).key()).isEqualTo(keys.get(i));
            assertThat(found.get(i).isPresent()).isEqualTo(i % 2 == 0);
            assertThat(found.get(i).value()).isEqualTo(i % 2 == 0 ? i : null);
            assertThat(found.get(i).entry().isPresent()).isEqualTo(i % 2 == 0);
        }
        assertThat(kv.getMany(List.of()).block()).isEmpty();
        assertThat(kv.getMany(List.of(keys.get(0), keys.get(0))).block()).hasSize(2);
    }

    @Test
    void listGivesEntriesInTheOrderOfKeys() {
        List<Integer> numbers = new ArrayList<>(IntStream.range(0, 250).boxed().toList());
        Collections.shuffle(numbers);
        numbers.forEach(i -> kv.set(KvKey.of("l", i), i).block());
        kv.set(KvKey.of("l"), "the prefix itself is not below it").block();
        assertThat(kv.list(KvSelector.prefix("l"))
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .isEqualTo(IntStream.range(0, 250).boxed().toList());
        assertThat(kv.list(KvSelector.prefix("l").reverse().limit(2))
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .containsExactly(249, 248);
    }

    @Test
    void aCheckedTransferCommitsOnceAndThenConflicts() {
        kv.set(A, 100).then(kv.set(B, 0)).block();
        List<KvEntryMaybe<Object>> seen = kv.getMany(List.of(A, B)).block();
        AtomicOperation transfer =
                kv.atomic().check(seen.get(0), seen.get(1)).set(A, 90).set(B, 10);
        assertThat(transfer.commit().block()).isInstanceOf(CommitResult.Committed.class);
        assertThat(transfer.commit().block()).isEqualTo(new CommitResult.Conflict(List.of(0, 1)));
        assertThat(kv.get(A).block().value()).isEqualTo(90);
        assertThat(kv.get(A).block().versionstamp()).isEqualTo(kv.get(B).block().versionstamp());
        assertThat(kv.atomic()
                        .checkAbsent(KvKey.of("c"))
                        .check(kv.get(A).block())
                        .checkAbsent(B)
                        .commit()
                        .block())
                .isEqualTo(new CommitResult.Conflict(List.of(2)));
    }

    @Test
    void anOperationIsCopyOnWrite() {
        AtomicOperation template = kv.atomic().set(A, 1);
        template.set(B, 1).delete(A);
        template.commit().block();
        assertThat(kv.get(A).block().value()).isEqualTo(1);
        assertThat(kv.get(B).block()).isNull();
    }

    @Test
    void laterMutationsSeeEarlierOnes() {
        kv.atomic()
                .sum(A, 5)
                .sum(A, KvU64.of(7))
                .max(A, 3)
                .min(A, 11)
                .sum(B, 1)
                .delete(B)
                .sum(B, 2)
                .commit()
                .block();
        assertThat(kv.get(A).block().value()).isEqualTo(KvU64.of(11));
        assertThat(kv.get(B).block().value()).isEqualTo(KvU64.of(2));
        kv.atomic().sum(A, KvU64.MAX).max(B, KvU64.MAX).commit().block();
        assertThat(kv.get(A).block().value()).isEqualTo(KvU64.of(10));
        assertThat(kv.get(B).block().value())
                .isEqualTo(KvU64.of(BigInteger.TWO.pow(64).subtract(BigInteger.ONE)));
    }

    @Test
    void aCounterThatIsNoneGivesTheWholeCommitUp() {
        kv.set(B, "text").block();
        StepVerifier.create(kv.atomic().set(A, 1).sum(B, 1).commit())
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvMutationException.class)
                        .hasMessageContaining("sum")
                        .hasMessageContaining("[string(1)]")
                        .hasMessageNotContaining("text"))
                .verify();
        assertThat(kv.get(A).block()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kv.atomic().sum(A, -1))
                .withMessageContaining("-1");
    }

    @Test
    void aDatabaseTellsWithWhichOptionsItWasCreated() {
        KvOptions options = KvOptions.builder().transactAttempts(3).build();
        assertThat(Kv.create("memory:", options).options()).isSameAs(options);
        assertThat(kv.options()).isSameAs(KvOptions.defaults());
    }

    @Test
    void anExpiredEntryIsNotShownNorChecked() {
        MutableClock clock = new MutableClock();
        Kv timed = Kv.create(":memory:", KvOptions.builder().clock(clock).build());
        timed.set(A, 1, SetOptions.expireIn(Duration.ofMinutes(5))).block();
        assertThat(timed.get(A).block().expiresAt()).isEqualTo(Instant.EPOCH.plus(Duration.ofMinutes(5)));
        clock.now = Instant.EPOCH.plus(Duration.ofMinutes(5)).minusMillis(1);
        assertThat(timed.get(A).block()).isNotNull();
        clock.now = Instant.EPOCH.plus(Duration.ofMinutes(5));
        assertThat(timed.get(A).block()).isNull();
        assertThat(timed.list(KvSelector.prefix()).collectList().block()).isEmpty();
        assertThat(timed.atomic().checkAbsent(A).sum(A, 1).commit().block().isCommitted())
                .isTrue();
        assertThat(timed.get(A).block().expiresAt()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> SetOptions.expireIn(Duration.ofMillis(-1)));
    }

    @Test
    void anOperationWithoutStepsTakesAVersion() {
        Versionstamp first = ((CommitResult.Committed) kv.atomic().commit().block()).versionstamp();
        Versionstamp second = ((CommitResult.Committed) kv.atomic().commit().block()).versionstamp();
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void nothingIsSentBeforeTheSubscriptionAndEachSubscriptionIsACommit() {
        var commit = kv.atomic().sum(A, 1).commit();
        assertThat(kv.get(A).block()).isNull();
        commit.block();
        commit.block();
        assertThat(kv.get(A).block().value()).isEqualTo(KvU64.of(2));
    }

    @Test
    void limitsAreErrorsThatTellTheLimit() {
        assertThat(limitOf(kv.set(A, new byte[65537]).then())).isEqualTo(List.of(65536L, 65537L));
        assertThat(limitOf(kv.set(KvKey.of("x".repeat(2047)), 1).then())).isEqualTo(List.of(2048L, 2049L));
        assertThat(limitOf(kv.get(KvKey.of("x".repeat(2047))).then())).isEqualTo(List.of(2048L, 2049L));
        AtomicOperation checks = kv.atomic();
        AtomicOperation sets = kv.atomic();
        AtomicOperation large = kv.atomic();
        for (int i = 0; i < 101; i++) {
            checks = checks.checkAbsent(A);
        }
        for (int i = 0; i < 1001; i++) {
            sets = sets.delete(A);
        }
        for (int i = 0; i < 13; i++) {
            large = large.set(KvKey.of(i), new byte[65000]);
        }
        assertThat(limitOf(checks.commit().then())).isEqualTo(List.of(100L, 101L));
        assertThat(limitOf(sets.commit().then())).isEqualTo(List.of(1000L, 1001L));
        assertThat(limitOf(large.commit().then())).isEqualTo(List.of(819200L, 13 * 65018L));
    }

    private static List<Long> limitOf(reactor.core.publisher.Mono<Void> operation) {
        try {
            operation.block();
            throw new AssertionError("no limit was met");
        } catch (KvLimitException e) {
            assertThat(e.getMessage()).contains(e.what(), Long.toString(e.limit()), Long.toString(e.given()));
            assertThat(e.retryable()).isFalse();
            return List.of(e.limit(), e.given());
        }
    }

    @Test
    void afterCloseEveryOperationIsAnErrorAndCloseIsIdempotent() {
        kv.set(A, 1).block();
        kv.close().block();
        kv.close().block();
        StepVerifier.create(kv.get(A)).expectError(KvClosedException.class).verify();
        StepVerifier.create(kv.list(KvSelector.prefix()))
                .expectError(KvClosedException.class)
                .verify();
        StepVerifier.create(kv.atomic().commit())
                .expectError(KvClosedException.class)
                .verify();
        StepVerifier.create(kv.ready()).expectError(KvClosedException.class).verify();
        Kv unused = Kv.create("memory:");
        unused.close().block();
        StepVerifier.create(unused.get(A)).expectError(KvClosedException.class).verify();
    }

    @Test
    void whatRunsWhileTheDatabaseIsClosedEnds() {
        for (int round = 0; round < 50; round++) {
            Kv closing = Kv.create("memory:");
            closing.set(A, 1).block();
            var lists = Flux.range(0, 20)
                    .flatMap(
                            i -> closing.list(KvSelector.prefix().batchSize(1))
                                    .then()
                                    .onErrorComplete(KvClosedException.class),
                            20)
                    .then();
            StepVerifier.create(Mono.when(lists, closing.close()))
                    .expectComplete()
                    .verify(Duration.ofSeconds(10));
        }
    }

    @Test
    void anObserverAndAClockThatFailAreErrorsOfNobodyElse() {
        Kv skipping = Kv.create(
                "memory:",
                KvOptions.builder()
                        .observer(new KvObserver() {
                            @Override
                            public void entrySkipped(KvDecodeException error) {
                                throw new IllegalStateException("observer");
                            }
                        })
                        .build());
        skipping.set(A, KvValue.copyOf(KvValue.V8, new byte[] {1}))
                .then(skipping.set(B, 2))
                .block();
        assertThat(skipping.list(KvSelector.prefix().onDecodeError(KvSelector.OnDecodeError.SKIP))
                        .collectList()
                        .block(Duration.ofSeconds(10)))
                .hasSize(1);
    }

    @Test
    void aCursorOfAnotherSelectorNeverLeavesThePrefix() {
        kv.set(KvKey.of("a", 1), 1)
                .then(kv.set(KvKey.of("a\0secret", "x"), 2))
                .then(kv.set(KvKey.of("Z"), 3))
                .block();
        KvSelector selector = KvSelector.prefix("a");
        assertThat(kv.list(selector.reverse().after(KvCursor.parse("~ffff")))
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .containsExactly(1);
        assertThat(kv.list(selector.after(KvCursor.parse("~")))
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .containsExactly(1);
    }

    @Test
    void aListingGoesOnAfterAKeyThatIsTooLongToBeAskedFor() {
        List<RawEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(ScriptedDatabase.entry(
                    KvKey.of("k", i, "x".repeat(2055)).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {1})));
        }
        Kv foreign = DefaultKv.over(Mono.just(new ScriptedDatabase(entries)), KvOptions.defaults());
        assertThat(foreign.list(KvSelector.prefix("k").batchSize(2))
                        .collectList()
                        .block())
                .hasSize(5);
        KvPage<Object> page = foreign.page(KvSelector.prefix("k").limit(2)).block();
        assertThat(foreign.page(KvSelector.prefix("k").limit(2).after(page.next()))
                        .block()
                        .hasMore())
                .isTrue();
    }

    @Test
    void messagesStayShortWhateverTheKey() {
        Object[] parts = new Object[200_000];
        Arrays.fill(parts, true);
        StepVerifier.create(kv.set(KvKey.of(parts), 1))
                .expectErrorSatisfies(
                        e -> assertThat(e.getMessage()).hasSizeLessThan(500).contains("199984 more"))
                .verify();
    }

    @Test
    void anUnknownUrlListsTheBackendsThatWereFound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Kv.create("redis://user:secret@host?token=secret"))
                .withMessageContaining("redis://host")
                .withMessageContaining("memory")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
        assertThatIllegalArgumentException().isThrownBy(() -> Kv.create(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Kv.create(":other:"))
                .withMessageContaining("./:other:");
    }

    @Test
    void readyGivesTheDatabaseItself() {
        assertThat(kv.ready().block()).isSameAs(kv);
    }

    private static final class MutableClock extends Clock {
        private volatile Instant now = Instant.EPOCH;

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
