// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.JDBC;
import reactor.blockhound.BlockingOperationError;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Hops, demand, cancel, threads: by exact counters. */
class PublisherRulesIT {

    @TempDir
    Path folder;

    /** Counts the tasks that signals cost on their way out. */
    private static final class CountingScheduler implements Scheduler {
        private final AtomicInteger tasks = new AtomicInteger();
        private final Scheduler parallel = Schedulers.parallel();

        @Override
        public Disposable schedule(Runnable task) {
            tasks.incrementAndGet();
            return parallel.schedule(task);
        }

        @Override
        public Worker createWorker() {
            Worker worker = parallel.createWorker();
            return new Worker() {
                @Override
                public Disposable schedule(Runnable task) {
                    tasks.incrementAndGet();
                    return worker.schedule(task);
                }

                @Override
                public void dispose() {
                    worker.dispose();
                }
            };
        }
    }

    @Test
    void aWholeTransactionIsOneHopInAndOneHopOut() {
        CountingScheduler scheduler = new CountingScheduler();
        SqliteDatabase database = Files.open(
                folder.resolve("hops.sqlite"),
                SqliteOptions.defaults(),
                KvOptions.builder().scheduler(scheduler).build());
        Mutation[] mutations = new Mutation[50];
        for (int i = 0; i < mutations.length; i++) {
            mutations[i] = i % 2 == 0 ? Mutation.set(Files.key(i), Files.bytes(i), null) : Files.sum(Files.key("c"), 1);
        }
        long all = database.writerStatistics().hops();
        for (int i = 0; i < 500; i++) {
            long in = database.writerStatistics().hops();
            int out = scheduler.tasks.get();
            long statements = database.writerStatistics().statementsExecuted();
            Files.commit(database, Files.checked(Check.of(Files.key("absent"), null), mutations));
            // None for one that is begun on the connection's thread, because the one before is just being delivered.
            assertThat(database.writerStatistics().hops() - in).isBetween(0L, 1L);
            assertThat(scheduler.tasks.get() - out).isEqualTo(1);
            // begin, read data_version and version, check, 25 sets, read and put the one counter, write version, commit
            assertThat(database.writerStatistics().statementsExecuted() - statements)
                    .isEqualTo(33);
        }
        assertThat(database.writerStatistics().hops() - all).isPositive();
        long prepared = database.writerStatistics().statementsPrepared();
        Files.commit(database, Files.checked(Check.of(Files.key("absent"), null), mutations));
        assertThat(database.writerStatistics().statementsPrepared()).isEqualTo(prepared);
        System.out.println("measured: a transaction of 52 mutations in 33 statements: 1 hop in, 1 hop out");
        database.close().block();
    }

    @Test
    void aReadOfOneOrOfTenRangesIsOneHopInAndOneHopOut() {
        CountingScheduler scheduler = new CountingScheduler();
        SqliteDatabase database = Files.open(
                folder.resolve("hops.sqlite"),
                SqliteOptions.builder().readers(1).build(),
                KvOptions.builder().scheduler(scheduler).build());
        Files.awaitStill(database);
        List<ReadRange> ten = Flux.range(0, 10)
                .map(i -> ReadRange.point(Files.key(i)))
                .collectList()
                .block();
        for (List<ReadRange> ranges : List.of(ten.subList(0, 1), ten)) {
            long all = database.readerStatistics().get(0).hops();
            for (int i = 0; i < 2000; i++) {
                long in = database.readerStatistics().get(0).hops();
                int out = scheduler.tasks.get();
                database.snapshotRead(ranges, KvConsistency.STRONG).block();
                assertThat(database.readerStatistics().get(0).hops() - in).isBetween(0L, 1L);
                assertThat(scheduler.tasks.get() - out).isEqualTo(1);
            }
            assertThat(database.readerStatistics().get(0).hops() - all).isPositive();
        }
        database.close().block();
    }

    @Test
    void nothingHappensBeforeTheSubscription() {
        SqliteDatabase database = Files.open(folder.resolve("cold.sqlite"));
        SqliteStatistics before = database.writerStatistics();
        database.atomicWrite(Files.set(Files.key(1), Files.bytes(1)));
        database.close();
        assertThat(database.writerStatistics()).isEqualTo(before);
        assertThat(folder.resolve("cold2.sqlite")).doesNotExist();
        Kv.create(folder.resolve("cold2.sqlite").toString()).ready();
        assertThat(folder.resolve("cold2.sqlite")).doesNotExist();
        database.close().block();
    }

