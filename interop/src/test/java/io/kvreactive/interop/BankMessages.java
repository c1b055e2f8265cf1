// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.Kv;
import io.kvreactive.KvType;
import io.kvreactive.ListenOptions;
import io.kvreactive.QueueMessage;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** The messages of a {@link BankWorker}: what it enqueues, and what it handles, of whoever enqueued it. */
final class BankMessages {

    private static final int CONCURRENCY = 8;
    private static final Duration BETWEEN = Duration.ofMillis(5);
    private static final int MOST_MILLIS = 20;

    /** One of so many takes longer than a lease: it must be renewed. */
    private static final int SLOW = 300;

    private static final Duration SLOWLY = Duration.ofSeconds(7);

    private final Kv kv;
    private final String name;
    private final Consumer<String> records;
    private final SplittableRandom random;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger enqueued = new AtomicInteger();
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicInteger slow = new AtomicInteger();

    BankMessages(Kv kv, String name, Consumer<String> records) {
        this.kv = kv;
        this.name = name;
        this.records = records;
        this.random = new SplittableRandom(name.hashCode());
    }

    int enqueued() {
        return enqueued.get();
    }

    int handled() {
        return handled.get();
    }

    int slow() {
        return slow.get();
    }

    Mono<Void> enqueue() {
        String id = name + "-" + next.getAndIncrement();
        return kv.enqueue(id)
                .doOnNext(version -> {
                    enqueued.incrementAndGet();
                    records.accept("enqueued " + id);
                })
                .delayElement(BETWEEN)
                .then();
    }

    Mono<Void> listen() {
        return kv.listenQueue(
                KvType.of(String.class),
                ListenOptions.builder().concurrency(CONCURRENCY).build(),
                this::handle);
    }

    private Mono<Void> handle(QueueMessage<String> message) {
        long start = System.currentTimeMillis();
        return Mono.delay(duration())
                .doOnNext(done -> {
                    handled.incrementAndGet();
                    records.accept("handled " + message.value() + " " + start + " " + System.currentTimeMillis());
                })
                .then();
    }

    private synchronized Duration duration() {
        if (random.nextInt(SLOW) == 0) {
            slow.incrementAndGet();
            return SLOWLY;
        }
        return Duration.ofMillis(random.nextInt(MOST_MILLIS));
    }
}
