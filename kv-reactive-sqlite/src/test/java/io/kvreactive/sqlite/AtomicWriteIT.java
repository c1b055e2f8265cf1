// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Writes, seen from outside by plain JDBC. */
class AtomicWriteIT {

    private static final byte[] A = Files.key("a");
    private static final byte[] B = Files.key("b");
    private static final byte[] C = Files.key("c");

    @TempDir
    Path folder;

    private Path path;
    private SqliteDatabase database;

    @BeforeEach
    void open() {
        path = folder.resolve("kv.sqlite");
        database = Files.open(path);
    }

    @AfterEach
    void close() {
        database.close().block();
    }

    private long version() {
        return Long.parseLong(
                Files.query(path, "select version from data_version").get(0).get(0));
    }

    @Test
    void aCommitIsInTheFileWithItsExactStorageClassesWhenItIsAcknowledged() {
        Instant expiry = Instant.ofEpochMilli(7_954_000_000_000L);
        CommitResult result = Files.commit(
                database,
                Files.write(
                        Mutation.set(A, Files.bytes(), null),
                        Mutation.set(B, Files.bytes(1, 2), expiry),
                        Files.sum(C, 3)));
        assertThat(result).isEqualTo(new CommitResult.Committed(Versionstamp.ofVersion(version())));
        assertThat(version()).isBetween(1L, 9L);
        assertThat(Files.query(
                        path,
                        "select hex(k), hex(v), v_encoding, version, seq, expiration_ms, typeof(k), typeof(v), typeof(v_encoding),"
                                + " typeof(version), typeof(expiration_ms) from kv order by k"))
                .containsExactly(
                        row("026100", "", "3", version(), "-1"),
                        row("026200", "0102", "3", version(), "7954000000000"),
                        row("026300", "0300000000000000", "2", version(), "-1"));
    }

    private static List<String> row(String key, String value, String encoding, long version, String expiry) {
        return List.of(
                key,
                value,
                encoding,
                Long.toString(version),
                "0",
                expiry,
                "blob",
                "blob",
                "integer",
                "integer",
                "integer");
    }

    @Test
    void aMutationThatFailsLeavesNothingNotEvenAVersion() {
        Files.commit(database, Files.set(B, Files.bytes(1)));
        long before = version();
        StepVerifier.create(database.atomicWrite(Files.write(
                        Mutation.set(A, Files.bytes(1), null),
                        Mutation.delete(B),
                        Mutation.set(B, Files.bytes(2), null),
                        Files.sum(B, 1))))
                .expectError(KvMutationException.class)
                .verify();
        assertThat(version()).isEqualTo(before);
        assertThat(Files.query(path, "select hex(k), hex(v) from kv")).containsExactly(List.of("026200", "01"));
        assertThat(Files.commit(database, Files.write()).isCommitted()).isTrue();
    }

    @Test
    void aFailedCheckTellsWhichAndTakesNoVersion() {
        Versionstamp seen =
                ((CommitResult.Committed) Files.commit(database, Files.set(A, Files.bytes(1)))).versionstamp();
        long before = version();
        AtomicWrite write = AtomicWrite.of(
                List.of(Check.of(A, seen), Check.of(A, null), Check.of(B, null), Check.of(B, seen)),
                List.of(Mutation.delete(A)));
        assertThat(Files.commit(database, write)).isEqualTo(new CommitResult.Conflict(List.of(1, 3)));
        assertThat(version()).isEqualTo(before);
        assertThat(Files.all(database)).hasSize(1);
        assertThat(Files.commit(database, Files.checked(Check.of(A, seen), Mutation.delete(A)))
                        .isCommitted())
                .isTrue();
        assertThat(Files.all(database)).isEmpty();
    }

    @Test
    void anExpiredRowIsAbsentForReadsChecksAndCounters() {
        Files.commit(
                database,
                Files.write(Mutation.set(A, KvValue.of(KvU64.of(40)), null), Mutation.set(B, Files.bytes(1), null)));
        // By somebody else, so that they are not collected at once, once nothing looks any more.
        Files.awaitStill(database);
        Files.sql(path, "update kv set expiration_ms = 1");
        assertThat(Files.query(path, "select count(*) from kv")).containsExactly(List.of("2"));
        assertThat(Files.all(database)).isEmpty();
        assertThat(Files.commit(database, Files.checked(Check.of(B, null), Files.sum(A, 2)))
                        .isCommitted())
                .isTrue();
        assertThat(Files.all(database)).hasSize(1);
        assertThat(Files.all(database).get(0).value()).isEqualTo(KvValue.of(KvU64.of(2)));
        assertThat(Files.all(database).get(0).expiresAt()).isNull();
    }

