// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvValue;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** How operations share transactions, by exact counters, and that none suffers for another with which it does. */
class LanesIT {

    private static final int AT_A_TIME = 64;

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("kv.sqlite");
    }

    private SqliteDatabase open(SqliteOptions.Builder options) {
        return Files.open(path, options.build(), KvOptions.defaults());
    }

    private static Mono<List<List<RawEntry>>> get(SqliteDatabase database, byte[] key) {
        return database.snapshotRead(List.of(ReadRange.point(key)), KvConsistency.STRONG);
    }

    private static long transactions(SqliteDatabase database) {
        return database.readerStatistics().stream()
                .mapToLong(SqliteStatistics::transactionsBegun)
                .sum();
    }

    private static long hops(SqliteDatabase database) {
        return database.readerStatistics().stream()
                .mapToLong(SqliteStatistics::hops)
                .sum();
    }

    @Test
    void sixtyFourReadsAtATimeAreOneTransactionAndTheFirst() {
        // A second reader would take a part of them on a slow machine: see PointReadsTest.
        SqliteDatabase database = open(SqliteOptions.builder().readers(1));
        Files.commit(
                database,
                Files.write(IntStream.range(0, AT_A_TIME)
                        .filter(i -> i % 3 != 0)
                        .mapToObj(i -> Mutation.set(Files.key(i), Files.bytes(i), null))
                        .toArray(Mutation[]::new)));
        Files.awaitStill(database);
        long most = 0;
        for (int round = 0; round < 20; round++) {
            long begun = transactions(database);
            long executed = Files.statementsRead(database);
            long hops = hops(database);
            List<List<List<RawEntry>>> found = Flux.range(0, AT_A_TIME)
                    .flatMapSequential(i -> get(database, Files.key(i)), AT_A_TIME)
                    .collectList()
                    .block();
            for (int i = 0; i < AT_A_TIME; i++) {
                List<RawEntry> entry = found.get(i).get(0);
                assertThat(entry).hasSize(i % 3 == 0 ? 0 : 1);
                assertThat(entry).allSatisfy(e -> assertThat(e.key()).isNotNull());
                if (i % 3 != 0) {
                    assertThat(entry.get(0).key()).isEqualTo(Files.key(i));
                    assertThat(entry.get(0).value()).isEqualTo(Files.bytes(i));
                }
            }
            long groups = transactions(database) - begun;
            // A group of several begins and commits, one that is alone does not.
            assertThat(Files.statementsRead(database) - executed).isEqualTo(AT_A_TIME + 2 * groups);
            // The first is alone, and so may be one that falls between two groups.
            assertThat(hops(database) - hops).isLessThanOrEqualTo(2 * (1 + groups));
            most = Math.max(most, groups);
        }
        // The first is on its way while the others gather.
        assertThat(most).isBetween(1L, 4L);
        System.out.println("measured: 64 concurrent gets: at most " + most + " read transactions, 1 hop each");
        database.close().block();
    }

    @Test
    void readsOfManyKeysAtATimeAreTheirOwnAndCancelledOnesHarmNobody() {
        SqliteDatabase database = open(SqliteOptions.builder());
        Flux.range(0, 10)
                .concatMap(n -> database.atomicWrite(Files.write(IntStream.range(n * 100, n * 100 + 100)
                        .mapToObj(i -> Mutation.set(Files.key(i), Files.bytes(i, i >> 8), null))
                        .toArray(Mutation[]::new))))
                .blockLast();
        Long right = Flux.range(0, 20_000)
                .flatMap(
                        i -> {
                            get(database, Files.key(i % 1000)).subscribe().dispose();
                            List<ReadRange> ranges = IntStream.range(i, i + i % 10 + 1)
                                    .mapToObj(k -> ReadRange.point(Files.key(k % 1001)))
                                    .toList();
                            return database.snapshotRead(ranges, KvConsistency.STRONG)
                                    .filter(results -> areRight(results, i))
                                    .subscribeOn(Schedulers.parallel());
                        },
                        1024)
                .count()
                .block();
        assertThat(right).isEqualTo(20_000);
        assertThat(database.readerStatistics())
                .allSatisfy(s -> assertThat(s.openStatements()).isZero());
        database.close().block();
    }

    private static boolean areRight(List<List<RawEntry>> results, int first) {
        return results.size() == first % 10 + 1
                && IntStream.range(0, results.size()).allMatch(n -> {
                    int key = (first + n) % 1001;
                    return key == 1000
                            ? results.get(n).isEmpty()
                            : results.get(n).get(0).value().equals(Files.bytes(key, key >> 8));
                });
    }

    @Test
    void closeFinishesTheReadsThatWait() {
        SqliteDatabase database = open(SqliteOptions.builder());
        Files.commit(database, Files.set(Files.key("k"), Files.bytes(1)));
        int count = 5 * PointReads.MOST_RANGES;
        Mono<Long> found = Flux.range(0, count)
                .flatMap(i -> get(database, Files.key("k")), count)
                .filter(results -> results.get(0).size() == 1)
                .count()
                .cache();
        found.subscribe();
        database.close().block();
        assertThat(found.block()).isEqualTo(count);
        StepVerifier.create(get(database, Files.key("k")))
                .expectError(KvClosedException.class)
                .verify();
    }

    @Test
    void aListingReadsOneStatementForEachPageAndKeepsNoSnapshotBetweenThem() throws Exception {
        Kv kv = Kv.create(path.toString());
        Flux.range(0, 1000)
                .buffer(500)
                .concatMap(part -> Flux.fromIterable(part)
                        .reduce(kv.atomic(), (write, i) -> write.set(KvKey.of("l", i), new byte[] {1}))
                        .flatMap(write -> write.commit()))
                .blockLast();
        SqliteDatabase database = open(SqliteOptions.builder());
        Files.awaitStill(database);
        long before = Files.statementsRead(database);
        long listed = 0;
        byte[] from = Files.key("l");
        for (List<RawEntry> page = List.of(); listed == 0 || page.size() == 100; ) {
            page = database.snapshotRead(
                            List.of(ReadRange.ascending(from, new byte[] {2, 'm'}, 100)), KvConsistency.STRONG)
                    .block()
                    .get(0);
            listed += page.size();
            from = page.isEmpty() ? from : next(page.get(page.size() - 1).key());
        }
        assertThat(listed).isEqualTo(1000);
        assertThat(Files.statementsRead(database) - before).isEqualTo(11);
        StepVerifier.create(kv.list(KvSelector.prefix("l").batchSize(100)), 150)
                .expectNextCount(150)
                .then(() -> assertThat(Files.query(path, "pragma wal_checkpoint(truncate)")
                                .get(0)
                                .get(0))
                        .as("a slow consumer keeps a snapshot")
                        .isEqualTo("0"))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(850)
                .verifyComplete();
        System.out.println("measured: 1000 entries in 10 pages and the empty one: 11 statements, 0 transactions kept");
        kv.close().block();
        database.close().block();
    }

    private static byte[] next(byte[] key) {
        return ReadRange.point(key).end();
    }

    @Test
    void keysAreNotReadBehindAListing() {
        SqliteDatabase database = open(SqliteOptions.builder().readers(2));
        Flux.range(0, 40)
                .concatMap(n -> database.atomicWrite(Files.write(IntStream.range(0, 500)
                        .mapToObj(i -> Mutation.set(Files.key(n, i), Files.bytes(1), null))
                        .toArray(Mutation[]::new))))
                .blockLast();
        Mono<List<List<RawEntry>>> scan = database.snapshotRead(
                List.of(ReadRange.ascending(new byte[] {0}, new byte[] {(byte) 0xFF}, 100_000)), KvConsistency.STRONG);
        Files.awaitStill(database);
        long before = database.readerStatistics().get(0).rows();
        Flux.merge(Flux.range(0, 20).flatMap(i -> scan, 20), get(database, Files.key(1, 1)))
                .blockLast();
        assertThat(database.readerStatistics().get(0).rows() - before).isEqualTo(1);
        database.close().block();
    }

    @Test
    void sixtyFourCommitsAtATimeAreOneTransactionAndTheFirst() {
        SqliteDatabase database = open(SqliteOptions.builder());
        long most = 0;
        for (int round = 0; round < 20; round++) {
            long before = database.writerStatistics().transactionsCommitted();
            long hops = database.writerStatistics().hops();
            long executed = database.writerStatistics().statementsExecuted();
            Flux.range(0, AT_A_TIME)
                    .flatMap(i -> database.atomicWrite(Files.set(Files.key(i), Files.bytes(i))), AT_A_TIME)
                    .blockLast();
            long groups = database.writerStatistics().transactionsCommitted() - before;
            assertThat(database.writerStatistics().hops() - hops).isLessThanOrEqualTo(groups);
            // Each has one statement of its own; a transaction has begin, two counters, version and commit.
            assertThat(database.writerStatistics().statementsExecuted() - executed)
                    .isLessThanOrEqualTo(AT_A_TIME + 5 * groups);
            most = Math.max(most, groups);
        }
        assertThat(most).isBetween(1L, 4L);
        System.out.println("measured: 64 concurrent sets: at most " + most + " write transactions, 1 hop each");
        database.close().block();
    }

    @Test
    void anUpsertThatKeepsTheExpiryWritesNoPageOfItsIndex() {
        SqliteDatabase database = open(SqliteOptions.builder());
        byte[] key = Files.key("k");
        Instant expiry = Instant.ofEpochMilli(7_954_000_000_000L);
        Files.commit(database, Files.write(Mutation.set(key, Files.bytes(1), expiry)));
        long index = rootOf("kv_expiration_ms_idx");
        for (Mutation kept : List.of(
                Mutation.set(key, Files.bytes(2), expiry),
                Mutation.set(key, Files.bytes(3), expiry),
                Mutation.set(key, Files.bytes(4), expiry.plusMillis(1)))) {
            Files.query(path, "pragma wal_checkpoint(truncate)");
            Files.commit(database, Files.write(kept));
            boolean isIndexWritten = pagesInLog().contains(index);
            assertThat(isIndexWritten).isEqualTo(!expiry.equals(kept.expiresAt()));
        }
        database.close().block();
    }

    private long rootOf(String index) {
        return Long.parseLong(Files.query(path, "select rootpage from sqlite_schema where name = '" + index + "'")
                .get(0)
                .get(0));
    }

    /** The numbers of the pages in the log, from its frames: 32 bytes of header, then 24 bytes and a page each. */
    private List<Long> pagesInLog() {
        try {
            ByteBuffer log =
                    ByteBuffer.wrap(java.nio.file.Files.readAllBytes(path.resolveSibling(path.getFileName() + "-wal")));
            return IntStream.iterate(32, at -> at + 24 + 4096 <= log.capacity(), at -> at + 24 + 4096)
                    .mapToObj(at -> (long) log.getInt(at))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What SQLite refuses inside of a write, with everything it may undo by itself: the statement, nothing of it, the transaction. */
    @ParameterizedTest
    @ValueSource(strings = {"abort", "fail", "rollback"})
    void aWriteThatSqliteRefusesHalfWayLeavesNothingAndSparesThoseItSharesATransactionWith(String action)
            throws Exception {
        SqliteDatabase database = open(SqliteOptions.builder());
        Files.sql(
                path,
                "create trigger refused before insert on kv when new.k = x'02626164" + "00' begin select raise("
                        + action + ", 'refused'); end");
        Mono<List<CommitResult>> all = Flux.range(0, AT_A_TIME)
                .flatMap(
                        i -> database.atomicWrite(
                                        i % 8 == 3
                                                ? Files.write(
                                                        Mutation.set(Files.key("before", i), Files.bytes(i), null),
                                                        Mutation.set(Files.key("bad"), Files.bytes(i), null),
                                                        Mutation.set(Files.key("after", i), Files.bytes(i), null))
                                                : Files.write(
                                                        Files.sum(Files.key("sum"), 1),
                                                        Mutation.set(Files.key("good", i), Files.bytes(i), null)))
                                .onErrorResume(KvDatabaseException.class, e -> Mono.empty()),
                        AT_A_TIME)
                .collectList()
                .cache();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            all.subscribe();
            foreign.createStatement().execute("commit");
        }
        List<CommitResult> results = all.block();
        assertThat(results).hasSize(56).allMatch(CommitResult::isCommitted);
        assertThat(results.stream()
                        .map(r -> ((CommitResult.Committed) r).versionstamp())
                        .distinct())
                .hasSize(56);
        assertThat(Files.query(
                        path, "select count(*), count(distinct version) from kv where hex(k) like '02676F6F6400%'"))
                .containsExactly(List.of("56", "56"));
        assertThat(Files.query(path, "select hex(v) from kv where k = x'0273756d00'"))
                .containsExactly(List.of("3800000000000000"));
        assertThat(Files.query(path, "select count(*) from kv")).containsExactly(List.of("57"));
        assertThat(Files.commit(database, Files.set(Files.key("next"), Files.bytes(1)))
                        .isCommitted())
                .isTrue();
        assertThat(database.writerStatistics().openStatements()).isZero();
        database.close().block();
    }

    @Test
    void writesBeyondTheBacklogAreRefusedAtOnceAndTheOthersAreWritten() throws Exception {
        SqliteDatabase database = open(SqliteOptions.builder().backlogBytes(10 * 2048));
        byte[] kilobyte = new byte[1024 - 3];
        List<String> outcomes;
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            Mono<List<String>> all = Flux.range(0, 30)
                    .flatMap(
                            i -> database.atomicWrite(Files.set(Files.key("k"), KvValue.wrap(KvValue.BYTES, kilobyte)))
                                    .map(r -> "written")
                                    .onErrorResume(KvUnavailableException.class, e -> {
                                        assertThat(e).hasMessageContaining("backlogBytes");
                                        return Mono.just("refused");
                                    }),
                            30)
                    .collectList()
                    .cache();
            all.subscribe();
            foreign.createStatement().execute("commit");
            outcomes = all.block(Duration.ofSeconds(10));
        }
        assertThat(outcomes).filteredOn("written"::equals).hasSize(10);
        assertThat(outcomes).filteredOn("refused"::equals).hasSize(20);
        // Nothing waits any more, so that one is taken whatever its size.
        SqliteDatabase none = open(SqliteOptions.builder().backlogBytes(0));
        assertThat(Files.commit(none, Files.set(Files.key("k"), Files.bytes(1))).isCommitted())
                .isTrue();
        none.close().block();
        assertThat(Files.commit(database, Files.set(Files.key("k"), Files.bytes(1)))
                        .isCommitted())
                .isTrue();
        database.close().block();
    }
}
