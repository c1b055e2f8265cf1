// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A Deno KV database: an ordered map from {@linkplain KvKey keys} to values.
 *
 * <pre>{@code
 * Kv kv = Kv.create("orders.sqlite");
 * kv.set(KvKey.of("orders", 42), Map.of("item", "tea"))
 *         .thenMany(kv.list(KvSelector.prefix("orders")))
 *         .subscribe(entry -> System.out.println(entry.key() + " = " + entry.value()));
 * }</pre>
 *
 * <p>Values are ordinary Java objects (strings, numbers, booleans, null, lists, maps, sets, {@code byte[]}, {@code Instant}, {@code BigInteger}),
 * records and beans through Jackson, the value classes of {@code io.kvreactive.v8}, {@link KvU64} for counters, and {@link KvValue} for stored
 * bytes. They are read back as ordinary objects, or as the class or {@link KvType} that one asks for. A value is encoded by the
 * call that takes it, so that later changes of a mutable object do no harm; the call throws {@link KvEncodeException} if it cannot be.
 *
 * <p>One {@code Kv} serves the whole application for its life; it is thread-safe. What its publishers promise is written in the package
 * comment. Nothing is opened before the first subscription.
 */
public interface Kv {

    /**
     * A database, by URL. No I/O: it is opened by the first subscription to anything, or by {@link #ready()}.
     *
     * @param url {@code sqlite:path} or a bare path for a file that Deno shares, {@code memory:} for a database in memory
     * @return the database
     * @throws IllegalArgumentException if no backend on the class path supports the URL; the message lists those found
     */
    static Kv create(String url) {
        return create(url, KvOptions.defaults());
    }

    /**
     * A database, by URL, with options. No I/O.
     *
     * @param url as in {@link #create(String)}
     * @param options the options
     * @return the database
     * @throws IllegalArgumentException if no backend on the class path supports the URL; the message lists those found
     */
    static Kv create(String url, KvOptions options) {
        return DefaultKv.create(url, options);
    }

    /**
     * Opens the database now, to fail fast.
     *
     * @return this database, once it is open; an error if it cannot be opened. A later operation then tries again
     */
    Mono<Kv> ready();

    /**
     * Reads one entry as an ordinary Java object, strongly consistent.
     *
     * @param key the key
     * @return as {@link #get(KvKey, KvType, KvConsistency)}
     */
    default Mono<KvEntry<Object>> get(KvKey key) {
        return get(key, KvConsistency.STRONG);
    }

    /**
     * Reads one entry as an ordinary Java object.
     *
     * @param key the key
     * @param consistency how current the read must be
     * @return as {@link #get(KvKey, KvType, KvConsistency)}
     */
    default Mono<KvEntry<Object>> get(KvKey key, KvConsistency consistency) {
        return get(key, KvType.NATURAL, consistency);
    }

    /**
     * Reads one entry as an object of a class, strongly consistent.
     *
     * @param key the key
     * @param type the class of the value
     * @param <T> the type of the value
     * @return as {@link #get(KvKey, KvType, KvConsistency)}
     */
    default <T> Mono<KvEntry<T>> get(KvKey key, Class<T> type) {
        return get(key, KvType.of(type));
    }

    /**
     * Reads one entry as an object of a type, strongly consistent.
     *
     * @param key the key
     * @param type the type of the value
     * @param <T> the type of the value
     * @return as {@link #get(KvKey, KvType, KvConsistency)}
     */
    default <T> Mono<KvEntry<T>> get(KvKey key, KvType<T> type) {
        return get(key, type, KvConsistency.STRONG);
    }

    /**
     * Reads one entry.
     *
     * @param key the key
     * @param type the type of the value
     * @param consistency how current the read must be
     * @param <T> the type of the value
     * @return the entry; empty if there is none. {@link KvDecodeException} if its value cannot be read, or does not fit the type
     */
    <T> Mono<KvEntry<T>> get(KvKey key, KvType<T> type, KvConsistency consistency);

