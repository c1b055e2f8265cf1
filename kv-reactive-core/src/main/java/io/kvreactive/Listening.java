// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.Database;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation.Kind;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * All messages that are out of one {@code Kv}, so that it can be closed with grace: no more are taken, and those that are out are waited for,
 * while the database still serves their handlers.
 */
final class Listening {

    /** Puts messages back that their receivers have forgotten: nobody else could, before the process ends. */
    private static final Cleaner FORGOTTEN = Cleaner.create();

    private final ValueCodec codec;
    private final KvObserver observer;
    private final Observed observed;
    private final Set<Handling> out = ConcurrentHashMap.newKeySet();
    private final Sinks.Empty<Void> ending = Sinks.empty();
    private final Sinks.Empty<Void> allSettled = Sinks.empty();
    private final Sinks.Empty<Void> graceOver = Sinks.empty();
    private volatile boolean isEnding;

    Listening(ValueCodec codec, KvObserver observer, Observed observed) {
        this.codec = codec;
        this.observer = observer;
        this.observed = observed;
    }

    /** Messages for a subscriber who settles them himself. */
    <T> Flux<QueueMessage<T>> messages(Database database, KvType<T> type, ListenOptions options) {
        return Flux.defer(() -> {
            Receiver receiver = new Receiver();
            return taken(database, type, receiver)
                    .doOnNext(message -> {
                        Handling handling = message.handling();
                        if (options.handlingTimeout() != null) {
                            handling.failAt(Mono.delay(options.handlingTimeout()));
                        }
                        FORGOTTEN.register(message, () -> handling.settleNow(Settlement.RETURNED));
                    })
                    .doFinally(signal -> receiver.leave());
        });
    }

    /** Runs a handler on every message, and settles the message by how the handler ends. */
    <T> Mono<Void> handle(
            Database database,
            KvType<T> type,
            ListenOptions options,
            Function<? super QueueMessage<T>, ? extends Publisher<?>> handler) {
        return Flux.defer(() -> {
                    Receiver receiver = new Receiver();
                    return taken(database, type, receiver)
                            .flatMap(message -> handled(message, options, handler), options.concurrency(), 1)
                            .takeUntilOther(graceOver.asMono())
                            .doFinally(signal -> receiver.leaveNothing());
                })
                .then();
    }

    private <T> Mono<Void> handled(
            QueueMessage<T> message,
            ListenOptions options,
            Function<? super QueueMessage<T>, ? extends Publisher<?>> handler) {
        return Mono.usingWhen(
                        Mono.just(message),
                        given -> observed.one(
                                Kind.HANDLE,
                                null,
                                ended(Flux.from(handler.apply(given)).then(), options.handlingTimeout())),
                        QueueMessage::ack,
                        this::refused,
                        QueueMessage::release)
                // A handler's error is the message's, and an error of its settlement has been told: the listener goes
                // on.
                .onErrorComplete();
    }

    private static Mono<Void> ended(Mono<Void> handler, @Nullable Duration timeout) {
        return timeout == null ? handler : handler.timeout(timeout);
    }

    private <T> Mono<Void> refused(QueueMessage<T> message, Throwable error) {
        observer.handlerFailed(message.id(), message.retriesLeft(), error);
        return message.nack();
    }

    private <T> Flux<QueueMessage<T>> taken(Database database, KvType<T> type, Receiver receiver) {
        return database.dequeue()
                .<QueueMessage<T>>handle((raw, sink) -> {
                    Handling handling = begun(raw, receiver);
                    if (handling.isSettled()) {
                        return;
                    }
                    try {
                        QueueMessage<T> message =
                                new QueueMessage<>(handling, codec.decodeMessage(raw.id(), raw.payload(), type));
                        sink.next(message);
                    } catch (KvDecodeException e) {
                        observer.messageUndecodable(raw.id(), raw.retriesLeft(), e);
                        handling.settleNow(Settlement.FAILED);
                    }
                })
                .takeUntilOther(ending.asMono())
                .doOnDiscard(QueueMessage.class, lost -> lost.handling().settleNow(Settlement.RETURNED));
    }

    private Handling begun(RawMessage raw, Receiver receiver) {
        Handling handling = new Handling(
                raw,
                over -> {
                    receiver.own.remove(over);
                    out.remove(over);
                    tellIfAllAreSettled();
                },
                error -> observer.messageUnsettled(raw.id(), error));
        out.add(handling);
        receiver.own.add(handling);
        if (isEnding || receiver.hasLeft) {
            handling.settleNow(Settlement.RETURNED);
        }
        return handling;
    }

    private void tellIfAllAreSettled() {
        if (isEnding && out.isEmpty()) {
            allSettled.tryEmitEmpty();
        }
    }

    /** Takes no more messages, and completes when those that are out are settled, or put back because the grace is over. */
    Mono<Void> end(Duration grace) {
        return Mono.defer(() -> {
            isEnding = true;
            ending.tryEmitEmpty();
            tellIfAllAreSettled();
            return allSettled.asMono().timeout(grace, Mono.defer(this::putBack));
        });
    }

    private Mono<Void> putBack() {
        graceOver.tryEmitEmpty();
        return Flux.fromIterable(out)
                .flatMap(left -> left.settle(Settlement.RETURNED).onErrorComplete(), Integer.MAX_VALUE)
                .then();
    }

    /** One subscription. A cancel may meet a message on its way: it must not be forgotten. */
    private static final class Receiver {
        private final Set<Handling> own = ConcurrentHashMap.newKeySet();
        private volatile boolean hasLeft;

        /** What comes from now on is put back. */
        void leave() {
            hasLeft = true;
        }

        /** What has come is put back, too. */
        void leaveNothing() {
            hasLeft = true;
            own.forEach(left -> left.settleNow(Settlement.RETURNED));
        }
    }
}
