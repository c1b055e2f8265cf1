// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.QueueMessage;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.test.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of which the defects of Deno's engine are looked at: each test fails on what Deno does, and is named after a row of the reference
 * pages. Plain JDBC, or a second {@code Kv}, is the other process.
 */
abstract class ReferenceDefects {

    static final KvKey A = KvKey.of("a");
    static final KvKey B = KvKey.of("b");
    static final KvKey C = KvKey.of("c");
    static final Duration LEASE = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    final MutableClock clock = MutableClock.at(Instant.parse("2026-07-01T00:00:00Z"));
    final Queue<String> observed = new ConcurrentLinkedQueue<>();
    private final List<Kv> open = new ArrayList<>();
    Path path;
    Kv kv;

    @BeforeEach
    void open() {
        path = folder.resolve("kv.sqlite");
        kv = open(SqliteOptions.defaults());
        kv.ready().block();
    }

    final Kv open(SqliteOptions own) {
        return open(own, Duration.ofMillis(1));
    }

    final Kv open(SqliteOptions own, Duration closeGrace) {
        KvObserver observer = new KvObserver() {
            @Override
            public void messageUndecodable(String id, int retriesLeft, KvDecodeException error) {
                observed.add("undecodable");
            }

            @Override
            public void messageSkipped(String id, KvDatabaseException error) {
                observed.add("skipped");
            }

            @Override
            public void taskFailed(String task, KvException error) {
                observed.add(task);
            }
        };
        Kv opened = Kv.create(
                path.toString(),
                KvOptions.builder()
                        .clock(clock)
                        .observer(observer)
                        .closeGrace(closeGrace)
                        .with(own)
                        .build());
        open.add(opened);
        return opened;
    }

    @AfterEach
    void close() {
        open.forEach(each -> each.close().block());
    }

    final long version() {
        return number("select version from data_version");
    }

    final long number(String sql) {
        return Long.parseLong(Files.query(path, sql).get(0).get(0));
    }

    static EnqueueOptions.Builder once() {
        return EnqueueOptions.builder().backoffSchedule();
    }

    final Received<QueueMessage<Object>> listener() {
        return Received.of(kv.messages(Object.class));
    }
}
