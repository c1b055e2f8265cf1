// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvOptions;
import io.kvreactive.KvValue;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a file's observer is told of its lanes. */
class MeasuresIT {

    @TempDir
    Path folder;

    private final Recorder recorder = new Recorder();

    private SqliteDatabase open() {
        return Files.open(
                folder.resolve("kv.sqlite"),
                SqliteOptions.defaults(),
                KvOptions.builder().observer(recorder).build());
    }

    @Test
    void everyGroupOfWritesTellsItsSize() {
        SqliteDatabase database = open();
        Flux.range(0, 64)
                .flatMap(i -> database.atomicWrite(Files.set(Files.key(i), Files.bytes(i))), 64)
                .blockLast();
        database.close().block();

        assertThat(recorder.groups.stream().mapToLong(size -> size).sum()).isEqualTo(64);
        assertThat(recorder.groups).hasSizeLessThan(64);
    }

    /** So many writes wait for a lock that they could share one transaction: the sizes of the groups, the first of which is alone. */
    private List<Long> groupsOf(int writes, int valueBytes) throws SQLException {
        SqliteDatabase database = open();
        recorder.groups.clear();
        KvValue value = KvValue.wrap(KvValue.BYTES, new byte[valueBytes]);
        Mono<Long> all = Flux.range(0, writes)
                .flatMap(i -> database.atomicWrite(Files.set(Files.key(i), value)), writes)
                .count()
                .cache();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("kv.sqlite"));
                Statement statement = foreign.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            all.subscribe();
            statement.execute("COMMIT");
        }
        assertThat(all.block()).isEqualTo(writes);
        database.close().block();
        assertThat(recorder.groups.stream().mapToLong(size -> size).sum()).isEqualTo(writes);
        return recorder.groups;
    }

    @Test
    void whatComesWhileOneWriteWaitsSharesTheNextTransaction() throws SQLException {
        assertThat(groupsOf(64, 10)).containsExactly(1L, 63L);
    }

    @Test
    void aGroupIsBoundedInNumber() throws SQLException {
        assertThat(groupsOf(1_000, 10)).containsExactly(1L, 256L, 256L, 256L, 231L);
    }

    @Test
    void aGroupIsBoundedInBytes() throws SQLException {
        // Eight of half a mebibyte each do not fit into four, with their keys and what each takes up besides.
        assertThat(groupsOf(16, 512 << 10)).containsExactly(1L, 7L, 7L, 1L);
    }

    @Test
    void eachLaneTellsItsDepthAndTheWriterItsBacklogUntilTheDatabaseIsClosed() {
        SqliteDatabase database = open();
        assertThat(recorder.gauges)
                .containsOnlyKeys("LANE_DEPTH write", "LANE_DEPTH read-1", "LANE_DEPTH read-2", "WRITE_BACKLOG ");
        // What the database reads by itself when it is opened may still run.
        Received.until(() -> recorder.gauges.values().stream().allMatch(gauge -> gauge.getAsLong() == 0));

        database.close().block();
        assertThat(recorder.gauges).isEmpty();
    }

    @Test
    void waitsForAForeignLockAreCountedAndWhatWaitsIsSeen() throws SQLException, InterruptedException {
        SqliteDatabase database = open();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("kv.sqlite"));
                Statement statement = foreign.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Mono<?> writes = Mono.when(
                    database.atomicWrite(Files.set(Files.key(1), Files.bytes(1))),
                    database.atomicWrite(Files.set(Files.key(2), Files.bytes(2))));
            CountDownLatch written = new CountDownLatch(1);
            writes.doOnTerminate(written::countDown).subscribe();
            assertThat(recorder.gauges.get("LANE_DEPTH write").getAsLong()).isEqualTo(2);
            assertThat(recorder.gauges.get("WRITE_BACKLOG ").getAsLong()).isGreaterThan(2 * WriteLane.OVERHEAD_BYTES);

            statement.execute("COMMIT");
            assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(recorder.gauges.get("LANE_DEPTH write").getAsLong()).isZero();
        database.close().block();
    }

    @Test
    void anAttemptThatMetALockAndIsMadeAgainIsCounted() {
        BusyRetry retry = new BusyRetry(Duration.ofSeconds(10), recorder);
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        String result = retry.on(retry.start(), Mono.defer(() -> {
                    attempts.add(1);
                    return attempts.size() < 3 ? Mono.<String>error(busy()) : Mono.just("done");
                }))
                .block();

        assertThat(result).isEqualTo("done");
        assertThat(recorder.lockRetries).hasSize(2);
    }

    /** As SQLite reports that another connection has the lock. */
    private static Throwable busy() {
        return new R2dbcTransientResourceException("locked", "SQLITE_BUSY", 5);
    }

    private static final class Recorder implements KvObserver {
        final List<Long> groups = new CopyOnWriteArrayList<>();
        final List<Long> lockRetries = new CopyOnWriteArrayList<>();
        final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

        @Override
        public void measured(KvMeasure measure, long value) {
            switch (measure) {
                case WRITE_GROUP_SIZE -> groups.add(value);
                case LOCK_RETRIES -> lockRetries.add(value);
                default -> throw new AssertionError(measure);
            }
        }

        @Override
        public Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
            String name = measure + " " + part;
            gauges.put(name, value);
            return () -> gauges.remove(name);
        }
    }
}
