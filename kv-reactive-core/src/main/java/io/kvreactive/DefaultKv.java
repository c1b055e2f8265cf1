// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Backup;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.DatabaseUrl;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvOperation.Kind;
import io.kvreactive.spi.LimitChecks;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.PrefixWatch;
import io.kvreactive.spi.QueueInspection;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Everything friendly, built on a {@link Database}. */
final class DefaultKv implements Kv {

    // Few round trips for few values: the largest batch that is a default of Deno's.
    private static final int COUNT_BATCH_SIZE = 500;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final DatabaseHandler handler;
    private final Opening opening;
    private final KvOptions options;
    private final ValueCodec codec;
    private final Observed observed;
    private final Listening listening;
    private final Mono<Void> close;

    private DefaultKv(DatabaseHandler handler, Opening opening, KvOptions options) {
        this.handler = handler;
        this.opening = opening;
        this.options = options;
        this.codec = new ValueCodec(options.mapper());
        this.observed = new Observed(options.observer(), handler.name());
        this.listening = new Listening(codec, options.observer(), observed);
        this.close = listening.end(options.closeGrace()).then(opening.close()).cache();
    }

    static Kv create(String text, KvOptions options) {
        DatabaseUrl url = DatabaseUrl.parse(text);
        DatabaseHandler handler = DatabaseHandler.of(url);
        return new DefaultKv(
                handler, new Opening(url.toString(), Deadlines.on(handler.open(url, options), options)), options);
    }

