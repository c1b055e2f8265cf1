// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.KvOperation.Kind;
import io.kvreactive.spi.QueueInspection;
import io.kvreactive.spi.RawQueued;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The queue of a {@code Kv}, as far as its backend shows it. */
final class QueueView implements KvQueue {

    private final Kv kv;
    private final Mono<QueueInspection> inspection;
    private final ValueCodec codec;
    private final Observed observed;

    QueueView(Kv kv, Mono<QueueInspection> inspection, ValueCodec codec, Observed observed) {
        this.kv = kv;
        this.inspection = inspection;
        this.codec = codec;
        this.observed = observed;
    }

    @Override
    public Mono<Counts> counts() {
        return observed.one(Kind.QUEUE_COUNTS, null, inspection.flatMap(QueueInspection::counts));
    }

    @Override
    public <T> Flux<Message<T>> peek(int limit, KvType<T> type) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be 1 or more: " + limit);
        }
        Objects.requireNonNull(type, "type");
        return observed.many(
                Kind.QUEUE_PEEK,
                null,
                inspection
                        .flatMap(queue -> queue.peek(limit))
                        .flatMapIterable(found -> found)
                        .map(raw -> message(raw, type)));
    }

    private <T> Message<T> message(RawQueued raw, KvType<T> type) {
        T value = null;
        KvDecodeException error = null;
        try {
            value = codec.decodeMessage(raw.id(), raw.payload(), type);
        } catch (KvDecodeException e) {
            error = e;
        }
        return new Message<>(
                raw.id(),
                value,
                KvValue.wrap(KvValue.V8, raw.payload()),
                raw.isRunning(),
                raw.dueAt(),
                raw.retriesLeft(),
                keys(raw),
                error);
    }

    private static List<KvKey> keys(RawQueued raw) {
        return raw.keysIfUndelivered().stream()
                .flatMap(encoded -> {
                    try {
                        return Stream.of(KvKey.decodeShared(encoded));
                    } catch (KvDecodeException e) {
                        return Stream.empty();
                    }
                })
                .toList();
    }

    @Override
    public <T> Flux<KvEntry<T>> deadLetters(KvKey prefix, KvType<T> type) {
        return kv.list(KvSelector.prefix(prefix).onDecodeError(KvSelector.OnDecodeError.KEEP), type);
    }

    @Override
    public Mono<Versionstamp> redeliver(KvEntry<?> deadLetter, EnqueueOptions options) {
        return kv.atomic()
                .check(deadLetter)
                .delete(deadLetter.key())
                .enqueue(deadLetter.rawValue(), options)
                .commitOrThrow();
    }
}
