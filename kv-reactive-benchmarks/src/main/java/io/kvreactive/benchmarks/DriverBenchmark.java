// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import io.kvreactive.r2dbc.sqlite.JournalMode;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionConfiguration;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import io.kvreactive.r2dbc.sqlite.Synchronous;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The same work as {@link JdbcBenchmark}, through the driver. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // Fields are set by @Setup.
public class DriverBenchmark {

    private static final int IN_FLIGHT = 64;
    private static final int PREFETCH = 256;

    private final Rows rows = new Rows();
    private final byte[] value = Rows.value(7);
    private Path folder;
    private SqliteConnection connection;
    private Scheduler loop;

    /** Opens and fills. */
    @Setup
    public void open() throws SQLException {
        folder = Rows.folder();
        Path file = folder.resolve("driver.db");
        JdbcBenchmark.filled(file).close();
        SqliteConnectionFactory factory = SqliteConnectionFactory.from(SqliteConnectionConfiguration.builder()
                .path(file)
                .journalMode(JournalMode.WAL)
                .synchronous(Synchronous.FULL)
                .build());
        connection = Objects.requireNonNull(factory.create().block());
        loop = Schedulers.newSingle("loop");
    }

    /** Closes and deletes. */
    @TearDown
    public void close() {
        connection.close().block();
        loop.dispose();
        Rows.delete(folder);
    }

    private Mono<byte[]> get() {
        return Flux.from(connection
                        .createStatement(Rows.GET)
                        .bind(0, rows.anyKey())
                        .execute())
                .concatMap(result -> result.map(row -> row.get(0, byte[].class)))
                .next();
    }

    /** Point gets, one after the other, in a chain that stays on the connection's thread. */
    @Benchmark
    @OperationsPerInvocation(JdbcBenchmark.GETS)
    public void getOnTheWorker(Blackhole hole) {
        Flux.range(0, JdbcBenchmark.GETS)
                .concatMap(i -> get())
                .doOnNext(hole::consume)
                .blockLast();
    }

    /** Point gets of 64 callers on one event loop: each asks there, and takes its answer there. */
    @Benchmark
    @OperationsPerInvocation(JdbcBenchmark.GETS)
    public void getFromALoop(Blackhole hole) {
        Flux.range(0, JdbcBenchmark.GETS)
                .subscribeOn(loop)
                .flatMap(i -> get().publishOn(loop), IN_FLIGHT)
                .doOnNext(hole::consume)
                .blockLast();
    }

    /** A transaction with one set, on the disk when it is done. */
    @Benchmark
    public void set(Blackhole hole) {
        connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .then(one(hole))
                .then(connection.commitTransaction())
                .block();
    }

    /** Sets in one transaction, each in a savepoint. */
    @Benchmark
    @OperationsPerInvocation(Rows.GROUP)
    public void groupedSets(Blackhole hole) {
        connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .thenMany(Flux.range(0, Rows.GROUP)
                        .concatMap(i ->
                                connection.createSavepoint("s").then(one(hole)).then(connection.releaseSavepoint("s"))))
                .then(connection.commitTransaction())
                .block();
    }

    private Mono<Void> one(Blackhole hole) {
        return Flux.from(connection.createStatement(Rows.BUMP).execute())
                .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                .next()
                .flatMap(this::upsert)
                .doOnNext(hole::consume)
                .then();
    }

    private Mono<Long> upsert(long version) {
        return Flux.from(connection
                        .createStatement(Rows.SET)
                        .bind(0, rows.anyKey())
                        .bind(1, value)
                        .bind(2, Long.toString(version))
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .next();
    }

    /** All rows, in their order, on the connection's thread. */
    @Benchmark
    @OperationsPerInvocation(Rows.COUNT)
    public void scanOnTheWorker(Blackhole hole) {
        scan().doOnNext(hole::consume).blockLast();
    }

    /** All rows, in their order, on another thread, at most 256 ahead. */
    @Benchmark
    @OperationsPerInvocation(Rows.COUNT)
    public void scanThroughPublishOn(Blackhole hole) {
        scan().publishOn(loop, PREFETCH).doOnNext(hole::consume).blockLast();
    }

    private Flux<byte[][]> scan() {
        return Flux.from(connection
                        .createStatement(Rows.SCAN)
                        .bind(0, Rows.key(0))
                        .execute())
                .concatMap(result -> result.map(row -> new byte[][] {bytes(row, 0), bytes(row, 1)}));
    }

    private static byte[] bytes(Readable row, int column) {
        return Objects.requireNonNull(row.get(column, byte[].class));
    }
}
