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
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
                Files.write(
                        Mutation.set(A, KvValue.of(KvU64.of(40)), Instant.ofEpochMilli(0)),
                        Mutation.set(B, Files.bytes(1), Instant.now().minusSeconds(1))));
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
    void aWriteThatIsCancelledWhileItWaitsIsNotBegunAndARunningOneIsFinished() {
        List<Integer> delivered = new ArrayList<>();
        for (int round = 0; round < 50; round++) {
            byte[] key = Files.key("cancel", round);
            Mono<CommitResult> first = database.atomicWrite(Files.set(key, Files.bytes(1)));
            Mono<CommitResult> second = database.atomicWrite(Files.write(Files.sum(C, 1)));
            first.subscribe(r -> delivered.add(1)).dispose();
            second.subscribe().dispose();
        }
        assertThat(Files.commit(database, Files.write()).isCommitted()).isTrue();
        // Whatever was begun is whole, whatever was not is absent, and the connection goes on.
        assertThat(Files.query(
                        path,
                        "select count(*) from kv where v is null or version > (select version from data_version)"))
                .containsExactly(List.of("0"));
        assertThat(database.writerStatistics().openStatements()).isZero();
        assertThat(database.writerStatistics().transactionsBegun())
                .isEqualTo(database.writerStatistics().transactionsCommitted()
                        + database.writerStatistics().transactionsRolledBack());
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
