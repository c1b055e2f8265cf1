// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvOptions;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A file of Deno's: one connection writes, others read, each in a lane of its own, so that reads do not wait behind writes. Signals hop from
 * the connection's thread to the scheduler once, at the end of every operation.
 */
final class SqliteDatabase implements Database, WriteGroup.Commits {

    private final @Nullable WriteLane writer;
    private final ReadLanes readers;
    private final SqliteErrors errors;
    private final Scheduler scheduler;
    private final Path path;
    private final Mono<Void> close;

    private SqliteDatabase(
            Connections connections, SqliteErrors errors, SqliteOptions own, KvOptions options, IntSupplier steps) {
        this.path = connections.path();
        this.errors = errors;
        this.scheduler = options.scheduler();
        BusyRetry busyRetry = new BusyRetry(own.lockWaitTimeout(), options.observer());
        Signals signals = new Signals(scheduler);
        this.readers = new ReadLanes(lanes(connections.readers()), busyRetry, errors, options.clock(), signals);
        SqliteConnection writing = connections.writer();
        if (writing == null) {
            this.writer = null;
        } else {
            Turns turns = new Turns();
            WriteGroup group = new WriteGroup(errors, busyRetry, turns, options.clock(), steps, this, signals);
            this.writer = new WriteLane(
                    lane(writing), group, busyRetry, turns, signals, options.observer(), own.backlogBytes());
        }
        Disposable gauges = Gauges.of(options.observer(), writer, readers);
        this.close = Mono.fromRunnable(gauges::dispose).then(closeLanes());
    }

    private List<Lane> lanes(List<SqliteConnection> connections) {
        return connections.stream().map(this::lane).toList();
    }

    private Lane lane(SqliteConnection connection) {
        return new Lane(connection, path.toString());
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions) {
        // Any positive step is compatible; a random one of Deno's range keeps versions from being guessed.
        return open(path, options, kvOptions, () -> ThreadLocalRandom.current().nextInt(1, 10));
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions, IntSupplier steps) {
        SqliteErrors errors = new SqliteErrors(path, options.lockWaitTimeout());
        BusyRetry busyRetry = new BusyRetry(options.lockWaitTimeout(), kvOptions.observer());
        return DatabaseOpening.of(
                () -> Connections.of(path, options),
                attempt -> busyRetry.on(busyRetry.start(), attempt),
                connections -> new SqliteDatabase(connections, errors, options, kvOptions, steps),
                error -> errors.translate("open", error),
                kvOptions.scheduler());
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return readers.read(ranges);
    }

    /** Exact counters of the writer's connection. */
    SqliteStatistics writerStatistics() {
        return Objects.requireNonNull(writer).statistics();
    }

    /** Exact counters of the readers' connections. */
    List<SqliteStatistics> readerStatistics() {
        return readers.statistics();
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        if (writer == null) {
            return Mono.error(() -> new KvDatabaseException(
                    "commit on " + path + ": the database was opened to be read only; nothing was written", null));
        }
        return writer.write(AtomicCommit.bytesOf(write), transaction -> AtomicCommit.in(transaction, write));
    }

    @Override
    public void met(long version) {}

    @Override
    public void left(long version, Aftermath aftermath) {}

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    @Override
    public Mono<Void> close() {
        return close;
    }

    /** The writer is closed last: the last connection of all writes the log back into the file. One closing serves all who ask. */
    private Mono<Void> closeLanes() {
        Mono<Void> closeWriter = writer == null ? Mono.empty() : writer.close();
        return readers.close()
                .onErrorResume(error -> closeWriter.then(Mono.error(error)))
                .then(closeWriter)
                .onErrorMap(error -> errors.translate("close", error))
                .publishOn(scheduler)
                .cache();
    }
}