    @Test
    void concurrentCountersLoseNothingAndVersionsAreUnique() {
        int writes = 2000;
        Set<Versionstamp> versions = Flux.range(0, writes)
                .flatMap(
                        i -> database.atomicWrite(Files.write(Files.sum(C, 1))).subscribeOn(Schedulers.parallel()), 256)
                .map(result -> ((CommitResult.Committed) result).versionstamp())
                .collect(HashSet<Versionstamp>::new, Set::add)
                .block();
        assertThat(versions).hasSize(writes);
        assertThat(Files.all(database).get(0).value()).isEqualTo(KvValue.of(KvU64.of(writes)));
    }

    @Test
    void transfersBetweenConcurrentReadersKeepTheSum() {
        Files.commit(
                database,
                Files.write(Mutation.set(A, Files.bytes(100), null), Mutation.set(B, Files.bytes(100), null)));
        Mono<Long> reads = database.snapshotRead(List.of(ReadRange.point(A), ReadRange.point(B)), KvConsistency.STRONG)
                .map(r -> balance(r.get(0).get(0)) + balance(r.get(1).get(0)))
                .repeat(300)
                .filter(sum -> sum != 200)
                .count();
        Mono<Void> writes = Flux.range(1, 100)
                .concatMap(i -> database.atomicWrite(Files.write(
                        Mutation.set(A, Files.bytes(100 - i), null), Mutation.set(B, Files.bytes(100 + i), null))))
                .then();
        assertThat(Mono.zip(reads, writes.thenReturn(true)).block().getT1()).isZero();
    }

    private static int balance(RawEntry entry) {
        return entry.value().unsafeArray()[0] & 0xFF;
    }

