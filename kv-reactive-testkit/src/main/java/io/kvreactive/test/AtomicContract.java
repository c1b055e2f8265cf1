// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.Versionstamp;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code atomic}: checks, order, and all or nothing. */
abstract class AtomicContract extends ContractPart {

    private static final int COMMITS = 64;

    AtomicContract(KvContract contract) {
        super(contract);
    }

    private CommitResult conflict(Integer... failedChecks) {
        return new CommitResult.Conflict(has(KvContract.Trait.NAMES_FAILED_CHECKS) ? List.of(failedChecks) : List.of());
    }

    @Test
    void checksThatHoldLetTheCommitThrough() {
        Versionstamp version = set(A, 1);
        List<KvEntryMaybe<Object>> seen = await(kv().getMany(List.of(A, B)));
        CommitResult result = await(kv().atomic()
                .check(seen.get(0), seen.get(1))
                .check(get(A))
                .check(A, version)
                .checkAbsent(C)
                .set(B, 2)
                .commit());
        assertThat(result.isCommitted()).isTrue();
        assertThat(new CommitResult.Committed(get(B).versionstamp())).isEqualTo(result);
    }

    @Test
    void aCheckThatFailsIsAValueThatNamesItAndNothingIsWritten() {
        Versionstamp first = set(A, 1);
        set(A, 2);
        set(B, 1);
        List<String> before = dump();
        AtomicOperation operation = withMessage(kv().atomic())
                .check(A, first)
                .check(get(A))
                .checkAbsent(B)
                .check(C, first)
                .checkAbsent(C)
                .set(C, 1)
                .delete(B)
                .sum(KvKey.of("sum"), 1);
        assertThat(await(operation.commit())).isEqualTo(conflict(0, 2, 3));
        assertThat(dump()).isEqualTo(before);
    }

    @Test
    void aCheckIsOnTheStateBeforeTheMutationsOfItsCommit() {
        assertThat(await(kv().atomic().set(A, 1).checkAbsent(A).commit()).isCommitted())
                .isTrue();
        assertThat(await(kv().atomic().delete(A).checkAbsent(A).commit())).isEqualTo(conflict(0));
    }

    @Test
    void aCheckFailsAfterADeleteAndANewSet() {
        Versionstamp first = set(A, 1);
        awaitEnd(kv().delete(A));
        set(A, 1);
        assertThat(await(kv().atomic().check(A, first).commit())).isEqualTo(conflict(0));
    }

    @Test
    void oneCheckOfManyCommitsOnOneVersionHolds() {
        KvEntryMaybe<Object> seen = await(kv().getMany(List.of(A))).get(0);
        long committed =
                all(Flux.range(0, COMMITS)
                                .flatMap(
                                        i -> kv().atomic().check(seen).set(A, i).commit(), COMMITS))
                        .stream()
                        .filter(CommitResult::isCommitted)
                        .count();
        assertThat(committed).isEqualTo(1);
    }

    @Test
    void mutationsAreAppliedInOrderAndLaterOnesSeeEarlierOnes() {
        set(C, 1);
        await(kv().atomic()
                .set(A, KvU64.of(5))
                .sum(A, 5)
                .max(A, 7)
                .min(A, 9)
                .set(B, 1.5)
                .delete(B)
                .sumNumber(B, 2)
                .sumNumber(B, 3)
                .delete(C)
                .sumBigInt(C, BigInteger.ONE)
                .sumBigInt(C, BigInteger.TEN)
                .set(KvKey.of("last"), 1)
                .set(KvKey.of("last"), 2)
                .set(KvKey.of("gone"), 1)
                .delete(KvKey.of("gone"))
                .commitOrThrow());
        assertThat(valueOf(A)).isEqualTo(KvU64.of(9));
        assertThat(((Number) Objects.requireNonNull(valueOf(B))).doubleValue()).isEqualTo(5.0);
        assertThat(valueOf(C)).isEqualTo(BigInteger.valueOf(11));
        assertThat(valueOf(KvKey.of("last"))).isEqualTo(2);
        assertThat(isAbsent(KvKey.of("gone"))).isTrue();
    }

    @Test
    void aMutationThatFailsInTheMiddleLeavesNothing() {
        requires(KvContract.Trait.WHOLE_COMMITS);
        set(A, "no counter");
        set(B, 1);
        List<String> before = dump();
        AtomicOperation failing = withMessage(kv().atomic())
                .set(C, 1)
                .delete(B)
                .set(A, KvU64.ZERO)
                .set(A, "no counter again")
                .sum(A, 1)
                .set(KvKey.of("after"), 1)
                .setVersionstamped(C, 1);
        errorOf(KvMutationException.class, failing.commit());
        assertThat(dump()).isEqualTo(before);
        errorOf(KvMutationException.class, failing.commitOrThrow());
        assertThat(dump()).isEqualTo(before);
        await(kv().atomic().set(C, 1).commitOrThrow());
        assertThat(valueOf(C)).isEqualTo(1);
    }

