// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An entry that has expired is as good as gone, to the millisecond. */
abstract class ExpiryContract extends ContractPart {

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    ExpiryContract(KvContract contract) {
        super(contract);
    }

    @BeforeEach
    void theClockIsFollowed() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
    }

    private Versionstamp expiring(KvKey key, Object value) {
        return await(kv().set(key, value, SetOptions.expireIn(FIVE_MINUTES)));
    }

    private void toTheLastMillisecond() {
        clock.advance(FIVE_MINUTES.minus(MILLISECOND));
    }

    @Test
    void anEntryIsShownUntilItsTimeToTheMillisecond() {
        expiring(A, 1);
        toTheLastMillisecond();
        assertThat(valueOf(A)).isEqualTo(1);
        assertThat(values(ALL)).containsExactly(1);
        clock.advance(MILLISECOND);
        assertThat(isAbsent(A)).isTrue();
        assertThat(values(ALL)).isEmpty();
        assertThat(values(ALL.reverse())).isEmpty();
        assertThat(await(kv().count(ALL))).isZero();
        assertThat(await(kv().getMany(List.of(A, B)))).noneMatch(KvEntryMaybe::isPresent);
    }

    @Test
    void anEntryTellsItsTime() {
        expiring(A, 1);
        set(B, 1);
        assertThat(get(A).expiresAt()).isEqualTo(has(KvContract.Trait.TELLS_EXPIRY) ? START.plus(FIVE_MINUTES) : null);
        assertThat(get(B).expiresAt()).isNull();
    }

    @Test
    void partsOfAMillisecondAreDropped() {
        clock.set(START.plusNanos(999_999));
        await(kv().set(A, 1, SetOptions.expireIn(Duration.ofNanos(1_999_999))));
        clock.set(START.plusNanos(999_999));
        assertThat(isAbsent(A)).isFalse();
        clock.set(START.plusMillis(1));
        assertThat(isAbsent(A)).isTrue();
    }

    @Test
    void whatExpiresAtOnceIsNeverShown() {
        await(kv().set(A, 1, SetOptions.expireIn(Duration.ZERO)));
        assertThat(isAbsent(A)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> SetOptions.expireIn(Duration.ofMillis(-1)));
    }

    @Test
    void aTimeMayBeGivenInsteadOfADuration() {
        await(kv().atomic()
                .set(A, 1, SetOptions.expireAt(START.plus(FIVE_MINUTES).plusNanos(999_999)))
                .set(B, 1, SetOptions.expireAt(START))
                .setVersionstamped(C, 1, SetOptions.expireAt(START.plus(FIVE_MINUTES)))
                .commitOrThrow());
        assertThat(get(A).expiresAt()).isEqualTo(has(KvContract.Trait.TELLS_EXPIRY) ? START.plus(FIVE_MINUTES) : null);
        assertThat(isAbsent(B)).isTrue();
        toTheLastMillisecond();
        assertThat(values(ALL)).containsExactly(1, 1);
        clock.advance(MILLISECOND);
        assertThat(values(ALL)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SetOptions.expireAt(Instant.EPOCH.minusMillis(1)))
                .withMessageContaining("expireAt");
    }

    @Test
    void anExpiredEntryIsAbsentForChecks() {
        Versionstamp version = expiring(A, 1);
        toTheLastMillisecond();
        assertThat(await(kv().atomic().checkAbsent(A).commit()).isCommitted()).isFalse();
        assertThat(await(kv().atomic().check(A, version).commit()).isCommitted())
                .isTrue();
        clock.advance(MILLISECOND);
        assertThat(await(kv().atomic().check(A, version).commit()).isCommitted())
                .isFalse();
        assertThat(await(kv().atomic().checkAbsent(A).set(A, 2).commit()).isCommitted())
                .isTrue();
        assertThat(valueOf(A)).isEqualTo(2);
    }

    @Test
    void anExpiredCounterCountsAsAbsent() {
        expiring(A, KvU64.of(40));
        expiring(B, "no counter");
        clock.advance(FIVE_MINUTES);
        await(kv().atomic().sum(A, 2).max(B, 3).commitOrThrow());
        assertThat(values(ALL)).containsExactly(KvU64.of(2), KvU64.of(3));
    }

    @Test
    void everyWriteButOneWithAnExpiryDropsTheEarlierOne() {
        List<KvKey> keys = List.of(KvKey.of("set"), KvKey.of("sum"), KvKey.of("min"), KvKey.of("max"));
        keys.forEach(key -> expiring(key, KvU64.of(5)));
        await(kv().atomic()
                .set(keys.get(0), 1)
                .sum(keys.get(1), 1)
                .min(keys.get(2), 1)
                .max(keys.get(3), 1)
                .commitOrThrow());
        keys.forEach(key -> assertThat(get(key).expiresAt()).isNull());
        clock.advance(FIVE_MINUTES);
        assertThat(values(ALL)).hasSize(4);
    }

    @Test
    void aNewExpiryReplacesTheEarlierOne() {
        expiring(A, 1);
        await(kv().set(A, 2, SetOptions.expireIn(Duration.ofHours(1))));
        clock.advance(FIVE_MINUTES);
        assertThat(valueOf(A)).isEqualTo(2);
        await(kv().set(A, 3, SetOptions.expireIn(MILLISECOND)));
        clock.advance(MILLISECOND);
        assertThat(isAbsent(A)).isTrue();
    }

    @Test
    void expiredEntriesUseUpNeitherLimitNorBatchNorPage() {
        for (int i = 0; i < 30; i++) {
            KvKey key = KvKey.of("l", i);
            if (i % 3 == 0) {
                set(key, i);
            } else {
                expiring(key, i);
            }
        }
        clock.advance(FIVE_MINUTES);
        KvSelector below = KvSelector.prefix("l");
        assertThat(values(below.batchSize(2))).containsExactly(0, 3, 6, 9, 12, 15, 18, 21, 24, 27);
        assertThat(values(below.limit(4).reverse())).containsExactly(27, 24, 21, 18);
        assertThat(await(kv().page(below.limit(10))).hasMore()).isFalse();
    }

    @Test
    void theTimeCountsFromTheCommitNotFromTheCall() {
        var operation = kv().atomic().set(A, 1, SetOptions.expireIn(FIVE_MINUTES));
        clock.advance(FIVE_MINUTES);
        await(operation.commitOrThrow());
        toTheLastMillisecond();
        assertThat(isAbsent(A)).isFalse();
        clock.advance(MILLISECOND);
        assertThat(isAbsent(A)).isTrue();
    }
}
