// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvQueue;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Backup;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.PrefixWatch;
import io.kvreactive.spi.QueueInspection;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawQueued;
import io.kvreactive.spi.ReadRange;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A file of Deno's: one connection writes, others read, so that reads do not wait behind writes. Signals hop from a connection's thread to the
 * scheduler once for all operations that shared a transaction.
 */
final class SqliteDatabase
        implements Database, PrefixWatch, QueueInspection, Backup, WriteGroup.Commits, ForeignCommits.Listener {

    /** Any number of keys is one snapshot here. */
    private static final DatabaseLimits LIMITS =
            DatabaseLimits.builder().watchedKeys(Integer.MAX_VALUE).build();

    private final @Nullable WriteSide writing;
    private final ReadLanes readers;
    private final QueueView queue;
    private final ForeignCommits foreignCommits;
    private final WatchHub watches;
    private final Backups backups;
    private final SqliteErrors errors;
    private final Scheduler scheduler;
    private final Path path;
    private final Disposable gauges;
    private final Mono<Void> close;

    private SqliteDatabase(
            Connections connections, SqliteErrors errors, SqliteOptions own, KvOptions options, IntSupplier steps) {
        this.path = connections.path();
        this.errors = errors;
        this.scheduler = options.scheduler();
        Clock clock = options.clock();
        BusyRetry busyRetry = new BusyRetry(own.lockWaitTimeout(), options.observer());
        Signals signals = new Signals(scheduler);
        Complaints complaints = new Complaints(options.observer(), errors);
        this.readers = new ReadLanes(lanes(connections.readers()), busyRetry, errors, clock, signals);
        this.foreignCommits = new ForeignCommits(readers, own.pollInterval(), this, complaints);
        this.queue = new QueueView(readers, clock);
        SqliteConnection writer = connections.writer();
        if (writer == null) {
            this.writing = null;
        } else {
            Turns turns = new Turns();
            WriteGroup group =
                    new WriteGroup(connections.file(), errors, busyRetry, turns, clock, steps, this, signals);
            WriteLane lane = new WriteLane(
                    lane(writer), group, busyRetry, turns, signals, options.observer(), own.backlogBytes());
            this.writing =
                    new WriteSide(path, lane, readers, own, options, foreignCommits, complaints, this::closedError);
        }
        this.backups = new Backups(path, own, options, busyRetry, errors);
        this.watches = new WatchHub(readers, scheduler, clock, foreignCommits, writing != null, this::closedError);
        this.gauges = Gauges.of(options.observer(), writing == null ? null : writing.lane(), readers);
        this.close = Mono.defer(this::closeAll).cache();
    }

    private KvClosedException closedError() {
        return Lane.closed(path.toString());
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
                connections -> new SqliteDatabase(connections, errors, options, kvOptions, steps).begun(),
                error -> errors.translate("open", error),
                kvOptions.scheduler());
    }

    /** What the database does by itself begins here. */
    private SqliteDatabase begun() {
        if (writing != null) {
            writing.begin();
        }
        return this;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return readers.read(ranges);
    }

    /** The writes, of a database that was not opened to be read only. */
    WriteLane writer() {
        return Objects.requireNonNull(writing).lane();
    }

    /** Exact counters of the writer's connection. */
    SqliteStatistics writerStatistics() {
        return writer().statistics();
    }

    /** Exact counters of the readers' connections. */
    List<SqliteStatistics> readerStatistics() {
        return readers.statistics();
    }

    /** How many watches there are, those that share counted once. */
    int watches() {
        return watches.size();
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        if (writing == null) {
            return Mono.error(() -> new KvDatabaseException(
                    "commit on " + path + ": the database was opened to be read only; nothing was written", null));
        }
        return writing.lane().write(AtomicCommit.bytesOf(write), transaction -> AtomicCommit.in(transaction, write));
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return watches.watch(keys);
    }

    @Override
    public Flux<RawChange> watchRange(byte[] start, byte[] end) {
        return watches.watchRange(start, end);
    }

    @Override
    public Flux<RawMessage> dequeue() {
        if (writing == null) {
            return Flux.error(() -> new KvDatabaseException(
                    "take messages out of " + path + ": the database was opened to be read only", null));
        }
        return writing.queue().dequeue();
    }

    @Override
    public Mono<KvQueue.Counts> counts() {
        return queue.counts();
    }

    @Override
    public Mono<List<RawQueued>> peek(int limit) {
        return queue.peek(limit);
    }

    @Override
    public void met(long version) {
        foreignCommits.met(version);
    }

    @Override
    public void left(long version, Aftermath aftermath) {
        foreignCommits.left(version);
        watches.wrote(aftermath.keys());
        if (writing != null) {
            writing.committed(aftermath);
        }
    }

    @Override
    public void othersCommitted(boolean isEntries) {
        if (isEntries) {
            watches.othersWrote();
        }
        if (writing != null) {
            writing.othersCommitted(isEntries);
        }
    }

    @Override
    public Mono<Long> backup(Path target) {
        return backups.backup(target);
    }

    @Override
    public DatabaseLimits limits() {
        return LIMITS;
    }

    @Override
    public Mono<Void> close() {
        return close;
    }

    /** One closing serves all who ask. The writer is closed last: the last connection of all writes the log back into the file. */
    private Mono<Void> closeAll() {
        gauges.dispose();
        foreignCommits.stop();
        watches.close();
        Mono<Void> stop = writing == null ? Mono.empty() : writing.stop();
        Mono<Void> closeWriter = writing == null ? Mono.empty() : writing.lane().close();
        return stop.then(Mono.whenDelayError(backups.close(), readers.close()))
                .onErrorResume(error -> closeWriter.then(Mono.error(error)))
                .then(closeWriter)
                .onErrorMap(error -> errors.translate("close", error))
                .publishOn(scheduler);
    }
}
