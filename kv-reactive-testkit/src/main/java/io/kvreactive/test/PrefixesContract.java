// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.AtomicOperation;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import org.junit.jupiter.api.Test;

/** {@code count} and {@code deletePrefix}. */
abstract class PrefixesContract extends ContractPart {

    PrefixesContract(KvContract contract) {
        super(contract);
    }

    private long count(KvSelector selector) {
        return await(kv().count(selector));
    }

    @Test
    void countTellsHowManyEntriesASelectorHas() {
        fill("n", 1234);
        set(KvKey.of("n"), "itself");
        KvSelector below = KvSelector.prefix("n");
        assertThat(count(below)).isEqualTo(1234);
        assertThat(count(below.reverse().batchSize(100))).isEqualTo(1234);
        assertThat(count(ALL)).isEqualTo(1235);
        assertThat(count(below.limit(10))).isEqualTo(10);
        assertThat(count(below.start(KvKey.of("n", 1000)))).isEqualTo(234);
        assertThat(count(KvSelector.range(KvKey.of("n"), KvKey.of("n", 5)))).isEqualTo(6);
        assertThat(count(KvSelector.prefix("none"))).isZero();
    }

    @Test
    void deletePrefixDeletesThousandsInSeveralCommitsAndNothingElse() {
        fill("d", 3000);
        set(KvKey.of("d"), "itself");
        set(KvKey.of("d\0"), "a longer string");
        set(KvKey.of("e", 1), "behind");
        int before = observed().writes.get();
        assertThat(await(kv().deletePrefix(KvKey.of("d")))).isEqualTo(3000);
        assertThat(observed().writes.get() - before).isGreaterThan(1);
        assertThat(keys(ALL)).containsExactly(KvKey.of("d"), KvKey.of("d\0"), KvKey.of("e", 1));
    }

    @Test
    void deletePrefixOfNothingDeletesNothing() {
        set(A, 1);
        assertThat(await(kv().deletePrefix(A))).isZero();
        assertThat(await(kv().deletePrefix(B))).isZero();
        assertThat(keys(ALL)).containsExactly(A);
    }

    @Test
    void deletePrefixOfTheLongestKeysStaysWithinTheLimitsOfACommit() {
        String longest = "k".repeat(database().limits().keyBytes() - 40);
        for (int commit = 0; commit < 15; commit++) {
            AtomicOperation operation = kv().atomic();
            for (int i = 0; i < 30; i++) {
                operation = operation.set(KvKey.of("p", longest, commit * 30 + i), i);
            }
            await(operation.commitOrThrow());
        }
        assertThat(await(kv().deletePrefix(KvKey.of("p")))).isEqualTo(450);
        assertThat(keys(ALL)).isEmpty();
    }

    @Test
    void deletePrefixOfEverythingIsRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> kv().deletePrefix(KvKey.empty()));
    }
}