    /**
     * Reads several entries as ordinary Java objects, strongly consistent.
     *
     * @param keys the keys; repeated ones are fine
     * @return as {@link #getMany(List, KvType, KvConsistency)}
     */
    default Mono<List<KvEntryMaybe<Object>>> getMany(List<KvKey> keys) {
        return getMany(keys, KvConsistency.STRONG);
    }

    /**
     * Reads several entries as ordinary Java objects.
     *
     * @param keys the keys; repeated ones are fine
     * @param consistency how current the reads must be
     * @return as {@link #getMany(List, KvType, KvConsistency)}
     */
    default Mono<List<KvEntryMaybe<Object>>> getMany(List<KvKey> keys, KvConsistency consistency) {
        return getMany(keys, KvType.NATURAL, consistency);
    }

    /**
     * Reads several entries as objects of a class, strongly consistent.
     *
     * @param keys the keys; repeated ones are fine
     * @param type the class of the values
     * @param <T> the type of the values
     * @return as {@link #getMany(List, KvType, KvConsistency)}
     */
    default <T> Mono<List<KvEntryMaybe<T>>> getMany(List<KvKey> keys, Class<T> type) {
        return getMany(keys, KvType.of(type));
    }

    /**
     * Reads several entries as objects of a type, strongly consistent.
     *
     * @param keys the keys; repeated ones are fine
     * @param type the type of the values
     * @param <T> the type of the values
     * @return as {@link #getMany(List, KvType, KvConsistency)}
     */
    default <T> Mono<List<KvEntryMaybe<T>>> getMany(List<KvKey> keys, KvType<T> type) {
        return getMany(keys, type, KvConsistency.STRONG);
    }

    /**
     * Reads several entries. As many as the database reads at once (ten in Deno) are one snapshot; more keys are split, in order, into reads of
     * that size, each a snapshot of its own, none older than the one before.
     *
     * @param keys the keys; repeated ones are fine
     * @param type the type of the values
     * @param consistency how current the reads must be
     * @param <T> the type of the values
     * @return for each key, in the given order, its entry or that there is none. {@link KvDecodeException} if a value cannot be read, or does
     *     not fit the type
     */
    <T> Mono<List<KvEntryMaybe<T>>> getMany(List<KvKey> keys, KvType<T> type, KvConsistency consistency);

    /**
     * Lists entries as ordinary Java objects.
     *
     * @param selector which entries, and how
     * @return as {@link #list(KvSelector, KvType)}
     */
    default Flux<KvEntry<Object>> list(KvSelector selector) {
        return list(selector, KvType.NATURAL);
    }

    /**
     * Lists entries as objects of a class.
     *
     * @param selector which entries, and how
     * @param type the class of the values
     * @param <T> the type of the values
     * @return as {@link #list(KvSelector, KvType)}
     */
    default <T> Flux<KvEntry<T>> list(KvSelector selector, Class<T> type) {
        return list(selector, KvType.of(type));
    }

    /**
     * Lists entries in the order of their keys. The database is read in batches as the subscriber asks, the next one ahead of need once half of
     * the last has been taken; each batch is a snapshot of its own. A cancelled listing stops reading.
     *
     * @param selector which entries, and how
     * @param type the type of the values
     * @param <T> the type of the values
     * @return the entries. {@link KvDecodeException} for one that cannot be read or does not fit the type, unless the selector says otherwise
     */
    <T> Flux<KvEntry<T>> list(KvSelector selector, KvType<T> type);

    /**
     * Watches one key for ordinary Java objects.
     *
     * @param key the key
     * @return as {@link #watch(KvKey, KvType)}
     */
    default Flux<KvEntryMaybe<Object>> watch(KvKey key) {
        return watch(key, KvType.NATURAL);
    }

    /**
     * Watches one key for objects of a class.
     *
     * @param key the key
     * @param type the class of the value
     * @param <T> the type of the value
     * @return as {@link #watch(KvKey, KvType)}
     */
    default <T> Flux<KvEntryMaybe<T>> watch(KvKey key, Class<T> type) {
        return watch(key, KvType.of(type));
    }

