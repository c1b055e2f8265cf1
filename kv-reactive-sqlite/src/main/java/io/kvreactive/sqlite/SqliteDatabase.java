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
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A file of Deno's: one connection writes, others read, each in a lane of its own, so that reads do not wait behind writes. Signals hop from
 * the connection's thread to the scheduler once, at the end of every operation.
 */
final class SqliteDatabase implements Database {

    private final @Nullable Lane writer;
    private final List<Lane> readers;
    private final SqliteErrors errors;
    private final BusyRetry busyRetry;
    private final Clock clock;
    private final Scheduler scheduler;
    private final IntSupplier steps;
    private final Path path;

    private SqliteDatabase(
            Connections connections, SqliteErrors errors, SqliteOptions own, KvOptions options, IntSupplier steps) {
        this.path = connections.path();
        SqliteConnection writing = connections.writer();
        this.writer = writing == null ? null : new Lane(writing, path.toString());
        this.readers = connections.readers().stream()
                .map(connection -> new Lane(connection, path.toString()))
                .toList();
        this.errors = errors;
        this.busyRetry = new BusyRetry(own.lockWaitTimeout(), options.scheduler());
        this.clock = options.clock();
        this.scheduler = options.scheduler();
        this.steps = steps;
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions) {
        // Any positive step is compatible; a random one of Deno's range keeps versions from being guessed.
        return open(path, options, kvOptions, () -> ThreadLocalRandom.current().nextInt(1, 10));
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions, IntSupplier steps) {
        SqliteErrors errors = new SqliteErrors(path, options.lockWaitTimeout());
        return new BusyRetry(options.lockWaitTimeout(), kvOptions.scheduler())
                .on(Connections.open(path, options))
                .<Database>map(connections -> new SqliteDatabase(connections, errors, options, kvOptions, steps))
                .onErrorMap(error -> errors.translate("open", error))
                .publishOn(kvOptions.scheduler());
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return Mono.defer(() -> {
                    Lane lane = leastBusyReader();
                    return ranges.size() == 1
                            ? lane.run(Lane.OnCancel.STOP, c -> busyRetry.on(readOne(c, ranges.get(0))))
                            : lane.run(Lane.OnCancel.FINISH, c -> busyRetry.on(readAll(c, ranges)));
                })
                .onErrorMap(error -> errors.translate("read", error))
                .publishOn(scheduler);
    }

    private Mono<List<List<RawEntry>>> readOne(SqliteConnection connection, ReadRange range) {
        return Mono.defer(
                () -> SnapshotReader.readOne(connection, range, clock.instant()).map(List::of));
    }

    private Mono<List<List<RawEntry>>> readAll(SqliteConnection connection, List<ReadRange> ranges) {
        return Mono.defer(() -> SnapshotReader.readAll(connection, ranges, clock.instant()));
    }

    /** Exact counters of the writer's connection. */
    SqliteStatistics writerStatistics() {
        return Objects.requireNonNull(writer).statistics();
    }

    /** Exact counters of the readers' connections. */
    List<SqliteStatistics> readerStatistics() {
        return readers.stream().map(Lane::statistics).toList();
    }

    private Lane leastBusyReader() {
        Lane least = readers.get(0);
        for (Lane reader : readers) {
            if (reader.depth() < least.depth()) {
                least = reader;
            }
        }
        return least;
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        if (writer == null) {
            return Mono.error(() -> new KvDatabaseException(
                    "commit on " + path + ": the database was opened to be read only; nothing was written", null));
        }
        return writer.run(Lane.OnCancel.FINISH, c -> busyRetry.on(transaction(c, write)))
                .onErrorMap(error -> errors.translate("commit", error))
                .publishOn(scheduler);
    }

    private Mono<CommitResult> transaction(SqliteConnection connection, AtomicWrite write) {
        return Mono.defer(() ->
                new WriteTransaction(connection, write, steps.getAsInt(), clock.instant(), UUID::randomUUID).run());
    }

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    /** The writer is closed last: the last connection of all writes the log back into the file. */
    @Override
    public Mono<Void> close() {
        return Flux.fromIterable(readers)
                .flatMapDelayError(Lane::close, readers.size(), 1)
                .then(Mono.defer(() -> writer == null ? Mono.empty() : writer.close()))
                .onErrorMap(error -> errors.translate("close", error))
                .publishOn(scheduler);
    }
}
