// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.Versionstamp;
import io.kvreactive.server.KvConnectServer;
import io.kvreactive.server.ServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Flux;

/** What the operations of {@link Kv} cost on each backend; the remote one with the server that it talks to, which serves a database in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // Fields are set by @Setup.
public class OperationBenchmark {

    private static final int ENTRIES = 1_000;
    private static final int AT_ONCE = 1_000;
    private static final int IN_FLIGHT = 64;

    /** Where the entries are. */
    public enum Backend {
        /** In memory. */
        MEMORY,
        /** In an SQLite file, each commit waiting for the disk. */
        SQLITE,
        /** Behind a server in the same process. */
        REMOTE
    }

    /** Where the entries are. */
    @Param
    public Backend backend;

    private Path folder;
    private Kv kv;
    private @Nullable KvConnectServer server;

    /** Opens and fills. */
    @Setup
    public void open() {
        folder = Rows.folder();
        kv = switch (backend) {
            case MEMORY -> Kv.create("memory:");
            case SQLITE -> Kv.create(folder.resolve("operations.sqlite").toString());
            case REMOTE -> remote();
        };
        Flux.range(0, ENTRIES).flatMap(i -> kv.set(key(i), value(i)), IN_FLIGHT).blockLast();
    }

    private Kv remote() {
        String token = "token-of-the-benchmark";
        KvConnectServer started = Objects.requireNonNull(KvConnectServer.start(ServerOptions.builder()
                        .port(0)
                        .database("memory:")
                        .accessToken(token)
                        .build())
                .block());
        server = started;
        return Kv.create(started.url(), KvOptions.builder().accessToken(token).build());
    }

    /** Closes and deletes. */
    @TearDown
    public void close() {
        kv.close().block();
        if (server != null) {
            server.stop().block();
        }
        Rows.delete(folder);
    }

    private static KvKey key(int i) {
        return KvKey.of("operations", i % ENTRIES);
    }

    private static Map<String, Object> value(int i) {
        return Map.of("id", i, "name", "entry number " + i, "tags", List.of("a", "b"));
    }

    /** Reads of single entries, decoded. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public @Nullable Long get() {
        return Flux.range(0, AT_ONCE)
                .flatMap(i -> kv.get(key(i)), IN_FLIGHT)
                .count()
                .block();
    }

    /** Commits of single entries. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public @Nullable Versionstamp set() {
        return Flux.range(0, AT_ONCE)
                .flatMap(i -> kv.set(key(i), value(i)), IN_FLIGHT)
                .blockLast();
    }

    /** A listing of all entries, decoded; each is one operation. */
    @Benchmark
    @OperationsPerInvocation(ENTRIES)
    public @Nullable Long list() {
        return kv.list(KvSelector.prefix("operations")).count().block();
    }
}
