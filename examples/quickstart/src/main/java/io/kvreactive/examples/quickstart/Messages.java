// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvType;
import io.kvreactive.ListenOptions;
import io.kvreactive.QueueMessage;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The programs of {@code docs/queues.md}. */
final class Messages {

    private static final KvKey UNSHIPPED = KvKey.of("unshipped");

    private Messages() {}

    /** Takes an order, and puts the message that it is to be shipped into the queue: both or neither. */
    static Mono<Versionstamp> order(Kv kv, int number, String item) {
        EnqueueOptions delivery = EnqueueOptions.builder()
                .delay(Duration.ofMillis(100))
                .backoffSchedule(Duration.ofMillis(100), Duration.ofSeconds(1))
                .deadLetters(UNSHIPPED)
                .build();
        return kv.atomic()
                .set(KvKey.of("orders", number), item)
                .enqueue(number, delivery)
                .commitOrThrow();
    }

    /** Ships orders, eight at a time, until it is cancelled or the database is closed. */
    static Mono<Void> ship(Kv kv, Function<Integer, Mono<Void>> courier) {
        ListenOptions options = ListenOptions.builder()
                .concurrency(8)
                .handlingTimeout(Duration.ofMinutes(1))
                .build();
        return kv.listenQueue(KvType.of(Integer.class), options, message -> shipOnce(kv, message, courier));
    }

    /** A message may come again. What it has led to is remembered under its id for a day. */
    private static Mono<Void> shipOnce(Kv kv, QueueMessage<Integer> message, Function<Integer, Mono<Void>> courier) {
        KvKey shipped = KvKey.of("shipped", message.id());
        Mono<Versionstamp> remember = kv.set(shipped, true, SetOptions.expireIn(Duration.ofDays(1)));
        return kv.get(shipped)
                .hasElement()
                .flatMap(isShipped -> isShipped
                        ? Mono.empty()
                        : courier.apply(message.value()).then(remember).then());
    }

    /** One after the other, settled by hand; as many are out as are asked for. */
    static Flux<Integer> labels(Kv kv, Function<Integer, Mono<Integer>> printer) {
        return kv.messages(Integer.class)
                .concatMap(
                        message -> printer.apply(message.value())
                                .flatMap(label -> message.ack().thenReturn(label))
                                .onErrorResume(jam -> message.nack().then(Mono.empty())),
                        0);
    }

    /** Puts everything that could not be shipped into the queue again, once its cause is gone. */
    static Mono<Long> again(Kv kv) {
        return kv.queue()
                .deadLetters(UNSHIPPED, KvType.of(Integer.class))
                .concatMap(letter -> kv.queue().redeliver(letter, EnqueueOptions.defaults()))
                .count();
    }
}
