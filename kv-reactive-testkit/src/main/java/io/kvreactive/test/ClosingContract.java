// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Opening and closing. */
abstract class ClosingContract extends ContractPart {

    ClosingContract(KvContract contract) {
        super(contract);
    }

    @Test
    void theUrlIsOpenedByKvCreate() {
        Kv plain = Kv.create(contract.freshUrl(), options().build());
        Kv ready = await(plain.ready());
        assertThat(ready).isSameAs(plain);
        await(plain.set(A, 1));
        assertThat(await(plain.get(A)).value()).isEqualTo(1);
        awaitEnd(plain.close());
    }

    @Test
    void readyMayBeAskedForAgainAndByMany() {
        List<Kv> all = all(Flux.range(0, 32).flatMap(i -> kv().ready().subscribeOn(Schedulers.parallel())));
        assertThat(all).hasSize(32).containsOnly(kv());
        assertThat(await(kv().ready())).isSameAs(kv());
    }

    @Test
    void closingIsIdempotentAndMayBeDoneByManyAtOnce() {
        set(A, 1);
        awaitEnd(Flux.range(0, 16).flatMap(i -> kv().close().subscribeOn(Schedulers.parallel())));
        awaitEnd(kv().close());
    }

    @Test
    void aDatabaseThatWasNeverOpenedIsClosedWithoutOpeningIt() {
        awaitEnd(kv().close());
        errorOf(KvClosedException.class, kv().ready());
    }

    @Test
    void laterOperationsEndWithAnErrorThatSaysSo() {
        await(kv().ready());
        var operation = kv().atomic().set(A, 1);
        awaitEnd(kv().close());
        List<Flux<?>> operations = List.of(
                kv().ready().flux(),
                kv().get(A).flux(),
                kv().getMany(List.of(A)).flux(),
                kv().list(ALL),
                kv().page(ALL.limit(1)).flux(),
                kv().count(ALL).flux(),
                kv().deletePrefix(A).flux(),
                kv().set(A, 1).flux(),
                kv().delete(A).flux(),
                kv().enqueue(1).flux(),
                kv().transact(tx -> tx.get(A).map(tx::result)).flux(),
                operation.commit().flux(),
                operation.commitOrThrow().flux());
        for (Flux<?> later : operations) {
            KvClosedException error = errorOf(KvClosedException.class, later);
            assertThat(error).hasMessageContaining("closed");
            assertThat(error.retryable()).isFalse();
        }
    }

    @Test
    void whatWasBegunIsFinishedBeforeTheCloseCompletes() {
        await(kv().ready());
        Mono<List<CommitResult>> commits = Flux.range(0, 50)
                .flatMap(i -> kv().atomic().sum(A, 1).commit(), 50)
                .collectList()
                .cache();
        Mono<KvU64> seen = kv().get(A)
                .map(entry -> (KvU64) Objects.requireNonNull(entry.value()))
                .cache();
        commits.subscribe();
        seen.subscribe(value -> {}, error -> {});
        awaitEnd(kv().close());
        assertThat(await(commits)).hasSize(50).allMatch(CommitResult::isCommitted);
        assertThat(await(seen.map(KvU64::unsignedLongValue).defaultIfEmpty(0L))).isBetween(0L, 50L);
        if (has(KvContract.Trait.SURVIVES_CLOSE)) {
            reopen(options());
            assertThat(valueOf(A)).isEqualTo(KvU64.of(50));
        }
    }

    @Test
    void aListingThatIsUnderWayEndsOneWayOrTheOther() {
        fill("l", 300);
        Mono<Long> listing = kv().list(ALL.batchSize(10))
                .delayUntil(entry -> entry.key().equals(KvKey.of("l", 25)) ? kv().close() : Mono.empty())
                .count();
        errorOf(KvClosedException.class, listing);
    }
}