    @Test
    void aForeignLockIsWaitedForAndThenATypedError() throws Exception {
        SqliteDatabase impatient = Files.open(
                path,
                SqliteOptions.builder().lockWaitTimeout(Duration.ofMillis(50)).build(),
                KvOptions.defaults());
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            StepVerifier.create(impatient.atomicWrite(Files.write()))
                    .expectErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(KvUnavailableException.class)
                            .hasMessageContaining("PT0.05S")
                            .hasMessageContaining("lockWaitTimeout")
                            .satisfies(x -> assertThat(((KvUnavailableException) x).retryable())
                                    .isTrue()))
                    .verify();
            // Reads do not wait for a writer.
            assertThat(Files.all(impatient)).isEmpty();
            Mono<CommitResult> waiting = database.atomicWrite(Files.write()).cache();
            waiting.subscribe();
            foreign.createStatement().execute("commit");
            assertThat(waiting.block().isCommitted()).isTrue();
        }
        assertThat(Files.commit(impatient, Files.write()).isCommitted()).isTrue();
        impatient.close().block();
    }

    @Test
    void aFileWithoutItsVersionRowIsATypedErrorAndLeftAlone() {
        Files.sql(path, "delete from data_version");
        StepVerifier.create(database.atomicWrite(Files.set(A, Files.bytes(1))))
                .expectErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(KvDatabaseException.class).hasMessageContaining("data_version"))
                .verify();
        assertThat(Files.all(database)).isEmpty();
    }

    @Test
    void aWriteThatIsCancelledWhileItWaitsIsNotBegun() throws Exception {
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            // The first waits for the lock, the second for the first.
            Disposable first =
                    database.atomicWrite(Files.set(A, Files.bytes(1))).subscribe();
            Disposable second =
                    database.atomicWrite(Files.set(B, Files.bytes(1))).subscribe();
            first.dispose();
            second.dispose();
            foreign.createStatement().execute("commit");
        }
        assertThat(Files.commit(database, Files.set(C, Files.bytes(1))).isCommitted())
                .isTrue();
        assertThat(Files.query(path, "select hex(k) from kv order by k")).containsExactly(List.of("026300"));
        assertThat(database.writerStatistics().openStatements()).isZero();
    }

    @Test
    void aCancelledWriteIsWholeOrAbsentAndHarmsNoOtherOfItsGroup() {
        int rounds = 300;
        AtomicInteger committed = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            List<Disposable> cancelled = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                byte[] left = Files.key("left", round, i);
                byte[] right = Files.key("right", round, i);
                cancelled.add(database.atomicWrite(Files.write(
                                Mutation.set(left, Files.bytes(1), null), Mutation.set(right, Files.bytes(1), null)))
                        .subscribe());
            }
            Mono<CommitResult> innocent =
                    database.atomicWrite(Files.write(Files.sum(C, 1))).doOnNext(r -> committed.incrementAndGet());
            Mono.when(innocent, Mono.fromRunnable(() -> cancelled.forEach(Disposable::dispose)))
                    .block();
        }
        assertThat(committed).hasValue(rounds);
        assertThat(Files.query(path, "select hex(v) from kv where k = x'026300'"))
                .containsExactly(List.of("2C01000000000000"));
        assertThat(Files.query(
                        path,
                        "select count(*) from kv l where hex(k) like '026C65667400%' and not exists (select 1 from kv r where"
                                + " hex(r.k) = '02726967687400' || substr(hex(l.k), 13) and r.version = l.version)"))
                .containsExactly(List.of("0"));
    }

    @Test
    void writesThatComeTogetherShareATransactionAndEachHasItsOwnResult() {
        Files.commit(database, Files.set(B, Files.bytes(1)));
        long before = database.writerStatistics().transactionsCommitted();
        long versions = version();
        // The first is on its way while the others gather.
        List<String> results = Flux.range(0, 64)
                .flatMap(
                        i -> database.atomicWrite(
                                        i % 3 == 0
                                                ? Files.write(Files.sum(C, 1))
                                                : i % 3 == 1
                                                        ? Files.checked(Check.of(B, null), Mutation.delete(C))
                                                        : Files.write(
                                                                Mutation.set(A, Files.bytes(i), null), Files.sum(B, 1)))
                                .map(r -> r.isCommitted() ? "committed" : "conflict")
                                .onErrorResume(KvMutationException.class, e -> Mono.just("failed")),
                        64)
                .sort()
                .collectList()
                .block();
        assertThat(results).filteredOn("committed"::equals).hasSize(22);
        assertThat(results).filteredOn("conflict"::equals).hasSize(21);
        assertThat(results).filteredOn("failed"::equals).hasSize(21);
        assertThat(Files.query(path, "select hex(k), hex(v) from kv order by k"))
                .containsExactly(List.of("026200", "01"), List.of("026300", "1600000000000000"));
        long transactions = database.writerStatistics().transactionsCommitted() - before;
        assertThat(transactions).isBetween(1L, 8L);
        assertThat(version()).isBetween(versions + 22, versions + 22 * 9);
        System.out.println("measured: 64 concurrent writes: " + transactions + " transactions");
    }

    @Test
    void theWaitForAForeignLockCountsFromTheSubscriptionAndDoesNotAddUp() throws Exception {
        SqliteDatabase impatient = Files.open(
                path,
                SqliteOptions.builder().lockWaitTimeout(Duration.ofSeconds(1)).build(),
                KvOptions.defaults());
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            List<Throwable> errors = Flux.range(0, 50)
                    .flatMap(
                            i -> impatient
                                    .atomicWrite(Files.write())
                                    .then(Mono.<Throwable>empty())
                                    .onErrorResume(Mono::just),
                            50)
                    .collectList()
                    // Fifty waits one after the other would take fifty seconds.
                    .block(Duration.ofSeconds(25));
            assertThat(errors).hasSize(50).allMatch(KvUnavailableException.class::isInstance);
        }
        impatient.close().block();
    }

    @Test
    void aProcessThatWritesAloneNeverPausesAndOneAmongOthersLeavesTheLockAsLongAsItHadIt() {
        long[] now = {1_000_000_000_000L};
        Turns turns = new Turns(() -> now[0]);
        hold(turns, now, 7, 10, 200);
        assertThat(turns.pause()).isZero();
        // Short transactions add up, until a timer can measure the pause.
        hold(turns, now, 8, 250, 3);
        assertThat(turns.pause()).isZero();
        hold(turns, now, 8, 250, 1);
        assertThat(turns.pause()).isBetween(Duration.ofMillis(1), Duration.ofMillis(2));
        now[0] += turns.pause().toNanos();
        hold(turns, now, 8, 3_000, 1);
        assertThat(turns.pause()).isBetween(Duration.ofNanos(1_500_000), Duration.ofNanos(4_500_000));
        hold(turns, now, 8, 50_000, 1);
        assertThat(turns.pause()).isEqualTo(Duration.ofMillis(5));
        now[0] += Duration.ofSeconds(1).toNanos();
        hold(turns, now, 8, 50_000, 10);
        assertThat(turns.pause()).isZero();
    }

    private static void hold(Turns turns, long[] now, long foreign, long micros, int times) {
        for (int i = 0; i < times; i++) {
            turns.begun(foreign);
            now[0] += micros * 1000;
            turns.ended();
        }
    }

    @Test
    void aClockThatFailsFailsTheOperationAndNothingElse() {
        AtomicBoolean isFailing = new AtomicBoolean();
        SqliteDatabase failing = Files.open(
                path,
                SqliteOptions.builder().readers(1).build(),
                KvOptions.builder()
                        .clock(new Clock() {
                            @Override
                            public ZoneId getZone() {
                                return ZoneOffset.UTC;
                            }

                            @Override
                            public Clock withZone(ZoneId zone) {
                                return this;
                            }

                            @Override
                            public Instant instant() {
                                if (isFailing.get()) {
                                    throw new IllegalStateException("no time");
                                }
                                return Instant.EPOCH;
                            }
                        })
                        .build());
        for (int i = 0; i < 3; i++) {
            isFailing.set(true);
            StepVerifier.create(failing.atomicWrite(Files.write()))
                    .expectError(KvDatabaseException.class)
                    .verify();
            StepVerifier.create(failing.snapshotRead(List.of(ReadRange.point(A)), KvConsistency.STRONG))
                    .expectError(KvDatabaseException.class)
                    .verify();
            isFailing.set(false);
            assertThat(Files.commit(failing, Files.write()).isCommitted()).isTrue();
            assertThat(failing.snapshotRead(List.of(ReadRange.point(A)), KvConsistency.STRONG)
                            .block())
                    .hasSize(1);
        }
        failing.close().block();
    }

    @Test
    void anEntryThatExpiresInTheSameCommitDoesNotFeedALaterSum() {
        Files.commit(
                database,
                Files.write(Mutation.set(C, KvValue.of(KvU64.of(40)), Instant.ofEpochMilli(-5)), Files.sum(C, 2)));
        assertThat(Files.all(database).get(0).value()).isEqualTo(KvValue.of(KvU64.of(2)));
        Files.commit(database, Files.write(Mutation.set(A, Files.bytes(1), Instant.ofEpochMilli(-5))));
        assertThat(Files.all(database)).hasSize(1);
    }

    @Test
    void messagesAreStoredAsDenoReadsThem() {
        Files.commit(
                database,
                AtomicWrite.of(
                        List.of(),
                        List.of(),
                        List.of(
                                Enqueue.of(new byte[] {1}, Instant.ofEpochMilli(1000), null, List.of(A)),
                                Enqueue.of(new byte[] {2}, Instant.ofEpochMilli(2000), List.of(), List.of()),
                                Enqueue.of(
                                        new byte[] {3},
                                        Instant.ofEpochMilli(3000),
                                        List.of(Duration.ofMillis(10), Duration.ofSeconds(1)),
                                        List.of(A, Files.key(255))))));
        assertThat(Files.query(
                        path,
                        "select ts, hex(data), typeof(data), backoff_schedule, keys_if_undelivered, typeof(keys_if_undelivered),"
                                + " length(id) from queue order by ts"))
                .containsExactly(
                        List.of("1000", "01", "blob", "[100,1000,5000,30000,60000]", "[[2,97,0]]", "text", "36"),
                        List.of("2000", "02", "blob", "[]", "[]", "text", "36"),
                        List.of(
                                "3000",
                                "03",
                                "blob",
                                "[10,1000]",
                                "[[2,97,0],[33,192,111,224,0,0,0,0,0]]",
                                "text",
                                "36"));
    }

    @Test
    void closeFinishesWhatWaitsAndTakesTheLogAway() {
        Flux<CommitResult> writes =
                Flux.range(0, 50).flatMap(i -> database.atomicWrite(Files.write(Files.sum(C, 1))), 50);
        Mono<List<CommitResult>> results = writes.collectList().cache();
        results.subscribe();
        database.close().block();
        assertThat(results.block()).hasSize(50).allMatch(CommitResult::isCommitted);
        assertThat(folder.toFile().list()).containsExactly("kv.sqlite");
        assertThat(Files.query(path, "select hex(v) from kv")).containsExactly(List.of("3200000000000000"));
        StepVerifier.create(database.atomicWrite(Files.write()))
                .expectError(KvClosedException.class)
                .verify();
        StepVerifier.create(database.close()).verifyComplete();
    }
}
