// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvSelector;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvU64;
import io.kvreactive.test.TcpFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A network that fails, between a client and a server that do not. */
class FaultsIT extends ServerTest {

    private TcpFaults network;

    @BeforeEach
    void putTheNetworkInBetween() {
        network = TcpFaults.inFrontOf("127.0.0.1", server.port());
    }

    @AfterEach
    void takeItAway() {
        network.close();
    }

    private Kv through(RemoteOptions own) {
        return kv("http://127.0.0.1:" + network.port(), own);
    }

    private Kv through() {
        Kv kv = through(quick().build());
        await(kv.ready());
        return kv;
    }

    private static AtomicOperation sum(Kv kv) {
        return kv.atomic().sum(A, 1);
    }

    private static Object counter(Kv kv) {
        return kv.get(A).map(KvEntry::value).block(PATIENCE);
    }

    @Test
    void aReadIsRepeatedWhereverItsConnectionIsReset() {
        Kv kv = through();
        await(kv.set(A, "value"));
        network.resetBeforeRequest();
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        network.resetWithinRequest(10);
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        network.resetAfterRequest();
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        assertThat(network.met()).isEqualTo(3);
    }

    @Test
    void aSetIsRepeatedWhereverItsConnectionIsReset() {
        Kv kv = through();
        network.resetBeforeRequest();
        await(kv.set(A, 1));
        network.resetWithinRequest(10);
        await(kv.set(A, 2));
        network.resetAfterRequest();
        await(kv.set(A, 3));
        assertThat(network.met()).isEqualTo(3);
        // Of the first two nothing arrived, the last arrived twice.
        assertThat(server.count(WRITE)).isEqualTo(4);
        assertThat(await(kv.get(A)).value()).isEqualTo(3);
    }