    /**
     * Watches one key: its entry now, or that there is none, and then whenever that has changed.
     *
     * @param key the key
     * @param type the type of the value
     * @param <T> the type of the value
     * @return the states, as {@link #watch(List, KvType)}
     */
    default <T> Flux<KvEntryMaybe<T>> watch(KvKey key, KvType<T> type) {
        return watch(List.of(key), type).map(change -> change.entries().get(0));
    }

    /**
     * Watches several keys for ordinary Java objects.
     *
     * @param keys the keys
     * @return as {@link #watch(List, KvType)}
     */
    default Flux<KvChange<Object>> watch(List<KvKey> keys) {
        return watch(keys, KvType.NATURAL);
    }

    /**
     * Watches several keys for objects of a class.
     *
     * @param keys the keys
     * @param type the class of the values
     * @param <T> the type of the values
     * @return as {@link #watch(List, KvType)}
     */
    default <T> Flux<KvChange<T>> watch(List<KvKey> keys, Class<T> type) {
        return watch(keys, KvType.of(type));
    }

    /**
     * Watches several keys: their state now, and then one for each time that some of them have changed, by whatever process, or have expired. A
     * subscriber who is slow is given the newest state and misses those between. As many keys as the database watches at once are one
     * snapshot; more are split, in order, into watches of that size, each with snapshots of its own.
     *
     * @param keys the keys; repeated ones are fine; none for a stream that ends at once
     * @param type the type of the values
     * @param <T> the type of the values
     * @return the states. Completes when the database is closed. {@link KvDecodeException} if a value cannot be read, or does not fit the type
     */
    <T> Flux<KvChange<T>> watch(List<KvKey> keys, KvType<T> type);

    /**
     * Watches all keys below a prefix for ordinary Java objects.
     *
     * @param prefix the common beginning
     * @return as {@link #watchPrefix(KvKey, KvType)}
     */
    default Flux<KvEntryMaybe<Object>> watchPrefix(KvKey prefix) {
        return watchPrefix(prefix, KvType.NATURAL);
    }

    /**
     * Watches all keys below a prefix for objects of a class.
     *
     * @param prefix the common beginning
     * @param type the class of the values
     * @param <T> the type of the values
     * @return as {@link #watchPrefix(KvKey, KvType)}
     */
    default <T> Flux<KvEntryMaybe<T>> watchPrefix(KvKey prefix, Class<T> type) {
        return watchPrefix(prefix, KvType.of(type));
    }

    /**
     * Watches all keys below a prefix: every entry that there is, in the order of keys, and then the new state of each key that is set or
     * deleted, by whatever process, or expires. A subscriber who is slow is given the newest state of a key, once. Only of backends that can;
     * the cost in memory is the keys below the prefix.
     *
     * @param prefix the common beginning; it is not watched itself
     * @param type the type of the values
     * @param <T> the type of the values
     * @return entries, and keys that have none any more. Completes when the database is closed. {@link KvUnsupportedException} of backends that
     *     cannot, {@link KvDecodeException} if a key or value cannot be read, or does not fit the type
     */
    <T> Flux<KvEntryMaybe<T>> watchPrefix(KvKey prefix, KvType<T> type);

    /**
     * Reads one page of a listing as ordinary Java objects.
     *
     * @param selector which entries, with a limit
     * @return as {@link #page(KvSelector, KvType)}
     * @throws IllegalArgumentException if the selector has no limit
     */
    default Mono<KvPage<Object>> page(KvSelector selector) {
        return page(selector, KvType.NATURAL);
    }

    /**
     * Reads one page of a listing as objects of a class.
     *
     * @param selector which entries, with a limit
     * @param type the class of the values
     * @param <T> the type of the values
     * @return as {@link #page(KvSelector, KvType)}
     * @throws IllegalArgumentException if the selector has no limit
     */
    default <T> Mono<KvPage<T>> page(KvSelector selector, Class<T> type) {
        return page(selector, KvType.of(type));
    }