    @Test
    void mutationsThatFailAmongConcurrentCommitsLeaveNothingAndHarmNoneOfThem() {
        requires(KvContract.Trait.WHOLE_COMMITS);
        KvKey text = KvKey.of("text");
        set(text, "no counter");
        KvKey counter = KvKey.of("counter");
        Flux<Boolean> outcomes = Flux.range(0, 16 * COMMITS)
                .flatMap(
                        i -> {
                            AtomicOperation both = kv().atomic().set(KvKey.of("left", i), i);
                            AtomicOperation last =
                                    i % 3 == 0 ? both.sum(text, 1).sum(counter, 1_000_000) : both.sum(counter, 1);
                            return last.set(KvKey.of("right", i), i)
                                    .commit()
                                    .map(CommitResult::isCommitted)
                                    .onErrorResume(KvMutationException.class, e -> Mono.just(false));
                        },
                        COMMITS);
        List<Boolean> all = all(outcomes);
        long committed = all.stream().filter(done -> done).count();
        assertThat(all).hasSize(16 * COMMITS);
        assertThat(committed).isEqualTo(16L * COMMITS * 2 / 3);
        assertThat(valueOf(counter)).isEqualTo(KvU64.of(committed));
        List<Object> left = values(KvSelector.prefix("left"));
        assertThat(left).isEqualTo(values(KvSelector.prefix("right"))).hasSize((int) committed);
        assertThat(left).noneMatch(i -> (Integer) i % 3 == 0);
    }

    @Test
    void anOperationWithoutStepsTakesAVersion() {
        Versionstamp first = await(kv().atomic().commitOrThrow());
        Versionstamp second = await(kv().atomic().commitOrThrow());
        assertThat(second).isGreaterThan(first);
        assertThat(set(A, 1)).isGreaterThan(second);
    }

    @Test
    void checksAloneAreACommit() {
        Versionstamp version = set(A, 1);
        assertThat(await(kv().atomic().check(A, version).commitOrThrow())).isGreaterThan(version);
        assertThat(get(A).versionstamp()).isEqualTo(version);
    }

    @Test
    void everyStepIsANewOperation() {
        AtomicOperation template = kv().atomic().set(A, 1);
        template.set(B, 1).delete(A).checkAbsent(A).sum(C, 1).enqueue("never");
        await(template.commitOrThrow());
        assertThat(keys(ALL)).containsExactly(A);
    }

    @Test
    void anOperationIsATemplateOfManyCommits() {
        AtomicOperation count = kv().atomic().sum(A, 1);
        await(count.commit().repeat(9).then(Mono.just(true)));
        await(count.set(B, 1).commitOrThrow());
        all(Flux.range(0, COMMITS).flatMap(i -> count.commitOrThrow(), COMMITS));
        assertThat(valueOf(A)).isEqualTo(KvU64.of(11 + COMMITS));
        assertThat(valueOf(B)).isEqualTo(1);
    }

    @Test
    void commitOrThrowGivesTheVersionOrTheConflictAsAnError() {
        Versionstamp version = await(kv().atomic().set(A, 1).commitOrThrow());
        assertThat(get(A).versionstamp()).isEqualTo(version);
        KvConflictException conflict = errorOf(
                KvConflictException.class,
                kv().atomic().check(A, version).checkAbsent(A).set(A, 2).commitOrThrow());
        assertThat(new CommitResult.Conflict(conflict.failedChecks())).isEqualTo(conflict(1));
        assertThat(conflict.attempts()).isEqualTo(1);
        assertThat(conflict.retryable()).isTrue();
        assertThat(valueOf(A)).isEqualTo(1);
    }

    @Test
    void concurrentTransfersWithChecksKeepTheTotal() {
        await(kv().atomic().set(A, 1000).set(B, 0).commitOrThrow());
        Mono<Boolean> transfer = Mono.defer(() -> kv().getMany(List.of(A, B)))
                .flatMap(seen -> kv().atomic()
                        .check(seen.get(0), seen.get(1))
                        .set(A, numberOf(seen.get(0)) - 1)
                        .set(B, numberOf(seen.get(1)) + 1)
                        .commit())
                .map(CommitResult::isCommitted);
        long committed = all(Flux.range(0, 200).flatMap(i -> transfer, 16)).stream()
                .filter(done -> done)
                .count();
        assertThat(committed).isPositive();
        assertThat(valueOf(A)).isEqualTo((int) (1000 - committed));
        assertThat(valueOf(B)).isEqualTo((int) committed);
    }

    private static int numberOf(KvEntryMaybe<Object> seen) {
        return seen.value() instanceof Integer number ? number : 0;
    }
}