    @Test
    void aSumThatWasSentIsUnknownAndAppliedOnceAtTheMost() {
        Kv kv = through();
        network.resetBeforeRequest();
        errorOf(KvOutcomeUnknownException.class, sum(kv).commit());
        network.resetWithinRequest(10);
        errorOf(KvOutcomeUnknownException.class, sum(kv).commit());
        assertThat(counter(kv)).isNull();
        network.resetAfterRequest();
        errorOf(KvOutcomeUnknownException.class, sum(kv).commit());
        assertThat(counter(kv)).isEqualTo(KvU64.of(1));
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @Test
    void aSumThatCouldNotBeSentIsRepeatedAndAppliedOnce() {
        Kv kv = through(quick().http(watched(client -> client)).build());
        await(kv.ready());
        network.refuse();
        network.cutAll();
        awaitThatTheClientKnows();
        Mono<Boolean> done =
                sum(kv).commit().map(result -> result.isCommitted()).cache();
        done.subscribe();
        network.accept();
        assertThat(await(done)).isTrue();
        assertThat(counter(kv)).isEqualTo(KvU64.of(1));
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @Test
    void anIdleConnectionThatWasCutIsNoticedBeforeItIsUsed() {
        Kv kv = through();
        for (int i = 1; i <= 10; i++) {
            network.cutAll();
            awaitThat(() -> network.open() == 0);
            // The cut has arrived when a later answer has.
            await(kv.get(B).hasElement());
            await(sum(kv).commit());
            assertThat(counter(kv)).isEqualTo(KvU64.of(i));
        }
    }

    @Test
    void aHalfOpenConnectionEndsByTheTimeoutOfAnswers() {
        Kv kv = through(quick().http(HttpOptions.builder()
                        .responseTimeout(Duration.ofMillis(300))
                        .build())
                .build());
        await(kv.set(A, "value"));
        network.goSilent();
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        network.goSilent();
        KvOutcomeUnknownException error =
                errorOf(KvOutcomeUnknownException.class, kv.atomic().sum(B, 1).commit());
        assertThat(error).hasMessageContaining("no answer within PT0.3S");
    }

    @Test
    void aRequestThatIsTooLargeForAServerThatDoesNotReadEndsToo() {
        Kv kv = through(quick().http(HttpOptions.builder()
                        .responseTimeout(Duration.ofMillis(300))
                        .build())
                .deadline(Duration.ofSeconds(3))
                .build());
        await(kv.ready());
        AtomicOperation large = kv.atomic();
        for (int i = 0; i < 12; i++) {
            large = large.set(KvKey.of("large", i), new byte[65_000]);
        }
        for (int i = 0; i < 20; i++) {
            network.goSilent();
        }
        errorOf(KvOutcomeUnknownException.class, large.commit());
    }

    @Test
    void aSlowAnswerIsWaitedForAsLongAsItGoesOn() {
        Kv kv = through(quick().http(HttpOptions.builder()
                        .responseTimeout(Duration.ofSeconds(2))
                        .build())
                .build());
        await(kv.set(A, "x".repeat(500)));
        network.slow(20, Duration.ofMillis(100));
        int reads = server.count(READ);
        assertThat(await(kv.get(A)).value()).isEqualTo("x".repeat(500));
        assertThat(server.count(READ)).isEqualTo(reads + 1);
    }

    @Test
    void anAnswerThatIsTooSlowEndsWithTheDeadline() {
        Kv kv = through(quick().deadline(Duration.ofSeconds(3)).build());
        await(kv.set(A, "x".repeat(5_000)));
        network.slow(1, Duration.ofMillis(100));
        errorOf(KvTimeoutException.class, kv.get(A));
    }

    @Test
    void aListingGoesOnOverResets() {
        Kv kv = through();
        for (int i = 0; i < 500; i += 100) {
            AtomicOperation operation = kv.atomic();
            for (int k = i; k < i + 100; k++) {
                operation = operation.set(KvKey.of("l", k), k);
            }
            await(operation.commitOrThrow());
        }
        Random random = new Random(5);
        List<Object> seen = kv.list(KvSelector.prefix("l").batchSize(20))
                .map(entry -> {
                    if (random.nextInt(20) == 0) {
                        switch (random.nextInt(3)) {
                            case 0 -> network.resetBeforeRequest();
                            case 1 -> network.resetAfterRequest();
                            default -> network.cutAll();
                        }
                    }
                    return entry.value();
                })
                .collectList()
                .block(PATIENCE);
        assertThat(seen)
                .hasSize(500)
                .doesNotHaveDuplicates()
                .startsWith(0, 1, 2)
                .endsWith(498, 499);
        assertThat(network.met()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aWatchGoesOnOverCuts(HttpOptions.Version version) {
        Kv kv = through(
                quick().http(HttpOptions.builder().version(version).build()).build());
        AtomicInteger next = new AtomicInteger();
        StepVerifier.Step<Object> watching = StepVerifier.create(
                        kv.watch(A).map(seen -> seen.isPresent() ? seen.value() : "none"))
                .expectNext("none");
        for (int i = 0; i < 10; i++) {
            int value = i;
            watching = watching.then(() -> {
                        network.cutAll();
                        await(kv.set(A, value));
                        next.set(value);
                    })
                    .expectNext(value);
        }
        watching.thenCancel().verify(PATIENCE);
        assertThat(next).hasValue(9);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void manyRequestsOverANetworkThatIsCutAgainAndAgainAreAllAnswered(HttpOptions.Version version) {
        Kv kv = through(
                quick().http(HttpOptions.builder().version(version).build()).build());
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            numbers.add(i);
        }
        AtomicInteger done = new AtomicInteger();
        Long written = await(Flux.fromIterable(numbers)
                .flatMap(
                        i -> kv.set(KvKey.of("n", i), i).doOnNext(version1 -> {
                            if (done.incrementAndGet() % 100 == 0) {
                                network.cutAll();
                            }
                        }),
                        32)
                .count());
        assertThat(written).isEqualTo(600);
        assertThat(await(kv.count(KvSelector.prefix("n")))).isEqualTo(600);
    }
}
