// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import io.kvreactive.ndjson.NdjsonExport;
import io.kvreactive.ndjson.NdjsonExportOptions;
import io.kvreactive.ndjson.NdjsonImport;
import io.kvreactive.ndjson.NdjsonImportOptions;
import io.kvreactive.ndjson.NdjsonProgress;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** What the package comment of {@code io.kvreactive} promises of every publisher, for every method that gives one. */
abstract class PublisherRules extends ContractPart {

    private static final String SIGNALS = "signals-of-the-test";
    private static final Scheduler SCHEDULER = Schedulers.newParallel(SIGNALS, 2, true);
    private static final int ENTRIES = 40;

    private final AtomicInteger copies = new AtomicInteger();

    @TempDir
    Path directory;

    PublisherRules(KvContract contract) {
        super(contract);
    }

    /** Whether an operation changes the database each time it is subscribed to. */
    enum Effect {
        NONE,
        WRITES
    }

    /** A method, as a test calls it. */
    record Operation(String name, Effect effect, Function<PublisherRules, Publisher<?>> call) {
        Publisher<?> on(PublisherRules rules) {
            return call.apply(rules);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Operation reading(String name, Function<Kv, Publisher<?>> call) {
        return new Operation(name, Effect.NONE, rules -> call.apply(rules.kv()));
    }

    private static Operation writing(String name, Function<Kv, Publisher<?>> call) {
        return new Operation(name, Effect.WRITES, rules -> call.apply(rules.kv()));
    }

    /** Every method but {@code ready} and {@code close}, which need no read and no write. */
    static Stream<Operation> operations() {
        return Stream.of(
                reading("get", kv -> kv.get(KvKey.of("p", 1))),
                reading("get of an absent key", kv -> kv.get(A)),
                reading("getMany", kv -> kv.getMany(List.of(KvKey.of("p", 1), A))),
                reading("getMany of many", kv -> kv.getMany(keys(25))),
                reading("list", kv -> kv.list(KvSelector.prefix("p").batchSize(7))),
                reading(
                        "list reverse",
                        kv -> kv.list(KvSelector.prefix("p").reverse().limit(20).batchSize(6))),
                reading("page", kv -> kv.page(KvSelector.prefix("p").limit(10))),
                reading("count", kv -> kv.count(KvSelector.prefix("p").batchSize(9))),
                reading(
                        "transact without writes",
                        kv -> kv.transact(tx -> tx.get(A).then(Mono.empty()))),
                writing("set", kv -> kv.set(A, 1)),
                writing("set with options", kv -> kv.set(A, 1, SetOptions.defaults())),
                writing("delete", kv -> kv.delete(A)),
                new Operation(
                        "enqueue",
                        Effect.WRITES,
                        rules -> rules.orSet(rules.kv().enqueue("m"))),
                new Operation(
                        "enqueue with options",
                        Effect.WRITES,
                        rules -> rules.orSet(rules.kv().enqueue("m", EnqueueOptions.defaults()))),
                new Operation(
                        "watch",
                        Effect.NONE,
                        rules -> rules.orGet(rules.kv().watch(A).take(1))),
                new Operation(
                        "watch of several",
                        Effect.NONE,
                        rules -> rules.orGet(rules.kv().watch(keys(3)).take(1))),
                new Operation(
                        "watchPrefix",
                        Effect.NONE,
                        rules -> rules.orGet(
                                rules.kv().watchPrefix(KvKey.of("p")).take(3))),
                new Operation("messages", Effect.WRITES, PublisherRules::oneMessage),
                new Operation("listenQueue", Effect.WRITES, PublisherRules::listenToOne),
                new Operation("backup", Effect.NONE, rules -> rules.orGet(rules.backup())),
                reading("lines", kv -> exported(kv).lines()),
                reading("bytes", kv -> exported(kv).bytes()),
                new Operation("toFile", Effect.NONE, PublisherRules::exportFile),
                writing("fromLines", kv -> importer(kv).fromLines(exported(kv).lines())),
                writing("fromBytes", kv -> importer(kv).fromBytes(exported(kv).bytes())),
                new Operation("fromFile", Effect.WRITES, PublisherRules::importFile),
                writing("deletePrefix", kv -> kv.deletePrefix(KvKey.of("p"))),
                writing(
                        "transact",
                        kv -> kv.transact(tx ->
                                tx.get(A).map(seen -> tx.set(A, 1).sum(B, 1).result("done")))),
                new Operation("commit", Effect.WRITES, rules -> rules.steps().commit()),
                new Operation(
                        "commitOrThrow", Effect.WRITES, rules -> rules.steps().commitOrThrow()));
    }

    private static List<KvKey> keys(int count) {
        List<KvKey> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(KvKey.of("p", i));
        }
        return keys;
    }

    private AtomicOperation steps() {
        return withMessage(kv().atomic().checkAbsent(C).set(A, 1).sum(B, 1).delete(KvKey.of("p", 0)));
    }