    @Test
    void cancelAtEverySignalOfAListLeavesNoStatementOpen() {
        Path path = folder.resolve("list.sqlite");
        SqliteDatabase database = Files.open(path);
        Kv kv = Kv.create(path.toString());
        Flux.range(0, 120)
                .concatMap(i -> kv.set(KvKey.of("l", i), new byte[] {1}))
                .blockLast();
        AtomicInteger cancelled = new AtomicInteger();
        for (int at = 0; at <= 121; at++) {
            long wanted = at;
            StepVerifier.create(list(database).doOnCancel(cancelled::incrementAndGet), 0)
                    .expectSubscription()
                    .thenRequest(Math.max(1, wanted))
                    .expectNextCount(Math.min(wanted, 120))
                    .thenCancel()
                    .verify(Duration.ofSeconds(10));
            // A read that was under way ends by itself, and soon.
            Received.until(() -> database.readerStatistics().stream()
                    .allMatch(s -> s.openStatements() == 0 && s.openCursors() == 0));
        }
        // An open statement would pin the log and make this busy.
        assertThat(Files.query(path, "pragma wal_checkpoint(truncate)").get(0).get(0))
                .isEqualTo("0");
        System.out.println("measured: a list cancelled at each of 122 signals: 0 statements open");
        kv.close().block();
        database.close().block();
    }

    private static Flux<RawEntry> list(SqliteDatabase database) {
        return Flux.range(0, 12)
                .concatMap(
                        i -> database.snapshotRead(
                                List.of(ReadRange.ascending(Files.key("l", i * 10), Files.key("l", i * 10 + 10), 10)),
                                KvConsistency.STRONG),
                        1)
                .concatMapIterable(ranges -> ranges.get(0), 1);
    }

    @Test
    void aReadThatIsCancelledLeavesTheReaderToTheNext() {
        SqliteDatabase database = Files.open(
                folder.resolve("slow.sqlite"),
                SqliteOptions.builder().readers(1).build(),
                KvOptions.defaults());
        Flux.range(0, 20)
                .concatMap(n -> database.atomicWrite(Files.write(IntStream.range(0, 500)
                        .mapToObj(i -> Mutation.set(Files.key(n, i), Files.bytes(1), null))
                        .toArray(Mutation[]::new))))
                .blockLast();
        Mono<List<List<RawEntry>>> read = database.snapshotRead(
                List.of(ReadRange.ascending(new byte[] {0}, new byte[] {(byte) 0xFF}, 100_000)), KvConsistency.STRONG);
        for (int i = 0; i < 100; i++) {
            read.subscribe().dispose();
        }
        assertThat(read.block().get(0)).hasSize(10_000);
        assertThat(database.readerStatistics().get(0).openStatements()).isZero();
        database.close().block();
    }

    @Test
    void signalsComeOnTheSchedulerAndNeverOnASqliteThread() {
        Kv kv = Kv.create(folder.resolve("threads.sqlite").toString());
        KvKey key = KvKey.of("k");
        List<String> threads = Flux.concat(
                        kv.ready().map(v -> Thread.currentThread().getName()),
                        kv.set(key, new byte[0]).map(v -> Thread.currentThread().getName()),
                        kv.get(key).map(v -> Thread.currentThread().getName()),
                        kv.getMany(List.of(key, key))
                                .map(v -> Thread.currentThread().getName()),
                        kv.list(KvSelector.prefix())
                                .map(v -> Thread.currentThread().getName()),
                        kv.atomic().commit().map(v -> Thread.currentThread().getName()),
                        kv.delete(key)
                                .then(Mono.fromSupplier(
                                        () -> Thread.currentThread().getName())),
                        kv.close()
                                .then(Mono.fromSupplier(
                                        () -> Thread.currentThread().getName())))
                .collectList()
                .block();
        assertThat(threads).hasSize(8).allMatch(name -> name.startsWith("parallel-"));
    }

    @Test
    void theWholeApiRunsOnThreadsThatMustNotBlock() {
        Kv kv = Kv.create(folder.resolve("blockhound.sqlite").toString());
        KvKey key = KvKey.of("k");
        StepVerifier.create(Mono.defer(() -> kv.ready()
                                .then(kv.set(key, new byte[] {1}))
                                .then(kv.getMany(List.of(key, key)))
                                .thenMany(kv.list(KvSelector.prefix()))
                                .then(kv.atomic().sum(KvKey.of("c"), 1).commit())
                                .then(kv.delete(key))
                                .then(kv.close()))
                        .subscribeOn(Schedulers.parallel()))
                .verifyComplete();
    }

    @Test
    void blockHoundCatchesSqliteOnAReactorThread() {
        StepVerifier.create(Mono.fromCallable(() -> {
                            try (var connection =
                                    JDBC.createConnection("jdbc:sqlite::memory:", new java.util.Properties())) {
                                return connection
                                        .createStatement()
                                        .executeQuery("select 1")
                                        .getInt(1);
                            }
                        })
                        .subscribeOn(Schedulers.parallel()))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(BlockingOperationError.class)
                        .hasMessageContaining("org.sqlite.core.NativeDB"))
                .verify();
    }
}
