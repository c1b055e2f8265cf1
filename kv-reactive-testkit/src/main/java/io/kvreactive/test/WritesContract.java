// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** {@code set} and {@code delete}, versions, and what is left when a database is opened again. */
abstract class WritesContract extends ContractPart {

    WritesContract(KvContract contract) {
        super(contract);
    }

    @Test
    void aSetReplacesTheValueAndTheVersion() {
        Versionstamp first = set(A, 1);
        Versionstamp second = set(A, 2);
        assertThat(second).isGreaterThan(first);
        assertThat(valueOf(A)).isEqualTo(2);
        assertThat(get(A).versionstamp()).isEqualTo(second);
        assertThat(keys(ALL)).containsExactly(A);
    }

    @Test
    void aSetOfTheSameValueIsANewVersion() {
        Versionstamp first = set(A, 1);
        assertThat(set(A, 1)).isGreaterThan(first);
    }

    @Test
    void aDeleteRemovesOneEntryAndAnAbsentOneIsFine() {
        set(A, 1);
        set(KvKey.of("a", "below"), 2);
        awaitEnd(kv().delete(A));
        awaitEnd(kv().delete(A));
        awaitEnd(kv().delete(C));
        assertThat(keys(ALL)).containsExactly(KvKey.of("a", "below"));
    }

    @Test
    void versionsIncreaseWithEveryCommitOfAnyKind() {
        List<Versionstamp> versions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            versions.add(set(KvKey.of(i), i));
            versions.add(await(kv().atomic().delete(KvKey.of(i)).commitOrThrow()));
            versions.add(await(kv().atomic().sum(A, 1).commitOrThrow()));
            versions.add(await(kv().atomic().commitOrThrow()));
        }
        assertThat(versions).isSorted().doesNotHaveDuplicates().hasSize(80);
    }

    @Test
    void everythingOfOneCommitHasItsVersion() {
        Versionstamp version = await(kv().atomic().set(A, 1).sum(B, 1).max(C, 1).commitOrThrow());
        assertThat(all(kv().list(ALL)))
                .hasSize(3)
                .allMatch(entry -> entry.versionstamp().equals(version));
    }

    @Test
    void concurrentSetsHaveVersionsOfTheirOwnAndTheLastOneStays() {
        List<Versionstamp> versions = all(Flux.range(0, 256).flatMap(i -> kv().set(A, i), 64));
        assertThat(versions).hasSize(256).doesNotHaveDuplicates();
        assertThat(get(A).versionstamp())
                .isEqualTo(versions.stream().max(Versionstamp::compareTo).orElseThrow());
    }

    @Test
    void whatWasAcknowledgedIsThereWhenTheDatabaseIsOpenedAgain() {
        Versionstamp first = set(A, "kept");
        awaitEnd(kv().set(B, KvKey.of("x").toString(), SetOptions.expireIn(Duration.ofDays(1))));
        Versionstamp last = await(kv().atomic().delete(C).commitOrThrow());
        List<String> before = dump();
        Kv again = reopen(options());
        if (has(KvContract.Trait.SURVIVES_CLOSE)) {
            assertThat(all(again.list(ALL))).hasSameSizeAs(before);
            assertThat(await(again.get(A)).versionstamp()).isEqualTo(first);
            assertThat(await(again.get(A)).value()).isEqualTo("kept");
            assertThat(await(again.set(C, 1))).isGreaterThan(last);
            if (has(KvContract.Trait.FOLLOWS_THE_CLOCK)) {
                clock.advance(Duration.ofDays(1));
                assertThat(isEmpty(again.get(B))).isTrue();
            }
        } else {
            assertThat(all(again.list(ALL))).isEmpty();
        }
    }
}