    /** A Kv over one database, for tests of what stands above the SPI. */
    static DefaultKv over(Mono<Database> open, KvOptions options) {
        DatabaseHandler handler = new DatabaseHandler() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public boolean supports(DatabaseUrl url) {
                return true;
            }

            @Override
            public Mono<Database> open(DatabaseUrl url, KvOptions options) {
                return open;
            }
        };
        return new DefaultKv(handler, new Opening("under test", Deadlines.on(open, options)), options);
    }

    @Override
    public Mono<Kv> ready() {
        return observed.one(Kind.READY, null, opening.database().thenReturn(this));
    }

    @Override
    public <T> Mono<KvEntry<T>> get(KvKey key, KvType<T> type, KvConsistency consistency) {
        return observed.one(Kind.GET, key, read(key, type, consistency));
    }

    private <T> Mono<KvEntry<T>> read(KvKey key, KvType<T> type, KvConsistency consistency) {
        List<ReadRange> ranges = List.of(ReadRange.point(key.shared()));
        EntryReader<T> reader = reader(type);
        Objects.requireNonNull(consistency, "consistency");
        return with(database -> {
            LimitChecks.of(database.limits()).checkRead("get", ranges);
            return database.snapshotRead(ranges, consistency).mapNotNull(results -> {
                List<RawEntry> found = results.get(0);
                return found.isEmpty() ? null : reader.read(key, found.get(0));
            });
        });
    }

    private <T> EntryReader<T> reader(KvType<T> type) {
        return new EntryReader<>(codec, Objects.requireNonNull(type, "type"), options.observer());
    }

    @Override
    public <T> Mono<List<KvEntryMaybe<T>>> getMany(List<KvKey> keys, KvType<T> type, KvConsistency consistency) {
        List<KvKey> wanted = List.copyOf(keys);
        EntryReader<T> reader = reader(type);
        Objects.requireNonNull(consistency, "consistency");
        return observed.one(Kind.GET_MANY, wanted, with(database -> {
            int most = database.limits().keysPerRead();
            if (wanted.size() <= most) {
                return getSnapshot(database, wanted, reader, consistency);
            }
            return Flux.range(0, (wanted.size() + most - 1) / most)
                    .map(i -> wanted.subList(i * most, Math.min(wanted.size(), (i + 1) * most)))
                    .concatMap(part -> getSnapshot(database, part, reader, consistency), 0)
                    .collect(() -> new ArrayList<KvEntryMaybe<T>>(wanted.size()), List::addAll);
        }));
    }

    private static <T> Mono<List<KvEntryMaybe<T>>> getSnapshot(
            Database database, List<KvKey> keys, EntryReader<T> reader, KvConsistency consistency) {
        if (keys.isEmpty()) {
            return Mono.just(List.of());
        }
        List<ReadRange> ranges =
                keys.stream().map(key -> ReadRange.point(key.shared())).toList();
        LimitChecks.of(database.limits()).checkRead("getMany", ranges);
        return database.snapshotRead(ranges, consistency).map(results -> {
            List<KvEntryMaybe<T>> entries = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                entries.add(reader.readMaybe(keys.get(i), results.get(i)));
            }
            return entries;
        });
    }

    @Override
    public <T> Flux<KvEntry<T>> list(KvSelector selector, KvType<T> type) {
        return observed.many(Kind.LIST, selector, entries(selector, type));
    }

    private <T> Flux<KvEntry<T>> entries(KvSelector selector, KvType<T> type) {
        EntryReader<T> reader = reader(type);
        return scan(selector, raw -> reader.read(raw, selector.onDecodeError()));
    }

    @Override
    public <T> Mono<KvPage<T>> page(KvSelector selector, KvType<T> type) {
        long limit = selector.limit();
        if (limit == Long.MAX_VALUE) {
            throw new IllegalArgumentException("a page needs a limit; set it with selector.limit(..)");
        }
        // One more tells whether there is another page.
        return observed.one(
                Kind.PAGE,
                selector,
                entries(selector.limit(limit + 1), type).collectList().map(entries -> {
                    if (entries.size() <= limit) {
                        return KvPage.of(entries, null);
                    }
                    List<KvEntry<T>> page = entries.subList(0, (int) limit);
                    return KvPage.of(
                            page, selector.cursorAfter(page.get(page.size() - 1).rawKey()));
                }));
    }

    @Override
    public Mono<Long> count(KvSelector selector) {
        return observed.one(
                Kind.COUNT,
                selector,
                scan(selector.orBatchSize(COUNT_BATCH_SIZE), raw -> raw).count());
    }

    @Override
    public Mono<Long> deletePrefix(KvKey prefix) {
        KvSelector below = KvSelector.prefix(prefix);
        AtomicOperation.writable(prefix);
        return observed.one(Kind.DELETE_PREFIX, prefix, with(database -> {
            DatabaseLimits limits = database.limits();
            int most = Math.max(1, Math.min(limits.mutationsPerWrite(), limits.writeBytes() / limits.keyBytes()));
            return new EntryScan<>(database, below.orBatchSize(COUNT_BATCH_SIZE), raw -> Mutation.delete(raw.key()))
                    .buffer(most)
                    .concatMap(
                            deletes -> database.atomicWrite(AtomicWrite.of(List.of(), deletes))
                                    .thenReturn((long) deletes.size()),
                            1)
                    .reduce(0L, Long::sum);
        }));
    }

    private <T> Flux<T> scan(KvSelector selector, Function<RawEntry, @Nullable T> decoder) {
        // A cursor that does not fit is the caller's mistake: tell it at the call.
        selector.startBound();
        selector.endBound();
        return withMany(database -> new EntryScan<>(database, selector, decoder));
    }

    @Override
    public Mono<Versionstamp> set(KvKey key, @Nullable Object value, SetOptions setOptions) {
        return observed.one(Kind.SET, key, commitAlways(operation(this::commit).set(key, value, setOptions)));
    }

    @Override
    public Mono<Void> delete(KvKey key) {
        return observed.one(
                Kind.DELETE,
                key,
                commitAlways(operation(this::commit).delete(key)).then());
    }

    /** An operation without checks cannot meet a conflict. */
    private static Mono<Versionstamp> commitAlways(AtomicOperation operation) {
        return operation.commit().map(result -> ((CommitResult.Committed) result).versionstamp());
    }

    @Override
    public Mono<Versionstamp> enqueue(@Nullable Object message, EnqueueOptions enqueueOptions) {
        return observed.one(
                Kind.ENQUEUE, null, commitAlways(operation(this::commit).enqueue(message, enqueueOptions)));
    }

    @Override
    public AtomicOperation atomic() {
        return operation(operation -> observed.one(Kind.COMMIT, operation, commit(operation)));
    }

    private AtomicOperation operation(Function<AtomicOperation, Mono<CommitResult>> commit) {
        return AtomicOperation.begin(codec, commit);
    }

    private Mono<CommitResult> commit(AtomicOperation operation) {
        return with(database -> {
            LimitChecks limits = LimitChecks.of(database.limits());
            AtomicWrite write = operation.toWrite(options.clock().instant(), limits);
            limits.checkWrite(write);
            return database.atomicWrite(write);
        });
    }

    @Override
    public <R> Mono<R> transact(Function<KvTransaction, Mono<KvTransaction.Outcome<R>>> function) {
        Objects.requireNonNull(function, "function");
        return observed.one(Kind.TRANSACT, null, with(database -> {
            AtomicInteger attempts = new AtomicInteger();
            return Mono.deferContextual(context -> {
                        int number = attempts.incrementAndGet();
                        if (number > 1) {
                            KvObservation.of(context).triedAgain(number);
                        }
                        return attempt(database, function, number);
                    })
                    .retryWhen(Retry.backoff(options.transactAttempts() - 1L, FIRST_PAUSE)
                            .maxBackoff(LONGEST_PAUSE)
                            .jitter(1)
                            .filter(KvConflictException.class::isInstance)
                            .doBeforeRetry(signal -> options.observer()
                                    .transactionRetried(attempts.get(), (KvConflictException) signal.failure()))
                            .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
        }));
    }

    private <R> Mono<R> attempt(
            Database database, Function<KvTransaction, Mono<KvTransaction.Outcome<R>>> function, int number) {
        KvTransaction transaction = new KvTransaction(
                codec,
                database.limits().checksPerWrite(),
                key -> read(key, KvType.STORED, KvConsistency.STRONG)
                        .map(KvEntryMaybe::present)
                        .defaultIfEmpty(KvEntryMaybe.absent(key)));
        return function.apply(transaction)
                .flatMap(outcome -> transaction
                        .toOperation(operation(this::commit))
                        .commit()
                        .flatMap(result -> {
                            AtomicOperation.committed(result, number);
                            return Mono.justOrEmpty(outcome.value());
                        }));
    }

    @Override
    public <T> Flux<KvChange<T>> watch(List<KvKey> keys, KvType<T> type) {
        List<KvKey> watched = List.copyOf(keys);
        KeyWatch<T> watch = new KeyWatch<>(watched, reader(type));
        return observed.many(Kind.WATCH, watched, watched.isEmpty() ? Flux.empty() : withMany(watch::on));
    }

    @Override
    public <T> Flux<KvEntryMaybe<T>> watchPrefix(KvKey prefix, KvType<T> type) {
        KvSelector below = KvSelector.prefix(prefix);
        EntryReader<T> reader = reader(type);
        return observed.many(
                Kind.WATCH_PREFIX,
                prefix,
                withMany(database -> ability(database, PrefixWatch.class, "watchPrefix")
                                .watchRange(below.startBound(), below.endBound()))
                        .map(reader::readChange));
    }

    @Override
    public <T> Flux<QueueMessage<T>> messages(KvType<T> type, ListenOptions listenOptions) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(listenOptions, "options");
        return observed.many(
                Kind.MESSAGES, null, withMany(database -> listening.messages(database, type, listenOptions)));
    }

    @Override
    public <T> Mono<Void> listenQueue(
            KvType<T> type,
            ListenOptions listenOptions,
            Function<? super QueueMessage<T>, ? extends Publisher<?>> handlerOfMessages) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(listenOptions, "options");
        Objects.requireNonNull(handlerOfMessages, "handler");
        return observed.one(
                Kind.LISTEN_QUEUE,
                null,
                with(database -> listening.handle(database, type, listenOptions, handlerOfMessages)));
    }

    @Override
    public KvQueue queue() {
        return new QueueView(
                this, with(database -> Mono.just(ability(database, QueueInspection.class, "queue"))), codec, observed);
    }

    @Override
    public Mono<Long> backup(Path target) {
        Objects.requireNonNull(target, "target");
        return observed.one(
                Kind.BACKUP,
                null,
                with(database -> ability(database, Backup.class, "backup").backup(target)));
    }

    @Override
    public KvOptions options() {
        return options;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return handler.view(type, opening.database())
                .orElseThrow(() -> new KvUnsupportedException(
                        "unwrap: the backend " + handler.name() + " shows no " + type.getName()));
    }

    private <A> A ability(Database database, Class<A> type, String operation) {
        return database.ability(type)
                .orElseThrow(() -> new KvUnsupportedException(operation + ": the backend " + handler.name()
                        + " cannot do this (it has no " + type.getSimpleName() + "); use another backend"));
    }

    @Override
    public int sizeOf(@Nullable Object value) {
        return codec.encode(value).size();
    }

    @Override
    public Mono<Void> close() {
        return observed.one(Kind.CLOSE, null, close);
    }

    /** Runs an operation on the open database; what the operation throws becomes its error. */
    private <R> Mono<R> with(Function<Database, Mono<R>> operation) {
        return Mono.defer(() -> {
            Database open = opening.ifOpen();
            return open != null ? operation.apply(open) : opening.database().flatMap(operation);
        });
    }

    private <R> Flux<R> withMany(Function<Database, Flux<R>> operation) {
        return Flux.defer(() -> {
            Database open = opening.ifOpen();
            return open != null ? operation.apply(open) : opening.database().flatMapMany(operation);
        });
    }
}