    /**
     * Reads one page of a listing, and looks whether another follows.
     *
     * @param selector which entries, with a limit, and {@link KvSelector#after} the {@link KvPage#next()} of the page before
     * @param type the type of the values
     * @param <T> the type of the values
     * @return the page, empty if there is nothing. Errors as in {@link #list(KvSelector, KvType)}
     * @throws IllegalArgumentException if the selector has no limit
     */
    <T> Mono<KvPage<T>> page(KvSelector selector, KvType<T> type);

    /**
     * Counts the entries of a selector, by reading them: the cost is that of a listing. Entries that cannot be decoded count.
     *
     * @param selector which entries
     * @return how many there are, each batch of the listing being a snapshot of its own
     */
    Mono<Long> count(KvSelector selector);

    /**
     * Deletes the entries below a prefix, in several commits: when it fails or is cancelled, a part is deleted. The prefix itself, as a key,
     * stays. Entries that are set meanwhile may stay or not.
     *
     * @param prefix the common beginning; not empty
     * @return how many were deleted
     * @throws IllegalArgumentException if the prefix is empty; {@code deletePrefix} of everything is too easily called by mistake
     */
    Mono<Long> deletePrefix(KvKey prefix);

    /**
     * Sets an entry that stays.
     *
     * @param key the key
     * @param value the value
     * @return the version of the commit
     * @throws KvEncodeException if the value has no stored form
     */
    default Mono<Versionstamp> set(KvKey key, @Nullable Object value) {
        return set(key, value, SetOptions.defaults());
    }

    /**
     * Sets an entry.
     *
     * @param key the key
     * @param value the value
     * @param options when it expires
     * @return the version of the commit
     * @throws KvEncodeException if the value has no stored form
     */
    Mono<Versionstamp> set(KvKey key, @Nullable Object value, SetOptions options);

    /**
     * Deletes an entry, if there is one.
     *
     * @param key the key
     * @return completes with the commit
     */
    Mono<Void> delete(KvKey key);

    /**
     * Puts a message into the queue.
     *
     * @param message the message
     * @return the version of the commit
     * @throws KvEncodeException if the message has no stored form
     */
    default Mono<Versionstamp> enqueue(@Nullable Object message) {
        return enqueue(message, EnqueueOptions.defaults());
    }

    /**
     * Puts a message into the queue.
     *
     * @param message the message
     * @param options how it is delivered
     * @return the version of the commit
     * @throws KvEncodeException if the message has no stored form
     */
    Mono<Versionstamp> enqueue(@Nullable Object message, EnqueueOptions options);

    /**
     * Takes messages of a class out of the queue.
     *
     * @param type the class of the messages
     * @param <T> the type of the messages
     * @return as {@link #messages(KvType, ListenOptions)}
     */
    default <T> Flux<QueueMessage<T>> messages(Class<T> type) {
        return messages(KvType.of(type), ListenOptions.defaults());
    }

    /**
     * Takes messages out of the queue as they become ready, one for each that is requested. Each must be settled by its receiver: until then it
     * is out, also after a cancel. One that the receiver forgets is put back some time after it is garbage. A message that cannot be decoded
     * counts as a failed delivery, and the next one is given.
     *
     * @param type the type of the messages
     * @param options how long a message may be out
     * @param <T> the type of the messages
     * @return the messages, each at least once, the earliest first. Completes when the database is closed, by {@link #close()}.
     *     {@link KvUnsupportedException} of backends that deliver none
     */
    <T> Flux<QueueMessage<T>> messages(KvType<T> type, ListenOptions options);

    /**
     * Runs a handler on every message of the queue.
     *
     * @param type the class of the messages
     * @param handler given a message, ends when it is handled
     * @param <T> the type of the messages
     * @return as {@link #listenQueue(KvType, ListenOptions, Function)}
     */
    default <T> Mono<Void> listenQueue(
            Class<T> type, Function<? super QueueMessage<T>, ? extends Publisher<?>> handler) {
        return listenQueue(KvType.of(type), ListenOptions.defaults(), handler);
    }

