// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvChange;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** {@code watch}, by {@code docs/spec/keys-and-values.md} section 8: the state now, and whenever it has changed. */
abstract class WatchContract extends ContractPart {

    WatchContract(KvContract contract) {
        super(contract);
    }

    @Override
    @Nullable
    Publisher<?> refused() {
        return has(KvContract.Trait.WATCHES) ? null : kv().watch(A);
    }

    private static List<Object> values(KvChange<?> change) {
        List<Object> values = new ArrayList<>();
        change.entries().forEach(entry -> values.add(entry.isPresent() ? Objects.requireNonNull(entry.value()) : "-"));
        return values;
    }

    @Test
    void theStateNowComesAtOnceWithAbsentKeysToldAsSuch() {
        set(A, 1);
        KvChange<Object> first = Probe.onAll(kv().watch(List.of(A, B))).next();
        assertThat(values(first)).containsExactly(1, "-");
        assertThat(first.changedIndexes()).containsExactly(0, 1);
        assertThat(first.changed()).isEqualTo(first.entries());
        assertThat(first.entries()).extracting(KvEntryMaybe::key).containsExactly(A, B);
    }

    @Test
    void aCommitIsToldWithAllKeysAndWhichOfThemChanged() {
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(List.of(A, B, C)));
        seen.next();
        set(B, 2);
        KvChange<Object> change = seen.next();
        assertThat(values(change)).containsExactly("-", 2, "-");
        assertThat(change.changedIndexes()).containsExactly(1);
        assertThat(change.changed()).extracting(KvEntryMaybe::key).containsExactly(B);
    }

    @Test
    void everyWayOfWritingIsTold() {
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(A));
        assertThat(seen.next().isPresent()).isFalse();
        Versionstamp version = set(A, "set");
        KvEntryMaybe<Object> told = seen.next();
        assertThat(told.value()).isEqualTo("set");
        assertThat(told.versionstamp()).isEqualTo(version);
        awaitEnd(kv().delete(A));
        assertThat(seen.next().isPresent()).isFalse();
        await(kv().atomic().sum(A, 5).commit());
        assertThat(seen.next().isPresent()).isTrue();
        await(kv().atomic().max(A, 7).commit());
        seen.next();
        await(kv().transact(tx -> tx.get(A).map(entry -> tx.set(A, "transact").result(1))));
        assertThat(seen.next().value()).isEqualTo("transact");
        await(kv().deletePrefix(KvKey.of("other")));
        set(A, null);
        KvEntryMaybe<Object> last = seen.next();
        assertThat(last.isPresent()).isTrue();
        assertThat(last.value()).isNull();
    }

    @Test
    void aCommitOfSeveralKeysIsOneState() {
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(List.of(A, B)));
        seen.next();
        await(kv().atomic().set(A, 1).set(B, 2).commit());
        KvChange<Object> change = seen.next();
        assertThat(values(change)).containsExactly(1, 2);
        assertThat(change.changedIndexes()).containsExactly(0, 1);
    }

    @Test
    void theSameValueAgainIsAChangeAndDeletingNothingIsNone() {
        set(A, 1);
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(A));
        seen.next();
        awaitEnd(kv().delete(B));
        set(C, 1);
        Versionstamp again = set(A, 1);
        assertThat(seen.next().versionstamp()).isEqualTo(again);
        assertThat(seen.waiting()).isZero();
    }

    @Test
    void whoIsSlowMissesWhatIsBetweenAndIsGivenTheNewestState() {
        Probe<KvEntryMaybe<Object>> seen = Probe.on(kv().watch(A));
        assertThat(seen.ask().isPresent()).isFalse();
        for (int i = 0; i <= 50; i++) {
            set(A, i);
        }
        List<Integer> given = new ArrayList<>();
        do {
            given.add((Integer) seen.ask().value());
        } while (given.get(given.size() - 1) < 50);
        assertThat(given).isSorted().doesNotHaveDuplicates();
        if (has(KvContract.Trait.TELLS_AT_ONCE)) {
            // One state may have been on its way.
            assertThat(given).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(seen.waiting()).isZero();
    }

    @Test
    void repeatedKeysAndTheEmptyKeyAreFine() {
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(List.of(A, KvKey.empty(), A)));
        assertThat(values(seen.next())).containsExactly("-", "-", "-");
        set(A, 1);
        KvChange<Object> change = seen.next();
        assertThat(values(change)).containsExactly(1, "-", 1);
        assertThat(change.changedIndexes()).containsExactly(0, 2);
    }

    @Test
    void watchingNothingEndsAtOnce() {
        Probe.onAll(kv().watch(List.of())).awaitCompletion();
    }

    @Test
    void moreKeysThanDenoWatchesAreFine() {
        List<KvKey> keys =
                IntStream.range(0, 37).mapToObj(i -> KvKey.of("many", i)).toList();
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(keys));
        assertThat(seen.next().entries()).hasSize(37);
        set(keys.get(36), "last");
        KvChange<Object> change = seen.next();
        assertThat(change.changedIndexes()).containsExactly(36);
        assertThat(change.entries().get(36).value()).isEqualTo("last");
        set(keys.get(0), "first");
        assertThat(seen.next().changedIndexes()).containsExactly(0);
    }

    @Test
    void aKeyThatIsTooLongIsRefused() {
        KvKey tooLong = KvKey.of("x".repeat(3_000));
        errorOf(KvLimitException.class, kv().watch(tooLong));
    }

    @Test
    void theKeyThatAVersionstampedSetWritesIsTold() {
        // The version of the next commit is not known: watch what the last one would have been, by writing it again.
        Versionstamp version = await(kv().atomic().setVersionstamped(A, 1).commitOrThrow());
        KvKey written = A.append(version.toString());
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(written));
        assertThat(seen.next().value()).isEqualTo(1);
        awaitEnd(kv().delete(written));
        assertThat(seen.next().isPresent()).isFalse();
    }

    @Test
    void theEndOfAnEntryByItsExpiryIsTold() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        await(kv().set(A, 1, SetOptions.expireIn(Duration.ofMinutes(5))));
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(A));
        assertThat(seen.next().isPresent()).isTrue();
        clock.advance(Duration.ofMinutes(5));
        assertThat(seen.next().isPresent()).isFalse();
    }

    @Test
    void anExpiryThatComesFirstIsToldFirstWheneverItWasSet() {
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        await(kv().set(A, 1, SetOptions.expireIn(Duration.ofHours(5))));
        await(kv().set(B, 1, SetOptions.expireIn(Duration.ofMinutes(5))));
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(List.of(A, B)));
        assertThat(values(seen.next())).containsExactly(1, 1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(values(seen.next())).containsExactly(1, "-");
        clock.advance(Duration.ofHours(5));
        assertThat(values(seen.next())).containsExactly("-", "-");
    }

    @Test
    void valuesAreOfTheTypeAskedForAndOneThatDoesNotFitEndsTheWatch() {
        set(A, "text");
        Probe<KvEntryMaybe<String>> seen = Probe.onAll(kv().watch(A, String.class));
        String text = seen.next().value();
        assertThat(text).isEqualTo("text");
        set(A, List.of(1));
        seen.awaitError(KvDecodeException.class);
    }

    @Test
    void aCancelledWatchIsToldNothingMore() {
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(A));
        seen.next();
        seen.cancel();
        set(A, 1);
        Probe<KvEntryMaybe<Object>> other = Probe.onAll(kv().watch(A));
        assertThat(other.next().value()).isEqualTo(1);
        assertThat(seen.waiting()).isZero();
    }

    @Test
    void aWatchCompletesWhenTheDatabaseIsClosed() {
        awaitEnd(kv().ready());
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watch(A));
        Probe<KvEntryMaybe<Object>> withoutDemand = Probe.on(kv().watch(A));
        seen.next();
        awaitEnd(kv().close());
        seen.awaitCompletion();
        withoutDemand.awaitCompletion();
        errorOf(KvClosedException.class, kv().watch(A));
    }

    @Test
    void aThousandWatchersOfOneKeyAreAllTold() {
        List<Probe<KvEntryMaybe<Object>>> watchers = all(Flux.range(0, 1_000).map(i -> Probe.onAll(kv().watch(A))));
        watchers.forEach(Probe::next);
        Versionstamp version = set(A, 1);
        for (Probe<KvEntryMaybe<Object>> watcher : watchers) {
            assertThat(watcher.next().versionstamp()).isEqualTo(version);
        }
    }

    @Test
    void underManyCommitsStatesAreSnapshotsAndNeverGoBack() {
        Probe<KvChange<Object>> seen = Probe.onAll(kv().watch(List.of(A, B)));
        seen.next();
        int commits = 500;
        awaitEnd(Flux.range(1, commits)
                .flatMap(i -> kv().atomic().set(A, i).set(B, i).commit(), 16)
                .then(kv().atomic().set(A, "end").set(B, "end").commit()));
        Versionstamp last = null;
        while (true) {
            KvChange<Object> change = seen.next();
            Versionstamp version = change.entries().get(0).versionstamp();
            assertThat(version).isEqualTo(change.entries().get(1).versionstamp());
            if (last != null) {
                assertThat(version).isGreaterThan(last);
            }
            last = version;
            if ("end".equals(change.entries().get(0).value())) {
                return;
            }
        }
    }

    @Test
    void aPrefixIsWatchedOrRefusedByABackendThatCannot() {
        if (!has(KvContract.Trait.WATCHES_PREFIXES)) {
            KvUnsupportedException error = errorOf(KvUnsupportedException.class, kv().watchPrefix(A));
            assertThat(error).hasMessageContaining("watchPrefix").hasMessageContaining("backend");
            return;
        }
        fill("p", 3);
        set(A, "elsewhere");
        set(KvKey.of("p"), "the prefix itself");
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watchPrefix(KvKey.of("p")));
        for (int i = 0; i < 3; i++) {
            assertThat(seen.next().key()).isEqualTo(KvKey.of("p", i));
        }
        set(A, "again");
        set(KvKey.of("p"), "again");
        Versionstamp version = set(KvKey.of("p", 1), "new");
        KvEntryMaybe<Object> changed = seen.next();
        assertThat(changed.key()).isEqualTo(KvKey.of("p", 1));
        assertThat(changed.versionstamp()).isEqualTo(version);
        awaitEnd(kv().delete(KvKey.of("p", 2)));
        KvEntryMaybe<Object> deleted = seen.next();
        assertThat(deleted.key()).isEqualTo(KvKey.of("p", 2));
        assertThat(deleted.isPresent()).isFalse();
        awaitEnd(kv().delete(KvKey.of("p", 2)));
        await(kv().atomic().setVersionstamped(KvKey.of("p"), "stamped").commit());
        assertThat(seen.next().value()).isEqualTo("stamped");
        awaitEnd(kv().close());
        seen.awaitCompletion();
    }

    @Test
    void whoWatchesAPrefixSlowlyIsGivenEachKeyOnceInItsNewestState() {
        requires(KvContract.Trait.WATCHES_PREFIXES);
        Probe<KvEntryMaybe<Object>> seen = Probe.on(kv().watchPrefix(KvKey.of("p")));
        set(KvKey.of("p", 0), "first");
        assertThat(seen.ask().key()).isEqualTo(KvKey.of("p", 0));
        for (int i = 0; i < 20; i++) {
            set(KvKey.of("p", 1), i);
            set(KvKey.of("p", 2), i);
        }
        // What comes and goes while nobody asks was never there for him.
        set(KvKey.of("p", 3), 1);
        awaitEnd(kv().delete(KvKey.of("p", 3)));
        awaitEnd(kv().delete(KvKey.of("p", 0)));
        List<KvEntryMaybe<Object>> told = List.of(seen.ask(), seen.ask(), seen.ask());
        assertThat(told)
                .extracting(KvEntryMaybe::key)
                .containsExactlyInAnyOrder(KvKey.of("p", 0), KvKey.of("p", 1), KvKey.of("p", 2));
        assertThat(told)
                .filteredOn(KvEntryMaybe::isPresent)
                .allSatisfy(entry -> assertThat(entry.value()).isEqualTo(19));
        seen.request(1);
        set(KvKey.of("p", 4), "last");
        assertThat(seen.next().key()).isEqualTo(KvKey.of("p", 4));
    }

    @Test
    void expiryBelowAWatchedPrefixIsTold() {
        requires(KvContract.Trait.WATCHES_PREFIXES);
        requires(KvContract.Trait.FOLLOWS_THE_CLOCK);
        await(kv().set(KvKey.of("p", 1), 1, SetOptions.expireIn(Duration.ofMinutes(5))));
        Probe<KvEntryMaybe<Object>> seen = Probe.onAll(kv().watchPrefix(KvKey.of("p")));
        assertThat(seen.next().isPresent()).isTrue();
        clock.advance(Duration.ofMinutes(5));
        assertThat(seen.next().isPresent()).isFalse();
    }
}