    /** A backend that takes no messages says so by a signal, and what follows that is under test. */
    private Mono<Versionstamp> orSet(Mono<Versionstamp> enqueue) {
        return has(KvContract.Trait.ENQUEUES)
                ? enqueue
                : enqueue.onErrorResume(KvUnsupportedException.class, e -> kv().set(A, 1));
    }

    /** A backend that cannot do something says so by a signal. */
    private Flux<?> orGet(Publisher<?> operation) {
        return Flux.<Object>from(operation)
                .onErrorResume(KvUnsupportedException.class, e -> kv().get(KvKey.of("p", 1)));
    }

    private Flux<?> oneMessage() {
        Flux<?> one = kv().messages(String.class)
                .take(1)
                .flatMap(message -> message.ack().thenReturn(message));
        return orSet(kv().enqueue("m")).thenMany(orGet(one));
    }

    private Mono<?> listenToOne() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> isHandled = Sinks.empty();
            Mono<Void> listening = kv().listenQueue(String.class, message -> Mono.fromRunnable(isHandled::tryEmitEmpty))
                    .takeUntilOther(isHandled.asMono());
            return orSet(kv().enqueue("m")).thenMany(orGet(listening)).then();
        });
    }

    private Mono<Long> backup() {
        return Mono.defer(() -> kv().backup(directory.resolve("copy" + copies.incrementAndGet())));
    }

    private static NdjsonExport exported(Kv kv) {
        return NdjsonExport.of(
                kv,
                NdjsonExportOptions.builder()
                        .selector(KvSelector.prefix("p").batchSize(7))
                        .chunkBytes(400)
                        .build());
    }

    private static NdjsonImport importer(Kv kv) {
        return NdjsonImport.of(
                kv,
                NdjsonImportOptions.builder()
                        .prefix(KvKey.of("imported"))
                        .existing(NdjsonImportOptions.Existing.OVERWRITE)
                        .batchSize(9)
                        .concurrency(2)
                        .build());
    }

    private Mono<NdjsonProgress> exportFile() {
        return Mono.defer(() -> exported(kv()).toFile(directory.resolve("copy" + copies.incrementAndGet())));
    }

    private Mono<NdjsonProgress> importFile() {
        return Mono.defer(() -> {
            Path file = directory.resolve("copy" + copies.incrementAndGet());
            return exported(kv()).toFile(file).then(importer(kv()).fromFile(file));
        });
    }

    private void fill() {
        fill("p", ENTRIES);
    }

    /** Asks for nothing by itself; keeps what it is given. */
    private static final class Recorder extends BaseSubscriber<Object> {
        private final Queue<Object> given = new ConcurrentLinkedQueue<>();
        private final Queue<String> threads = new ConcurrentLinkedQueue<>();
        private final CountDownLatch over = new CountDownLatch(1);
        private final long cancelAfter;
        private volatile @Nullable Throwable error;

        Recorder(long cancelAfter) {
            this.cancelAfter = cancelAfter;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Object value) {
            given.add(value);
            threads.add(Thread.currentThread().getName());
            if (given.size() == cancelAfter) {
                cancel();
                over.countDown();
            }
        }

        @Override
        protected void hookOnComplete() {
            threads.add(Thread.currentThread().getName());
            over.countDown();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            threads.add(Thread.currentThread().getName());
            error = failure;
            over.countDown();
        }

        void awaitOver() {
            try {
                assertThat(over.await(patience.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static Recorder recorded(Publisher<?> publisher) {
        Recorder recorder = new Recorder(Long.MAX_VALUE);
        publisher.subscribe(recorder);
        return recorder;
    }

    @Test
    void everyMethodThatGivesAPublisherIsHeldToTheRules() {
        List<String> held = Stream.concat(
                        operations().map(operation -> operation.name.split(" ", 2)[0]), Stream.of("ready", "close"))
                .distinct()
                .sorted()
                .toList();
        List<String> methods = Stream.of(Kv.class, AtomicOperation.class, NdjsonExport.class, NdjsonImport.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> Publisher.class.isAssignableFrom(method.getReturnType()))
                .map(Method::getName)
                .distinct()
                .sorted()
                .collect(Collectors.toList());
        assertThat(held).isEqualTo(methods);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nothingHappensBeforeTheSubscription(Operation operation) {
        fill();
        List<String> before = dump();
        int reached = observed().operations();
        Publisher<?> later = operation.on(this);
        assertThat(observed().operations()).isEqualTo(reached);
        assertThat(dump()).isEqualTo(before);
        awaitEnd(later);
        assertThat(observed().operations()).isGreaterThan(reached);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eachSubscriptionIsAnOperationOfItsOwn(Operation operation) {
        fill();
        Publisher<?> publisher = operation.on(this);
        for (int i = 0; i < 3; i++) {
            int reads = observed().reads.get();
            int writes = observed().writes.get();
            awaitEnd(publisher);
            int reached = observed().reads.get() - reads + observed().writes.get() - writes;
            assertThat(reached).isPositive();
            boolean isRepeatable = !operation.name.equals("deletePrefix");
            assertThat(observed().writes.get() > writes)
                    .isEqualTo(operation.effect == Effect.WRITES && (isRepeatable || i == 0));
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void noMoreIsGivenThanWasAskedFor(Operation operation) {
        fill();
        int size = all(Flux.from(operation.on(this)).map(value -> true)).size();
        fill();
        Recorder recorder = recorded(operation.on(this));
        for (int asked = 0; asked < size; asked++) {
            // What was under way, whether asked for or not, has had its time: another operation went through.
            awaitEnd(kv().getMany(keys(3)));
            assertThat(recorder.given).hasSizeLessThanOrEqualTo(asked);
            recorder.request(1);
        }
        // An operation that gives nothing may wait for demand all the same.
        recorder.request(1);
        recorder.awaitOver();
        assertThat(recorder.error).isNull();
        assertThat(recorder.given).hasSize(size);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void cancelBeforeAtAndAfterEverySignalLeavesNothingOpen(Operation operation) {
        fill();
        int size = all(Flux.from(operation.on(this)).map(value -> true)).size();
        fill();
        // Before anything was asked for, right after, at each value, and behind the last.
        recorded(operation.on(this)).cancel();
        nothingIsOpen();
        Recorder asked = recorded(operation.on(this));
        asked.requestUnbounded();
        asked.cancel();
        nothingIsOpen();
        for (int at = 1; at <= size; at++) {
            Recorder recorder = new Recorder(at);
            operation.on(this).subscribe(recorder);
            recorder.requestUnbounded();
            recorder.awaitOver();
            assertThat(recorder.given).hasSizeLessThanOrEqualTo(at);
            nothingIsOpen();
        }
        Recorder whole = recorded(operation.on(this));
        whole.requestUnbounded();
        whole.awaitOver();
        whole.cancel();
        nothingIsOpen();
        set(C, "usable");
        assertThat(valueOf(C)).isEqualTo("usable");
    }

    /** Reads until the backend has ended what was cancelled: an end that never comes is a failure after a while. */
    private void nothingIsOpen() {
        ObservedDatabase seen = observed();
        Database backend = database();
        long end = System.nanoTime() + patience.toNanos();
        boolean isOver;
        do {
            isOver = await(kv().getMany(keys(2))
                    .map(found -> contract.openResources(backend) == 0 && seen.underWay.get() == 0));
        } while (!isOver && System.nanoTime() < end);
        assertThat(isOver)
                .as("open: %s, under way: %s", contract.openResources(backend), seen.underWay)
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void theContextReachesTheBackend(Operation operation) {
        fill();
        observed().contexts.clear();
        awaitEnd(Flux.from(operation.on(this)).contextWrite(Context.of("who", "the test")));
        assertThat(observed().contexts)
                .isNotEmpty()
                .allSatisfy(context -> assertThat(context.<String>get("who")).isEqualTo("the test"));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void signalsComeOnTheSchedulerOfTheOptionsOrWhereMoreIsAskedFor(Operation operation) {
        reopen(options().scheduler(SCHEDULER));
        fill();
        Recorder recorder = recorded(operation.on(this));
        recorder.requestUnbounded();
        recorder.awaitOver();
        String here = Thread.currentThread().getName();
        assertThat(recorder.threads).isNotEmpty().allMatch(name -> name.startsWith(SIGNALS) || name.equals(here));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nothingBlocksTheThreadThatSubscribes(Operation operation) {
        fill();
        // With BlockHound on the class path, a blocking call on such a thread is an error.
        awaitEnd(Flux.defer(() -> operation.on(this)).subscribeOn(Schedulers.parallel()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void manyAtOnceAllEnd(Operation operation) {
        fill();
        Publisher<?> publisher = operation.on(this);
        awaitEnd(Flux.range(0, 64).flatMap(i -> Flux.from(publisher).then().subscribeOn(Schedulers.parallel()), 64));
        nothingIsOpen();
    }

    @Test
    void thePublishersOfTheBackendAreColdToo() {
        Database backend = database();
        Mono<List<List<RawEntry>>> read =
                backend.snapshotRead(List.of(ReadRange.point(A.encoded())), KvConsistency.STRONG);
        Mono<CommitResult> write =
                backend.atomicWrite(AtomicWrite.of(List.of(), List.of(Mutation.delete(A.encoded()))));
        Versionstamp first = set(A, 1);
        assertThat(await(read).get(0)).extracting(RawEntry::versionstamp).containsExactly(first);
        Versionstamp second = set(A, 2);
        assertThat(await(read).get(0)).extracting(RawEntry::versionstamp).containsExactly(second);
        assertThat(await(write).isCommitted()).isTrue();
        assertThat(await(read).get(0)).isEmpty();
    }

    @Test
    void openingIsColdToo() {
        Kv.create(
                        TestDatabaseHandler.around("memory:"),
                        options()
                                .with(new TestDatabaseHandler.Between(database -> {
                                    throw new AssertionError("opened");
                                }))
                                .build())
                .ready();
        Publisher<Void> close = kv().close();
        assertThat(await(kv().ready())).isSameAs(kv());
        set(A, 1);
        awaitEnd(close);
    }
}
