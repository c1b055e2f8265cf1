// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Listings over the network: the next batch is under way while the last is consumed, and no more than was asked for. */
class ListingsIT extends ServerTest {

    private static final int ENTRIES = 20_000;
    private static final int BATCH = 500;
    private static final KvSelector LISTING = KvSelector.prefix("l").batchSize(BATCH);

    @BeforeEach
    void fill() {
        for (int from = 0; from < ENTRIES; from += 1_000) {
            List<Mutation> sets = new ArrayList<>();
            for (int i = from; i < from + 1_000; i++) {
                sets.add(Mutation.set(
                        KvKey.of("l", i).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {(byte) i}), null));
            }
            await(server.database().atomicWrite(AtomicWrite.of(List.of(), sets)));
        }
    }

    /** Takes entries one by one, when the test says so. */
    private static final class Consumer extends BaseSubscriber<KvEntry<Object>> {
        private final AtomicInteger consumed = new AtomicInteger();
        private final Sinks.One<Integer> end = Sinks.one();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(KvEntry<Object> entry) {
            consumed.incrementAndGet();
        }

        @Override
        protected void hookOnComplete() {
            end.tryEmitValue(consumed.get());
        }

        @Override
        protected void hookOnError(Throwable error) {
            end.tryEmitError(error);
        }

        void take(int count) {
            int wanted = consumed.get() + count;
            request(count);
            awaitThat(() -> consumed.get() == wanted);
        }
    }

    @Test
    void theNextBatchIsAskedForOnceHalfOfTheLastIsConsumed() {
        Kv kv = kv();
        Consumer consumer = new Consumer();
        kv.list(LISTING).subscribe(consumer);
        assertThat(server.count(READ)).isZero();
        consumer.take(1);
        assertThat(server.count(READ)).isEqualTo(1);
        consumer.take(BATCH / 2 - 2);
        assertThat(server.count(READ)).isEqualTo(1);
        consumer.take(1);
        awaitThat(() -> server.count(READ) == 2);
        // It is there before the last of the batch before is given.
        consumer.take(BATCH / 2 - 1);
        assertThat(server.count(READ)).isEqualTo(2);
        consumer.take(BATCH / 2 + 1);
        awaitThat(() -> server.count(READ) == 3);
        consumer.cancel();
    }

    @Test
    void consumingGoesOnWhileTheNextBatchIsOnItsWay() {
        Kv kv = kv();
        Sinks.Empty<Void> goOn = Sinks.empty();
        server.script(READ, Reply.after(Mono.empty()), Reply.after(goOn.asMono()));
        Consumer consumer = new Consumer();
        kv.list(LISTING).subscribe(consumer);
        consumer.take(BATCH / 2);
        awaitThat(() -> server.count(READ) == 2);
        // The server has not answered, and the rest of the first batch is given all the same.
        consumer.take(BATCH / 2);
        consumer.request(1);
        assertThat(consumer.consumed).hasValue(BATCH);
        goOn.tryEmitEmpty();
        awaitThat(() -> consumer.consumed.get() == BATCH + 1);
        consumer.cancel();
    }

    @Test
    void twentyThousandEntriesAreNoRowOfIdleRoundTrips() {
        Kv kv = kv();
        // The answer to each batch but the first is on its way while the batch before it is consumed: whenever the
        // consumer begins one, the request for the next was sent long ago.
        AtomicInteger behind = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        Integer count = await(kv.list(LISTING)
                .subscribeOn(Schedulers.boundedElastic())
                .publishOn(Schedulers.boundedElastic(), 1)
                // Where waiting is allowed, whoever gives the entries.
                .doOnNext(entry -> {
                    int number = seen.incrementAndGet();
                    boolean isThreeQuarters = number % BATCH == 3 * BATCH / 4;
                    int wanted = number / BATCH + 2;
                    if (isThreeQuarters && number < ENTRIES - BATCH) {
                        // A slow consumer: the request leaves by itself meanwhile.
                        awaitThat(() -> server.count(READ) >= wanted);
                    } else if (number % BATCH == 1 && number > BATCH && server.count(READ) < number / BATCH + 1) {
                        behind.incrementAndGet();
                    }
                })
                .count()
                .map(Long::intValue));
        assertThat(count).isEqualTo(ENTRIES);
        assertThat(behind).hasValue(0);
        // One more, to learn that nothing follows.
        assertThat(server.count(READ)).isEqualTo(ENTRIES / BATCH + 1);
    }

    @Test
    void aListingThatIsCancelledStopsAsking() {
        Kv kv = kv();
        List<Object> seen = await(kv.list(LISTING)
                .map(KvEntry::key)
                .<Object>map(key -> key)
                .take(BATCH + 10)
                .collectList());
        assertThat(seen).hasSize(BATCH + 10);
        assertThat(server.count(READ)).isEqualTo(2);
    }

    @Test
    void whatIsNotAskedForIsNotRead() {
        Kv kv = kv();
        Consumer consumer = new Consumer();
        kv.list(LISTING).subscribe(consumer);
        consumer.take(10);
        // Another request goes through meanwhile.
        await(kv.get(A).hasElement());
        assertThat(server.requests(READ)).hasSize(2);
        consumer.cancel();
    }
}