    /**
     * Runs a handler on every message of the queue, several at a time, until cancelled. A handler that completes has handled its message; one
     * that fails has not, and the message is delivered again by its backoff schedule. While a handler runs nobody else is given its message.
     * Delivery is at least once: a handler must not mind a message that it has handled before. A cancel cancels the handlers and puts their
     * messages back; {@link #close()} waits for them.
     *
     * @param type the type of the messages
     * @param options how many handlers run at a time, and for how long
     * @param handler given a message, ends when it is handled; what it emits is ignored
     * @param <T> the type of the messages
     * @return completes when the database is closed; an error if messages cannot be taken any more, or the backend delivers none. The
     *     {@code KvObserver} of the options is told of errors of the handler, and of messages that cannot be decoded
     */
    <T> Mono<Void> listenQueue(
            KvType<T> type, ListenOptions options, Function<? super QueueMessage<T>, ? extends Publisher<?>> handler);

    /**
     * A look at the queue.
     *
     * @return a view, whose methods read when they are subscribed to
     */
    KvQueue queue();

    /**
     * Reads and writes as one: what the function reads must not have changed when it is committed, else the function is run again, at most
     * as often as {@link KvOptions.Builder#transactAttempts} says, after a pause with jitter. So the function may run more than once: it should
     * do nothing but read and write through its transaction.
     *
     * <pre>{@code
     * kv.transact(tx -> tx.get(from).zipWith(tx.get(to), (f, t) ->
     *         tx.set(from, balance(f) - 10).set(to, balance(t) + 10).result(balance(f) - 10)));
     * }</pre>
     *
     * @param function given a transaction, ends with its {@link KvTransaction#result}; if it is empty, nothing is committed
     * @param <R> the type of the result
     * @return the result, after the commit; empty for a result of null. Errors: {@link KvConflictException} after the last attempt, those of the
     *     function, and those of a commit, of which none but a conflict is tried again
     */
    <R> Mono<R> transact(Function<KvTransaction, Mono<KvTransaction.Outcome<R>>> function);

    /**
     * Begins an atomic operation: checks and writes that take effect together or not at all.
     *
     * @return an operation without steps; nothing is sent before its commit is subscribed to
     */
    AtomicOperation atomic();

    /**
     * How large a value would be in the database, whose limit is {@code 65,536} bytes in Deno. No I/O: the value is encoded.
     *
     * @param value the value
     * @return its stored size in bytes
     * @throws KvEncodeException if the value has no stored form
     */
    int sizeOf(@Nullable Object value);

    /**
     * Copies the database into a file, while it is used; {@code KvObserver.backupProgressed} is told how far it is. Only of backends on files.
     *
     * @param target the file, which must not exist
     * @return the size of the copy in bytes, once it is on the disk. The copy is one snapshot. {@link KvUnsupportedException} of backends that
     *     cannot; a copy that fails or is cancelled leaves no file
     */
    Mono<Long> backup(Path target);

    /**
     * What this database was created with.
     *
     * @return the options
     */
    KvOptions options();

    /**
     * What the backend shows of its own, such as the metadata of a remote database. No I/O.
     *
     * @param type an interface of the backend
     * @param <T> the interface
     * @return an object whose publishers open the database if need be
     * @throws KvUnsupportedException if the backend has no such thing
     */
    <T> T unwrap(Class<T> type);

    /**
     * Closes the database: no more messages are taken, handlers of messages that are out are waited for, at most for the
     * {@linkplain KvOptions.Builder#closeGrace grace} of the options, and served meanwhile; then what was begun is finished, watches complete,
     * and later operations end with {@link KvClosedException}. Idempotent.
     *
     * @return completes when everything is closed
     */
    Mono<Void> close();
}
