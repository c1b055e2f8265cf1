// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvConsistency;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.Versionstamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code get} and {@code getMany}. */
abstract class ReadsContract extends ContractPart {

    ReadsContract(KvContract contract) {
        super(contract);
    }

    @Test
    void anEntryHasItsKeyValueVersionAndNoExpiry() {
        Versionstamp version = set(A, "v");
        KvEntry<Object> entry = get(A);
        assertThat(entry.key()).isEqualTo(A);
        assertThat(entry.rawKey()).isEqualTo(A.encoded());
        assertThat(entry.value()).isEqualTo("v");
        assertThat(entry.versionstamp()).isEqualTo(version);
        assertThat(entry.expiresAt()).isNull();
        assertThat(entry.decodeError()).isNull();
    }

    @Test
    void anAbsentEntryIsEmpty() {
        assertThat(isAbsent(A)).isTrue();
        set(A, 1);
        awaitEnd(kv().delete(A));
        assertThat(isAbsent(A)).isTrue();
    }

    @Test
    void aReadOfEitherConsistencySeesWhatWasAcknowledged() {
        for (KvConsistency consistency : KvConsistency.values()) {
            Versionstamp version = set(A, consistency.name());
            assertThat(await(kv().get(A, consistency)).versionstamp()).isEqualTo(version);
            assertThat(await(kv().getMany(List.of(A), consistency)).get(0).value())
                    .isEqualTo(consistency.name());
            assertThat(all(kv().list(ALL.consistency(consistency)))).hasSize(1);
        }
    }

    @Test
    void getManyKeepsTheOrderOfTheKeysAndRepeatedOnes() {
        set(A, 1);
        set(C, 3);
        List<KvKey> keys = List.of(C, B, A, A, C);
        List<KvEntryMaybe<Object>> found = await(kv().getMany(keys));
        assertThat(found).extracting(KvEntryMaybe::key).isEqualTo(keys);
        assertThat(found).extracting(KvEntryMaybe::value).containsExactly(3, null, 1, 1, 3);
        assertThat(found.get(1).versionstamp()).isNull();
        assertThat(found.get(1).entry()).isEmpty();
        assertThat(found.get(2).versionstamp()).isEqualTo(get(A).versionstamp());
    }

    @Test
    void getManyOfNothingIsAnEmptyListThatReadsNothing() {
        int before = observed().reads.get();
        assertThat(await(kv().getMany(List.of()))).isEmpty();
        assertThat(observed().reads).hasValue(before);
    }

    @Test
    void getManyOfMoreThanOneReadTakesIsSplitInOrder() {
        int most = database().limits().rangesPerRead();
        int count = 3 * most + 1;
        fill("m", count);
        awaitEnd(kv().delete(KvKey.of("m", most)));
        List<KvKey> keys = new ArrayList<>(
                IntStream.range(0, count).mapToObj(i -> KvKey.of("m", i)).toList());
        Collections.reverse(keys);
        int before = observed().reads.get();
        List<KvEntryMaybe<Object>> found = await(kv().getMany(keys));
        assertThat(observed().reads.get() - before).isEqualTo(4);
        assertThat(found).extracting(KvEntryMaybe::key).isEqualTo(keys);
        assertThat(found)
                .filteredOn(seen -> !seen.isPresent())
                .extracting(KvEntryMaybe::key)
                .containsExactly(KvKey.of("m", most));
        assertThat(found.get(0).value()).isEqualTo(count - 1);
    }

    @Test
    void oneReadIsOneSnapshotAmongCommits() {
        await(kv().atomic().set(A, 0).set(B, 0).commitOrThrow());
        Mono<Void> commits = Flux.range(1, 200)
                .concatMap(i -> kv().atomic().set(A, i).set(B, -i).commitOrThrow())
                .then();
        Flux<Integer> sums = kv().getMany(List.of(A, B))
                .map(found -> numberOf(found.get(0)) + numberOf(found.get(1)))
                .repeat(200);
        assertThat(await(Mono.zip(sums.distinct().collectList(), commits.thenReturn(true)))
                        .getT1())
                .containsExactly(0);
    }

    private static int numberOf(KvEntryMaybe<Object> seen) {
        return seen.value() instanceof Integer number ? number : Integer.MIN_VALUE;
    }

    @Test
    void manyReadsAtOnceAllEnd() {
        fill("r", 50);
        List<Object> found = all(Flux.range(0, 2000)
                .flatMap(i -> kv().get(KvKey.of("r", i % 50)), 256)
                .mapNotNull(KvEntry::value));
        assertThat(found).hasSize(2000).contains(0, 49);
    }
}
