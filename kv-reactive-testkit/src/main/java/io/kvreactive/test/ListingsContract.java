// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** {@code list}: bounds, direction, limit, batches, demand, and changes meanwhile. */
abstract class ListingsContract extends ContractPart {

    private static final KvSelector BELOW = KvSelector.prefix("l");

    ListingsContract(KvContract contract) {
        super(contract);
    }

    private static List<Object> numbers(int from, int to) {
        return IntStream.range(from, to).<Object>mapToObj(i -> i).toList();
    }

    private static List<Object> reversed(List<Object> list) {
        List<Object> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    @Test
    void aPrefixGivesWhatIsBelowItAndNotItselfNorItsNeighbours() {
        fill("l", 3);
        set(KvKey.of("l"), "itself");
        set(KvKey.of("l", 1, "deeper"), "deeper");
        set(KvKey.of("k", 1), "before");
        set(KvKey.of("l\0", 1), "a longer string");
        set(KvKey.of("la"), "behind");
        assertThat(values(BELOW)).containsExactly(0, 1, "deeper", 2);
        assertThat(values(BELOW.reverse())).containsExactly(2, "deeper", 1, 0);
        assertThat(values(KvSelector.prefix("l", 1))).containsExactly("deeper");
        assertThat(values(KvSelector.prefix(KvKey.empty()))).hasSize(8);
    }

    @Test
    void aRangeIncludesItsStartAndExcludesItsEnd() {
        fill("l", 10);
        KvKey from = KvKey.of("l", 3);
        KvKey to = KvKey.of("l", 6);
        assertThat(values(KvSelector.range(from, to))).containsExactly(3, 4, 5);
        assertThat(values(KvSelector.range(from, to).reverse())).containsExactly(5, 4, 3);
        assertThat(values(KvSelector.range(from, from))).isEmpty();
        assertThat(values(KvSelector.range(KvKey.of("l", 2.5), KvKey.of("l", 4.5))))
                .containsExactly(3, 4);
        assertThat(values(KvSelector.range(KvKey.of("l", BigInteger.ZERO), KvKey.of("l", 1))))
                .containsExactly(0);
        assertThat(values(KvSelector.range(KvKey.empty(), KvKey.of("m")))).isEqualTo(numbers(0, 10));
    }

    @Test
    void aPrefixIsNarrowedByStartAndEnd() {
        fill("l", 10);
        set(KvKey.of("m", 1), "outside");
        assertThat(values(BELOW.start(KvKey.of("l", 7)))).containsExactly(7, 8, 9);
        assertThat(values(BELOW.end(KvKey.of("l", 2)))).containsExactly(0, 1);
        assertThat(values(BELOW.start(KvKey.of("l", 3)).end(KvKey.of("l", 5)).reverse()))
                .containsExactly(4, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 49, 50, 51, 100, 1000})
    void everyBatchSizeGivesTheSameInBothDirections(int batchSize) {
        fill("l", 100);
        assertThat(values(BELOW.batchSize(batchSize))).isEqualTo(numbers(0, 100));
        assertThat(values(BELOW.batchSize(batchSize).reverse())).isEqualTo(reversed(numbers(0, 100)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 99, 100, 101, 5000})
    void theLimitEndsTheListing(long limit) {
        fill("l", 100);
        int expected = (int) Math.min(limit, 100);
        assertThat(values(BELOW.limit(limit))).isEqualTo(numbers(0, expected));
        assertThat(values(BELOW.limit(limit).batchSize(7).reverse())).isEqualTo(reversed(numbers(100 - expected, 100)));
    }

    @Test
    void anEmptyListingCompletes() {
        set(B, 1);
        assertThat(values(BELOW)).isEmpty();
        assertThat(values(BELOW.reverse().limit(3))).isEmpty();
        assertThat(values(KvSelector.prefix("b"))).isEmpty();
    }

    @Test
    void moreEntriesThanSeveralBatchesComeOnceAndInOrder() {
        fill("l", 2350);
        assertThat(values(BELOW)).isEqualTo(numbers(0, 2350));
        assertThat(values(BELOW.batchSize(1000).reverse())).isEqualTo(reversed(numbers(0, 2350)));
    }

    @Test
    void changesBehindTheReadBatchesAreSeenAndNothingComesTwice() {
        fill("l", 20);
        List<Object> seen = new ArrayList<>();
        StepVerifier.create(kv().list(BELOW.batchSize(2)).mapNotNull(KvEntry::value), 0)
                .thenRequest(1)
                .consumeNextWith(seen::add)
                .then(() -> {
                    awaitEnd(kv().delete(KvKey.of("l", 15)));
                    set(KvKey.of("l", 16.5), "between");
                    set(KvKey.of("l", 17), "replaced");
                    set(KvKey.of("l", -1), "before");
                })
                .thenRequest(Long.MAX_VALUE)
                .recordWith(() -> seen)
                .thenConsumeWhile(value -> true)
                .expectComplete()
                .verify(PATIENCE);
        assertThat(seen)
                .doesNotHaveDuplicates()
                .startsWith(0, 1, 2)
                .endsWith(16, "between", "replaced", 18, 19)
                .doesNotContain(15, "before");
    }

    @Test
    void concurrentWritesDisturbNoListing() {
        fill("l", 200);
        Mono<Boolean> writes = Flux.range(0, 200)
                .flatMap(i -> kv().set(KvKey.of("l", i), i).then(kv().set(KvKey.of("other", i), i)), 16)
                .then(Mono.just(true));
        Mono<List<List<Object>>> listings = kv().list(BELOW.batchSize(20))
                .mapNotNull(KvEntry::value)
                .collectList()
                .repeat(20)
                .collectList();
        assertThat(await(Mono.zip(listings, writes)).getT1())
                .allSatisfy(listing -> assertThat(listing).isEqualTo(numbers(0, 200)));
    }

    @Test
    void nothingIsReadWithoutDemandAndNoMoreIsGivenThanWasAskedFor() {
        fill("l", 100);
        int before = observed().reads.get();
        StepVerifier.create(kv().list(BELOW.batchSize(10)), 0)
                .expectSubscription()
                .then(() -> assertThat(observed().reads).hasValue(before))
                .thenRequest(1)
                .expectNextCount(1)
                .thenRequest(9)
                .expectNextCount(9)
                // One batch ahead at most, so that a slow subscriber holds little.
                .then(() -> assertThat(observed().reads.get() - before).isBetween(1, 2))
                .thenRequest(90)
                .expectNextCount(90)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void aSelectorIsATemplate() {
        fill("l", 10);
        KvSelector template = BELOW.limit(5);
        template.reverse().limit(1).batchSize(1).start(KvKey.of("l", 9));
        assertThat(values(template)).isEqualTo(numbers(0, 5));
        assertThat(values(template)).isEqualTo(numbers(0, 5));
    }
}
