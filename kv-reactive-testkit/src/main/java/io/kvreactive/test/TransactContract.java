// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvConflictException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvTransaction;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.spi.KvObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code transact}: reads become checks, conflicts are retried, and what else goes wrong is not. */
abstract class TransactContract extends ContractPart {

    private static final int ACCOUNTS = 10;
    private static final int START_BALANCE = 1000;
    private static final int TRANSFERS_AT_ONCE = 64;

    private final Retries retries = new Retries();

    TransactContract(KvContract contract) {
        super(contract);
    }

    /** Counts how often a transaction was run again. */
    private static final class Retries implements KvObserver {
        private final AtomicInteger count = new AtomicInteger();
        private final Map<Integer, Integer> byAttempt = new ConcurrentHashMap<>();

        @Override
        public void transactionRetried(int attempt, KvConflictException conflict) {
            count.incrementAndGet();
            byAttempt.merge(attempt, 1, Integer::sum);
        }
    }

    private Kv observing(int attempts) {
        return reopen(options().observer(retries).transactAttempts(attempts));
    }

    private static int number(KvEntryMaybe<Object> seen) {
        return seen.value() instanceof Integer number ? number : 0;
    }

    private static @Nullable Object read(Kv kv, KvKey key) {
        return await(kv.get(key)).value();
    }

    @Test
    void aTransactionReadsWritesAndGivesAResult() {
        set(A, 100);
        String result = await(kv().transact(tx -> tx.get(A)
                .zipWith(
                        tx.get(B),
                        (a, b) -> tx.set(A, number(a) - 10)
                                .set(B, number(b) + 10)
                                .result(a.isPresent() + " " + b.isPresent()))));
        assertThat(result).isEqualTo("true false");
        assertThat(values(ALL)).containsExactly(90, 10);
        assertThat(get(A).versionstamp()).isEqualTo(get(B).versionstamp());
    }

    @Test
    void readsSeeTheTransactionsOwnWrites() {
        set(A, KvU64.of(5));
        set(C, "old");
        List<@Nullable Object> seen = new ArrayList<>();
        Mono<KvTransaction.Outcome<Boolean>> nothing = Mono.empty();
        assertThat(isEmpty(kv().transact(tx -> {
                    tx.sum(A, 2).sum(B, 3).set(C, "new");
                    return Flux.just(A, B, C)
                            .concatMap(tx::get)
                            .doOnNext(entry -> seen.add(entry.value()))
                            .then(Mono.defer(() -> tx.delete(C).get(C)))
                            .doOnNext(entry -> seen.add(entry.isPresent()))
                            .then(nothing);
                })))
                .isTrue();
        assertThat(seen).containsExactly(KvU64.of(7), KvU64.of(3), "new", false);
    }

    @Test
    void anEmptyOutcomeCommitsNothing() {
        set(A, 1);
        List<String> before = dump();
        int writes = observed().writes.get();
        Mono<KvTransaction.Outcome<String>> nothing = Mono.empty();
        assertThat(isEmpty(kv().transact(tx -> tx.get(A)
                        .then(Mono.fromRunnable(() -> tx.set(A, 2).set(B, 2)))
                        .then(nothing))))
                .isTrue();
        assertThat(dump()).isEqualTo(before);
        assertThat(observed().writes).hasValue(writes);
    }

    @Test
    void aResultOfNullIsEmptyAndCommitted() {
        assertThat(isEmpty(
                        kv().transact(tx -> Mono.fromSupplier(() -> tx.set(A, 1).result(null)))))
                .isTrue();
        assertThat(valueOf(A)).isEqualTo(1);
    }

    @Test
    void aConflictIsRetriedAndToldToTheObserver() {
        Kv kv = observing(10);
        await(kv.set(A, 1));
        AtomicInteger runs = new AtomicInteger();
        int result = await(kv.transact(tx -> tx.get(A).flatMap(seen -> {
            // Somebody else is faster, twice.
            Mono<?> between = runs.incrementAndGet() <= 2 ? kv.set(A, 10 * runs.get()) : Mono.just(true);
            return between.then(
                    Mono.fromSupplier(() -> tx.set(A, number(seen) + 1).result(number(seen))));
        })));
        assertThat(result).isEqualTo(20);
        assertThat(read(kv, A)).isEqualTo(21);
        assertThat(runs).hasValue(3);
        assertThat(retries.byAttempt).containsExactlyInAnyOrderEntriesOf(Map.of(1, 1, 2, 1));
    }

    @Test
    void anAbsentKeyThatWasReadIsCheckedToo() {
        Kv kv = observing(2);
        AtomicInteger runs = new AtomicInteger();
        int result = await(kv.transact(tx -> tx.get(A).flatMap(seen -> {
            Mono<?> between = runs.incrementAndGet() == 1 ? kv.set(A, 5) : Mono.just(true);
            return between.then(Mono.fromSupplier(() -> tx.set(B, 1).result(number(seen))));
        })));
        assertThat(result).isEqualTo(5);
        assertThat(retries.count).hasValue(1);
    }

    @Test
    void aKeyThatIsOnlyWrittenIsNotChecked() {
        Kv kv = observing(1);
        await(kv.transact(tx ->
                kv.set(A, 1).then(Mono.fromSupplier(() -> tx.sum(B, 1).set(A, 2).result(true)))));
        assertThat(read(kv, A)).isEqualTo(2);
        assertThat(retries.count).hasValue(0);
    }

