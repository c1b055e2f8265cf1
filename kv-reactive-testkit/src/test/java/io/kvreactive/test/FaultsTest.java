// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class FaultsTest {

    private static final KvKey KEY = KvKey.of("k");
    private static final KvUnavailableException LOCKED = new KvUnavailableException("locked", null);

    @RegisterExtension
    static final KvExtension EXTENSION = KvExtension.inMemory();

    private static void fails(Mono<?> operation) {
        StepVerifier.create(operation).verifyErrorSatisfies(e -> assertThat(e).isSameAs(LOCKED));
    }

    @Test
    void everyReadFailsUntilItIsTakenBackAndNoWriteDoes(Kv kv, Faults faults) {
        faults.reads().fail(LOCKED);
        for (int i = 0; i < 3; i++) {
            fails(kv.get(KEY));
            fails(kv.getMany(List.of(KEY)));
            fails(kv.list(KvSelector.prefix()).then());
        }
        kv.set(KEY, 1).block();
        faults.clear();
        assertThat(kv.get(KEY).block().value()).isEqualTo(1);
    }

    @Test
    void aWriteThatFailsIsNotApplied(Kv kv, Faults faults) {
        faults.writes().once().fail(LOCKED);
        fails(kv.set(KEY, 1));
        assertThat(kv.get(KEY).block()).isNull();
        assertThat(kv.set(KEY, 2).block()).isNotNull();
    }

    @Test
    void faultsAreMetInTheOrderInWhichTheyWerePlanned(Kv kv, Faults faults) {
        KvClosedException gone = new KvClosedException("gone");
        faults.reads().times(2).fail(LOCKED);
        faults.reads().once().fail(gone);
        fails(kv.get(KEY));
        fails(kv.get(KEY));
        StepVerifier.create(kv.get(KEY)).verifyError(KvClosedException.class);
        StepVerifier.create(kv.get(KEY)).verifyComplete();
    }

    @Test
    void aSubscriptionMeetsAFaultNotACall(Kv kv, Faults faults) {
        Mono<?> read = kv.get(KEY);
        faults.reads().once().fail(LOCKED);
        fails(read);
        StepVerifier.create(read).verifyComplete();
        StepVerifier.create(read.retry(1)).verifyComplete();
    }

    @Test
    void aListingMeetsAFaultInOneOfItsReads(Kv kv, Faults faults) {
        for (int i = 0; i < 10; i++) {
            kv.set(KvKey.of("l", i), i).block();
        }
        faults.reads().times(2).delay(Duration.ZERO);
        faults.reads().once().fail(LOCKED);
        StepVerifier.create(kv.list(KvSelector.prefix("l").batchSize(3)))
                .expectNextCount(6)
                .verifyErrorSatisfies(e -> assertThat(e).isSameAs(LOCKED));
    }

    @Test
    void aDelayEndsWhenTheTestMovesTheClock(Kv kv, Faults faults, MutableClock clock) {
        kv.set(KEY, 1).block();
        faults.reads().once().delay(Duration.ofSeconds(5));
        StepVerifier.create(kv.get(KEY).map(entry -> clock.instant()))
                .expectSubscription()
                .then(() -> clock.advance(Duration.ofSeconds(4)))
                // Another read overtakes it.
                .then(() -> assertThat(kv.get(KEY).block()).isNotNull())
                .then(() -> clock.advance(Duration.ofSeconds(1)))
                .expectNext(KvExtension.START.plusSeconds(5))
                .verifyComplete();
    }

    @Test
    void aWriteThatIsDelayedIsAppliedAfterwards(Kv kv, Faults faults, MutableClock clock) {
        faults.writes().once().delay(Duration.ofSeconds(5));
        StepVerifier.create(kv.set(KEY, 1))
                .expectSubscription()
                .then(() -> assertThat(kv.get(KEY).block()).isNull())
                .then(() -> clock.advance(Duration.ofSeconds(5)))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(kv.get(KEY).block()).isNotNull();
    }

    @Test
    void aLostAnswerLeavesTheWriteApplied(Kv kv, Faults faults) {
        faults.writes().once().loseAnswer();
        StepVerifier.create(kv.atomic().sum(KEY, 1).commit())
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvOutcomeUnknownException.class)
                        .hasMessageContaining("read before you write again"));
        assertThat(kv.get(KEY).block().value()).isEqualTo(KvU64.of(1));
    }

    @Test
    void aLostRequestLeavesNothing(Kv kv, Faults faults) {
        faults.writes().once().loseRequest();
        StepVerifier.create(kv.atomic().sum(KEY, 1).commit()).verifyError(KvOutcomeUnknownException.class);
        assertThat(kv.get(KEY).block()).isNull();
    }

    @Test
    void aLostAnswerHidesConflictsAndErrorsToo(Kv kv, Faults faults) {
        kv.set(KEY, "text").block();
        faults.writes().times(2).loseAnswer();
        Mono<CommitResult> conflict = kv.atomic().checkAbsent(KEY).commit();
        Mono<CommitResult> mistake = kv.atomic().sum(KEY, 1).commit();
        StepVerifier.create(conflict).verifyError(KvOutcomeUnknownException.class);
        StepVerifier.create(mistake).verifyError(KvOutcomeUnknownException.class);
        assertThat(conflict.block().isCommitted()).isFalse();
        StepVerifier.create(mistake).verifyError(KvMutationException.class);
    }

    @Test
    void aFaultIsMetAtLeastOnce(Faults faults) {
        assertThatIllegalArgumentException().isThrownBy(() -> faults.reads().times(0));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.writes().times(-1));
    }
}
