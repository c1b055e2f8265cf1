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

    private final @Nullable WriteLane writer;
    private final List<Lane> readers;
    private final SqliteErrors errors;
    private final BusyRetry busyRetry;
    private final Turns turns = new Turns();
    private final Clock clock;
    private final Scheduler scheduler;
    private final IntSupplier steps;
    private final Path path;
    private final Mono<Void> close;

    private SqliteDatabase(
            Connections connections, SqliteErrors errors, SqliteOptions own, KvOptions options, IntSupplier steps) {
        this.path = connections.path();
        SqliteConnection writing = connections.writer();
        this.busyRetry = new BusyRetry(own.lockWaitTimeout());
        this.writer = writing == null
                ? null
                : new WriteLane(new Lane(writing, path.toString()), busyRetry, turns, this::commit);
        this.readers = connections.readers().stream()
                .map(connection -> new Lane(connection, path.toString()))
                .toList();
        this.errors = errors;
        this.clock = options.clock();
        this.scheduler = options.scheduler();
        this.steps = steps;
        this.close = closeLanes();
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions) {
        // Any positive step is compatible; a random one of Deno's range keeps versions from being guessed.
        return open(path, options, kvOptions, () -> ThreadLocalRandom.current().nextInt(1, 10));
    }

    static Mono<Database> open(Path path, SqliteOptions options, KvOptions kvOptions, IntSupplier steps) {
        SqliteErrors errors = new SqliteErrors(path, options.lockWaitTimeout());
        BusyRetry busyRetry = new BusyRetry(options.lockWaitTimeout());
        return DatabaseOpening.of(
                () -> Connections.of(path, options),
                attempt -> busyRetry.on(busyRetry.start(), attempt),
                connections -> new SqliteDatabase(connections, errors, options, kvOptions, steps),
                error -> errors.translate("open", error),
                kvOptions.scheduler());
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return Mono.defer(() -> {
                    Lane lane = leastBusyReader();
                    BusyRetry.Deadline deadline = busyRetry.start();
                    return ranges.size() == 1
                            ? lane.run(Lane.OnCancel.STOP, c -> busyRetry.on(deadline, readOne(c, ranges.get(0))))
                            : lane.run(Lane.OnCancel.FINISH, c -> busyRetry.on(deadline, readAll(c, ranges)));
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
        return writer.write(write)
                .onErrorMap(error -> errors.translate("commit", error))
                .publishOn(scheduler);
    }

    private Mono<Void> commit(SqliteConnection connection, List<PendingWrite> writes) {
        return new WriteGroup(connection, errors, busyRetry, turns, clock, steps, UUID::randomUUID).run(writes);
    }

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
        return Flux.fromIterable(readers)
                .flatMapDelayError(Lane::close, readers.size(), 1)
                .then()
                .onErrorResume(error -> closeWriter.then(Mono.error(error)))
                .then(closeWriter)
                .onErrorMap(error -> errors.translate("close", error))
                .publishOn(scheduler)
                .cache();
    }
}
