// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvSelector;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** {@code setVersionstamped}. */
abstract class VersionstampedKeysContract extends ContractPart {

    private static final KvKey LOG = KvKey.of("log");

    VersionstampedKeysContract(KvContract contract) {
        super(contract);
    }

    @Test
    void theKeyEndsWithTheVersionOfItsCommit() {
        Versionstamp version =
                await(kv().atomic().setVersionstamped(LOG, "v").set(A, 1).commitOrThrow());
        KvKey key = LOG.append(version.toString());
        assertThat(keys(KvSelector.prefix(LOG))).containsExactly(key);
        assertThat(valueOf(key)).isEqualTo("v");
        assertThat(get(key).versionstamp()).isEqualTo(version).isEqualTo(get(A).versionstamp());
        assertThat(isAbsent(LOG)).isTrue();
    }

    @Test
    void keysAreInTheOrderOfTheirCommits() {
        List<Object> written = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            await(kv().atomic().setVersionstamped(LOG, i).commitOrThrow());
            written.add(i);
        }
        assertThat(values(KvSelector.prefix(LOG))).isEqualTo(written);
        all(Flux.range(0, 100)
                .flatMap(i -> kv().atomic().setVersionstamped(LOG, i).commit(), 32));
        assertThat(values(KvSelector.prefix(LOG))).hasSize(130);
    }

    @Test
    void twoOfOnePrefixInOneCommitHitTheSameKeyAndTheLastWins() {
        await(kv().atomic()
                .setVersionstamped(LOG, 1)
                .setVersionstamped(A, 2)
                .setVersionstamped(LOG, 3)
                .commitOrThrow());
        assertThat(values(KvSelector.prefix(LOG))).containsExactly(3);
        assertThat(values(KvSelector.prefix(A))).containsExactly(2);
    }

    @Test
    void aConflictWritesNone() {
        set(A, 1);
        CommitResult result =
                await(kv().atomic().checkAbsent(A).setVersionstamped(LOG, 1).commit());
        assertThat(result.isCommitted()).isFalse();
        assertThat(keys(KvSelector.prefix(LOG))).isEmpty();
    }

    @Test
    void theVersionCountsTowardsTheSizeOfTheKey() {
        int most = database().limits().keyBytes();
        // Two bytes for the string's own tag and end, 22 for the versionstamp.
        KvKey longest = KvKey.of("k".repeat(most - 24));
        Versionstamp version = await(kv().atomic().setVersionstamped(longest, 1).commitOrThrow());
        assertThat(valueOf(longest.append(version.toString()))).isEqualTo(1);
        KvLimitException error = errorOf(
                KvLimitException.class,
                kv().atomic()
                        .setVersionstamped(KvKey.of("k".repeat(most - 23)), 1)
                        .commit());
        assertThat(error.given()).isEqualTo(most + 1L);
    }

    @Test
    void theEntryExpires() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        await(kv().atomic()
                .setVersionstamped(LOG, 1, SetOptions.expireIn(Duration.ofMillis(10)))
                .commitOrThrow());
        clock.advance(Duration.ofMillis(9));
        assertThat(values(KvSelector.prefix(LOG))).containsExactly(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(values(KvSelector.prefix(LOG))).isEmpty();
    }
}
