// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.test.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A database whose queue is looked at in its file, and what another process does to it there. */
abstract class QueueFile {

    static final byte[] A = Files.key("a");
    static final Duration LEASE = Duration.ofSeconds(5);
    static final Duration RENEWAL = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    final MutableClock clock = MutableClock.at(Instant.parse("2026-07-01T00:00:00Z"));
    final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    final Queue<String> skipped = new ConcurrentLinkedQueue<>();
    Path path;
    SqliteDatabase database;

    @BeforeEach
    void open() {
        path = folder.resolve("kv.sqlite");
        database = open(SqliteOptions.builder());
    }

    @AfterEach
    void close() {
        database.close().block();
    }

    final SqliteDatabase open(SqliteOptions.Builder options) {
        KvObserver observer = new KvObserver() {
            @Override
            public void taskFailed(String task, KvException error) {
                complaints.add(task + ": " + error.getClass().getSimpleName());
            }

            @Override
            public void messageSkipped(String id, KvDatabaseException error) {
                skipped.add(error.getMessage());
            }
        };
        return Files.open(
                path,
                options.build(),
                KvOptions.builder().clock(clock).observer(observer).build());
    }

    final void enqueue(SqliteDatabase to, int payload, List<Duration> backoff, byte[]... keys) {
        Files.commit(
                to,
                AtomicWrite.of(
                        List.of(),
                        List.of(),
                        List.of(Enqueue.of(new byte[] {(byte) payload}, clock.instant(), backoff, List.of(keys)))));
    }

    final void enqueue(int payload, byte[]... keys) {
        enqueue(database, payload, List.of(Duration.ofSeconds(1)), keys);
    }

    final void enqueueMany(int count) {
        Enqueue[] messages = IntStream.range(0, count)
                .mapToObj(i -> Enqueue.of(new byte[] {(byte) i}, clock.instant(), null, List.of()))
                .toArray(Enqueue[]::new);
        Files.commit(database, AtomicWrite.of(List.of(), List.of(), List.of(messages)));
    }

    final List<List<String>> running() {
        return Files.query(path, "select deadline, hex(data), backoff_schedule from queue_running order by id");
    }

    final List<List<String>> waiting() {
        return Files.query(path, "select ts, hex(data), backoff_schedule from queue order by ts, id");
    }

    static List<String> row(Instant time, String data, String backoff) {
        return List.of(Long.toString(time.toEpochMilli()), data, backoff);
    }

    final long version() {
        return Long.parseLong(
                Files.query(path, "select version from data_version").get(0).get(0));
    }

    /** What Deno does when it finds a deadline passed. */
    final void takeBack() {
        Files.sql(
                path,
                "insert into queue select " + clock.millis()
                        + " + 500, id, data, '[]', keys_if_undelivered from queue_running",
                "delete from queue_running");
    }

    final void look() {
        long executed = database.readerStatistics().get(0).statementsExecuted();
        Files.sql(path, "update data_version set seq = 0");
        Received.until(() -> database.readerStatistics().get(0).statementsExecuted() > executed + 3);
    }
}