    @Test
    void theLastConflictIsAnErrorWithTheNumberOfAttempts() {
        Kv kv = observing(4);
        KvConflictException conflict = errorOf(
                KvConflictException.class,
                kv.transact(tx -> tx.get(A)
                        .flatMap(seen -> kv.set(A, 1)
                                .then(Mono.fromSupplier(() -> tx.set(A, "mine").result(1))))));
        assertThat(conflict.attempts()).isEqualTo(4);
        assertThat(conflict.retryable()).isTrue();
        assertThat(retries.byAttempt.keySet()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(read(kv, A)).isEqualTo(1);
    }

    @Test
    void aListInsideIsRefused() {
        set(A, 1);
        KvUnsupportedException refused = errorOf(
                KvUnsupportedException.class,
                kv().transact(tx -> tx.list(ALL).map(KvEntry::key).collectList().map(tx::result)));
        assertThat(refused).hasMessageContaining("list");
    }

    @Test
    void asManyKeysAreReadAsTheDatabaseChecks() {
        int most = database().limits().checksPerWrite();
        int read = await(kv().transact(tx -> readKeys(tx, most).map(tx::result)));
        assertThat(read).isEqualTo(most);
        KvLimitException error = errorOf(
                KvLimitException.class,
                kv().transact(tx -> readKeys(tx, most + 1).map(tx::result)));
        assertThat(error.limit()).isEqualTo(most);
        assertThat(error.given()).isEqualTo(most + 1L);
    }

    private static Mono<Integer> readKeys(KvTransaction transaction, int count) {
        return Flux.range(0, count)
                .concatMap(i -> transaction.get(KvKey.of("r", i)).then(transaction.get(KvKey.of("r", i))))
                .count()
                .map(Long::intValue);
    }

    @Test
    void noOtherErrorRunsItAgain() {
        set(A, "no counter");
        AtomicInteger runs = new AtomicInteger();
        Mono<Integer> counting = kv().transact(tx -> Mono.fromSupplier(() -> {
            runs.incrementAndGet();
            return tx.sum(A, 1).result(1);
        }));
        errorOf(KvMutationException.class, counting);
        faults.writes().once().loseAnswer();
        errorOf(KvOutcomeUnknownException.class, counting);
        faults.writes().once().fail(new KvUnavailableException("scripted", null));
        errorOf(KvUnavailableException.class, counting);
        Mono<Integer> reading = kv().transact(tx -> tx.get(A).map(seen -> tx.result(runs.incrementAndGet())));
        faults.reads().once().fail(new KvUnavailableException("scripted", null));
        errorOf(KvUnavailableException.class, reading);
        assertThat(runs).hasValue(3);
    }

    @Test
    void theFunctionsOwnErrorIsPassedOnAndNothingIsWritten() {
        IllegalStateException own = new IllegalStateException("own");
        assertThat(errorOf(
                        IllegalStateException.class,
                        kv().transact(tx -> tx.set(A, 1).get(B).then(Mono.<KvTransaction.Outcome<Integer>>error(own)))))
                .isSameAs(own);
        assertThat(isAbsent(A)).isTrue();
    }

    @Test
    void aTransactionEnqueues() {
        awaitTaken(kv().transact(tx -> Mono.fromSupplier(
                () -> tx.enqueue("m", EnqueueOptions.defaults()).set(A, 1).result("done"))));
        assertThat(isAbsent(A)).isEqualTo(!has(KvContract.Trait.ENQUEUES));
    }

    /** Sixty-four at once over ten accounts. */
    @Test
    void transfersUnderContentionKeepTheTotalAndRetriesAreBoundedAndCounted() {
        int commits = contract.transfers();
        Kv kv = observing(commits);
        awaitEnd(Flux.range(0, ACCOUNTS).concatMap(i -> kv.set(KvKey.of("account", i), START_BALANCE)));
        AtomicInteger attempts = new AtomicInteger();
        long committed = await(Flux.range(0, commits)
                .flatMap(i -> transfer(kv, i, attempts), TRANSFERS_AT_ONCE)
                .count());
        List<Object> balances = all(kv.list(KvSelector.prefix("account")).mapNotNull(KvEntry::value));
        assertThat(committed).isEqualTo(commits);
        assertThat(balances.stream().mapToInt(balance -> (Integer) balance).sum())
                .isEqualTo(ACCOUNTS * START_BALANCE);
        assertThat(balances).isEqualTo(expectedBalances(commits));
        assertThat(attempts).hasValue(commits + retries.count.get());
        int most = retries.byAttempt.keySet().stream().mapToInt(n -> n).max().orElse(0);
        System.out.println("transact: " + commits + " transfers, " + TRANSFERS_AT_ONCE + " at once over " + ACCOUNTS
                + " accounts on " + backend() + ": " + retries.count + " conflicts retried, at most " + most
                + " for one transfer");
        assertThat(most).isLessThan(commits);
    }

    /** One unit from account to account, which ones by its number. */
    private static Mono<Integer> transfer(Kv kv, int number, AtomicInteger attempts) {
        KvKey from = KvKey.of("account", from(number));
        KvKey to = KvKey.of("account", to(number));
        return kv.transact(tx -> {
            attempts.incrementAndGet();
            return tx.get(from)
                    .zipWith(
                            tx.get(to),
                            (f, t) -> tx.set(from, number(f) - 1)
                                    .set(to, number(t) + 1)
                                    .result(number));
        });
    }

    private static int from(int number) {
        return number % ACCOUNTS;
    }

    private static int to(int number) {
        return (number + 1 + number / ACCOUNTS % (ACCOUNTS - 1)) % ACCOUNTS;
    }

    private static List<Object> expectedBalances(int commits) {
        int[] balances = IntStream.generate(() -> START_BALANCE).limit(ACCOUNTS).toArray();
        for (int i = 0; i < commits; i++) {
            balances[from(i)]--;
            balances[to(i)]++;
        }
        return IntStream.of(balances).<Object>mapToObj(balance -> balance).toList();
    }
}
