// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** {@code KvOptions.deadline}: what is late is cancelled and told. Lateness is a fault that lasts until the clock moves, which it does not. */
abstract class DeadlinesContract extends ContractPart {

    private static final Duration DEADLINE = Duration.ofMillis(250);
    private static final Duration FOR_GOOD = Duration.ofDays(365);

    DeadlinesContract(KvContract contract) {
        super(contract);
    }

    private Kv within(Duration deadline) {
        Kv kv = reopen(options().deadline(deadline));
        awaitDespiteDeadlines(kv.ready());
        return kv;
    }

    @Test
    void aLateReadIsATimeoutThatMayBeTriedAgain() {
        Kv kv = within(DEADLINE);
        List<Mono<?>> reads = List.of(
                kv.get(A),
                kv.getMany(List.of(A, B)),
                kv.page(ALL.limit(1)),
                kv.count(ALL),
                kv.deletePrefix(A),
                kv.list(ALL).collectList());
        for (Mono<?> read : reads) {
            faults.reads().once().delay(FOR_GOOD);
            KvTimeoutException error = errorOf(KvTimeoutException.class, read);
            assertThat(error).hasMessageContaining("read").hasMessageContaining(DEADLINE.toString());
            assertThat(error.retryable()).isTrue();
            awaitDespiteDeadlines(read);
        }
    }

    @Test
    void aLateCommitIsOfUnknownOutcome() {
        Kv kv = within(DEADLINE);
        for (Mono<?> write : List.of(
                kv.set(A, 1),
                kv.delete(A),
                kv.enqueue("m"),
                kv.atomic().set(A, 1).commit(),
                kv.transact(tx -> Mono.fromSupplier(() -> tx.set(A, 1).result(1))))) {
            faults.writes().once().delay(FOR_GOOD);
            KvOutcomeUnknownException error = errorOf(KvOutcomeUnknownException.class, write);
            assertThat(error).hasMessageContaining("commit").hasMessageContaining(DEADLINE.toString());
            assertThat(error.retryable()).isFalse();
        }
        awaitDespiteDeadlines(kv.get(A).doOnNext(entry -> {
            throw new AssertionError("applied: " + entry);
        }));
    }

    @Test
    void aListingIsHeldToItReadByRead() {
        Kv kv = within(Duration.ofSeconds(3));
        for (int i = 0; i < 10; i++) {
            awaitDespiteDeadlines(kv.set(KvKey.of("l", i), i));
        }
        List<Object> seen = new ArrayList<>();
        faults.reads().times(2).delay(Duration.ZERO);
        faults.reads().once().delay(FOR_GOOD);
        errorOf(
                KvTimeoutException.class,
                kv.list(ALL.batchSize(3)).mapNotNull(KvEntry::value).doOnNext(seen::add));
        // What was read before is given before the error.
        assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void whatIsLateIsCancelled() {
        Kv kv = within(DEADLINE);
        faults.reads().once().delay(FOR_GOOD);
        errorOf(KvTimeoutException.class, kv.get(A));
        assertThat(observed().underWay).hasValue(0);
    }

    @Test
    void whatIsInTimeIsNotDisturbed() {
        Kv kv = within(PATIENCE);
        await(kv.set(A, 1));
        assertThat(await(kv.get(A)).value()).isEqualTo(1);
        assertThat(all(kv.list(ALL))).hasSize(1);
    }
}
