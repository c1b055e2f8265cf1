// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.CommitResult;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawChange;
import io.kvreactive.test.MutableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The collection of expired rows, seen from outside. */
class ExpirySweepIT {

    private static final int BATCH = 500;

    @TempDir
    Path folder;

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-07-01T00:00:00Z"));
    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("kv.sqlite");
    }

    private SqliteDatabase open() {
        return Files.open(
                path, SqliteOptions.defaults(), KvOptions.builder().clock(clock).build());
    }

    private long rows() {
        return number("select count(*) from kv");
    }

    private long version() {
        return number("select version from data_version");
    }

    private long number(String sql) {
        return Long.parseLong(Files.query(path, sql).get(0).get(0));
    }

    private Mutation expiring(String key, Duration after) {
        return Mutation.set(Files.key(key), Files.bytes(1), clock.instant().plus(after));
    }

    @Test
    void rowsAreCollectedAtTheirTimeAndAnEarlierOneMovesIt() {
        SqliteDatabase database = open();
        Files.commit(database, Files.write(expiring("hour", Duration.ofHours(1)), expiring("day", Duration.ofDays(1))));
        Files.commit(database, Files.write(expiring("minute", Duration.ofMinutes(1))));
        long before = version();
        clock.advance(Duration.ofMinutes(1).minusMillis(1));
        assertThat(rows()).isEqualTo(3);
        clock.advance(Duration.ofMillis(1));
        Received.until(() -> rows() == 2);
        assertThat(version()).isEqualTo(before + 1);
        clock.advance(Duration.ofHours(1));
        Received.until(() -> rows() == 1);
        assertThat(version()).isEqualTo(before + 2);
        // Deno finds what is left of the index as it would have left it itself.
        assertThat(Files.query(path, "pragma integrity_check")).containsExactly(List.of("ok"));
        database.close().block();
    }

    @Test
    void whatHasExpiredIsCollectedAtOpenAndNothingIsWrittenOtherwise() {
        SqliteDatabase database = open();
        Files.commit(database, Files.write(expiring("a", Duration.ofMinutes(1)), expiring("b", Duration.ofDays(1))));
        database.close().block();
        long before = version();
        SqliteDatabase again = open();
        Files.all(again);
        assertThat(again.writerStatistics().transactionsBegun()).isZero();
        again.close().block();
        assertThat(version()).isEqualTo(before);
        clock.advance(Duration.ofMinutes(1));
        SqliteDatabase late = open();
        Received.until(() -> rows() == 1);
        assertThat(version()).isEqualTo(before + 1);
        late.close().block();
    }

    @Test
    void whatOthersSetIsCollectedTooWhetherTheyAreNoticedOrNot() {
        SqliteDatabase database = open();
        Files.awaitStill(database);
        String insert = "insert into kv (k, v, v_encoding, version, expiration_ms) values (x'02%s00', x'01', 3, 1, %d)";
        Files.sql(path, insert.formatted("61", clock.millis() + 1000));
        // Nobody watches, so nobody looks at the file but once a minute.
        clock.advance(Duration.ofSeconds(60));
        Received.until(() -> rows() == 0);
        Received<?> watching = Received.allOf(database.watch(List.of(Files.key("a"))));
        watching.next();
        Files.sql(path, insert.formatted("61", clock.millis() + 1000), "update data_version set version = version + 1");
        watching.next();
        long reads = database.readerStatistics().get(0).statementsExecuted();
        // By now it knows of the expiry.
        Received.until(() -> database.readerStatistics().get(0).statementsExecuted() > reads + 3);
        clock.advance(Duration.ofSeconds(1));
        Received.until(() -> rows() == 0);
        watching.next();
        database.close().block();
    }

    @Test
    void aMultitudeIsCollectedInBatchesBetweenWhichOthersWriteAndWatchersAreTold() throws SQLException {
        int count = 20 * BATCH;
        SqliteDatabase database = open();
        Instant expiry = clock.instant().plusSeconds(60);
        for (int from = 0; from < count; from += BATCH) {
            Mutation[] part = new Mutation[BATCH];
            for (int i = 0; i < BATCH; i++) {
                part[i] = Mutation.set(Files.key("p", from + i), Files.bytes(1), expiry);
            }
            Files.commit(database, Files.write(part));
        }
        Received<RawChange> watching =
                Received.allOf(database.watchRange(new byte[] {2, 'p', 0, 0}, new byte[] {2, 'p', 0, (byte) 0xFF}));
        for (int i = 0; i < count; i++) {
            watching.next();
        }
        long before = version();
        long committed = database.writerStatistics().transactionsCommitted();
        Mono<CommitResult> between;
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            clock.advance(Duration.ofSeconds(60));
            // The first batch waits for the lock, as a group that takes no more.
            Received.until(() -> database.writer().depth() == 1);
            between = database.atomicWrite(Files.set(Files.key("user", 0), Files.bytes(1)))
                    .cache();
            between.subscribe();
            // Not shown any more from here on, however long the collection takes.
            assertThat(Files.all(database)).isEmpty();
            foreign.createStatement().execute("commit");
        }
        List<Long> versions = new ArrayList<>();
        versions.add(((CommitResult.Committed) between.block()).versionstamp().version());
        while (watching.waiting() < count) {
            CommitResult written =
                    Files.commit(database, Files.set(Files.key("user", versions.size()), Files.bytes(1)));
            versions.add(((CommitResult.Committed) written).versionstamp().version());
        }
        for (int i = 0; i < count; i++) {
            assertThat(watching.next().entry()).isNull();
        }
        assertThat(rows()).isEqualTo(versions.size());
        // A batch and a write that wait together share a transaction.
        long transactions = database.writerStatistics().transactionsCommitted() - committed;
        assertThat(transactions).isBetween(20L, 20L + versions.size());
        assertThat(version() - before).isBetween(20L + versions.size(), 20L + versions.size() * 9L);
        assertThat(versions.get(0)).as("what waited went between batches").isLessThan(version());
        System.out.println("measured: " + count + " rows collected while " + versions.size() + " writes went between");
        database.close().block();
    }
}
