// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.SumRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One attempt of a transaction: what it reads becomes checks, what it writes is kept until the function that was given to
 * {@link Kv#transact} ends, and is then committed as one atomic operation.
 *
 * <p>Reads see what the transaction itself has written. A key is read from the database once; later reads of it see the same. Reads of
 * different keys may be of different moments, but the commit succeeds only if all of them still hold.
 *
 * <p>Unlike an {@link AtomicOperation}, a transaction is changed by its methods; they return it so that calls can be chained. It is
 * thread-safe, belongs to its attempt, and must not be used after it.
 */
public final class KvTransaction {

    /**
     * That a transaction is to be committed, and what it gives.
     *
     * @param <R> the type of the result
     */
    public static final class Outcome<R> {
        private final @Nullable R value;

        private Outcome(@Nullable R value) {
            this.value = value;
        }

        @Nullable
        R value() {
            return value;
        }
    }

    private final ValueCodec codec;
    private final Function<KvKey, Mono<KvEntryMaybe<KvValue>>> read;
    private final int checksLimit;
    private final Map<KvKey, Mono<KvEntryMaybe<KvValue>>> reads = new ConcurrentHashMap<>();
    private final Queue<KvVersioned> checks = new ConcurrentLinkedQueue<>();
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();

    KvTransaction(ValueCodec codec, int checksLimit, Function<KvKey, Mono<KvEntryMaybe<KvValue>>> read) {
        this.codec = codec;
        this.checksLimit = checksLimit;
        this.read = read;
    }

    /**
     * Reads one entry; the commit will check that it has not changed.
     *
     * @param key the key
     * @return the entry, or that there is none; of a key that the transaction has written, what it has written, with the version that was read
     *     before (zeros if there was none). {@link KvLimitException} if the database does not take so many checks
     */
    public Mono<KvEntryMaybe<Object>> get(KvKey key) {
        return get(key, KvType.NATURAL);
    }

    /**
     * As {@link #get(KvKey)}, with a value of a class.
     *
     * @param key the key
     * @param type the class of the value
     * @param <T> the type of the value
     * @return as {@link #get(KvKey)}; {@link KvDecodeException} if the value does not fit the class
     */
    public <T> Mono<KvEntryMaybe<T>> get(KvKey key, Class<T> type) {
        return get(key, KvType.of(type));
    }

    /**
     * As {@link #get(KvKey)}, with a value of a type.
     *
     * @param key the key
     * @param type the type of the value
     * @param <T> the type of the value
     * @return as {@link #get(KvKey)}; {@link KvDecodeException} if the value does not fit the type
     */
    public <T> Mono<KvEntryMaybe<T>> get(KvKey key, KvType<T> type) {
        return reads.computeIfAbsent(key, this::readOnce).map(seen -> withOwnWrites(key, seen, type));
    }

    private Mono<KvEntryMaybe<KvValue>> readOnce(KvKey key) {
        if (reads.size() >= checksLimit) {
            return Mono.error(new KvLimitException(
                    "transact", "the number of keys that are read", checksLimit, reads.size() + 1L, "read fewer keys"));
        }
        return read.apply(key).doOnNext(checks::add).cache();
    }

    private <T> KvEntryMaybe<T> withOwnWrites(KvKey key, KvEntryMaybe<KvValue> seen, KvType<T> type) {
        KvEntry<KvValue> entry = seen.entry().orElse(null);
        KvValue value = entry == null ? null : entry.rawValue();
        boolean isWritten = false;
        for (Write write : writes) {
            if (key.equals(write.key)) {
                value = write.mutation.resultOn(value);
                isWritten = true;
            }
        }
        if (value == null) {
            return KvEntryMaybe.absent(key);
        }
        Versionstamp version = entry == null ? Versionstamp.ofVersion(0) : entry.versionstamp();
        Instant expiresAt = entry == null || isWritten ? null : entry.expiresAt();
        return KvEntryMaybe.present(
                new KvEntry<>(key, codec.decode(key.shared(), value, type), value, version, expiresAt));
    }

    /**
     * Refused: entries that are added to a list after it was read would not be noticed by the commit.
     *
     * @param selector which entries
     * @return {@link KvUnsupportedException}, which says what to do
     */
    public Flux<KvEntry<Object>> list(KvSelector selector) {
        return Flux.error(
                () -> new KvUnsupportedException(
                        "a transaction cannot list (" + selector
                                + "): entries added meanwhile would go unnoticed; list before the transaction, and read in it what must not have changed"));
    }

    /**
     * Sets an entry that stays.
     *
     * @param key the key
     * @param value the value
     * @return this transaction
     * @throws KvEncodeException if the value has no stored form
     */
    public KvTransaction set(KvKey key, @Nullable Object value) {
        return set(key, value, SetOptions.defaults());
    }

    /**
     * Sets an entry.
     *
     * @param key the key
     * @param value the value
     * @param options when it expires
     * @return this transaction
     * @throws KvEncodeException if the value has no stored form
     */
    public KvTransaction set(KvKey key, @Nullable Object value, SetOptions options) {
        KvValue encoded = codec.encode(value);
        return write(
                key,
                Mutation.set(AtomicOperation.writable(key), encoded, null),
                operation -> operation.set(key, encoded, options));
    }

    /**
     * Deletes an entry, if there is one.
     *
     * @param key the key
     * @return this transaction
     */
    public KvTransaction delete(KvKey key) {
        return write(key, Mutation.delete(AtomicOperation.writable(key)), operation -> operation.delete(key));
    }

    /**
     * Adds to a counter, as {@link AtomicOperation#sum(KvKey, long)}: without reading it, so that others may count at the same time.
     *
     * @param key the key
     * @param addend 0 or more
     * @return this transaction
     * @throws IllegalArgumentException if the addend is negative
     */
    public KvTransaction sum(KvKey key, long addend) {
        KvU64 counter = KvU64.of(addend);
        return write(
                key,
                Mutation.sum(AtomicOperation.writable(key), KvValue.of(counter), SumRange.UNBOUNDED),
                operation -> operation.sum(key, counter));
    }

    /**
     * Puts a message into the queue.
     *
     * @param message the message
     * @param options how it is delivered
     * @return this transaction
     * @throws KvEncodeException if the message has no stored form
     */
    public KvTransaction enqueue(@Nullable Object message, EnqueueOptions options) {
        KvValue encoded = KvValue.wrap(KvValue.V8, codec.encodeMessage(message));
        writes.add(new Write(null, Mutation.delete(new byte[0]), operation -> operation.enqueue(encoded, options)));
        return this;
    }

    /**
     * Ends the function: what was written is to be committed, and this is what the transaction gives.
     *
     * @param value the result, or null for none
     * @param <R> the type of the result
     * @return what the function must return
     */
    public <R> Outcome<R> result(@Nullable R value) {
        return new Outcome<>(value);
    }

    private KvTransaction write(KvKey key, Mutation mutation, UnaryOperator<AtomicOperation> step) {
        writes.add(new Write(key, mutation, step));
        return this;
    }

    /** The operation that the transaction amounts to. */
    AtomicOperation toOperation(AtomicOperation empty) {
        List<KvVersioned> seen = new ArrayList<>(checks);
        AtomicOperation operation = empty.check(seen.toArray(KvVersioned[]::new));
        for (Write write : writes) {
            operation = write.step.apply(operation);
        }
        return operation;
    }

    /** A write of the transaction: its effect on later reads, and what it adds to the commit. */
    private record Write(@Nullable KvKey key, Mutation mutation, UnaryOperator<AtomicOperation> step) {}
}
