// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The reads of a database, over connections that only read. Reads of keys share transactions ({@link PointReads}); every other read is a task
 * of its own, and has the first connection only if there is no other, so that keys are not read behind a long listing.
 */
final class ReadLanes {

    private final List<Lane> lanes;
    private final List<Lane> scanLanes;
    private final PointReads points;
    private final BusyRetry busyRetry;
    private final SqliteErrors errors;
    private final Clock clock;
    private final Signals signals;

    ReadLanes(List<Lane> lanes, BusyRetry busyRetry, SqliteErrors errors, Clock clock, Signals signals) {
        this.lanes = lanes;
        this.scanLanes = lanes.size() == 1 ? lanes : lanes.subList(1, lanes.size());
        this.points = new PointReads(lanes, busyRetry, errors, clock, signals);
        this.busyRetry = busyRetry;
        this.errors = errors;
        this.clock = clock;
        this.signals = signals;
    }

    /** Reads ranges, all of one snapshot; signals on the scheduler. */
    Mono<List<List<RawEntry>>> read(List<ReadRange> ranges) {
        if (areKeys(ranges)) {
            return points.read(ranges);
        }
        return ranges.size() == 1
                ? run(Lane.OnCancel.STOP, c -> SnapshotReader.readOne(c, ranges.get(0), clock.instant()))
                : run(Lane.OnCancel.FINISH, c -> SnapshotReader.readAll(c, ranges, clock.instant()));
    }

    private static boolean areKeys(List<ReadRange> ranges) {
        for (ReadRange range : ranges) {
            if (!range.isPoint()) {
                return false;
            }
        }
        return true;
    }

    /** Reads the keys and versions of a range; signals on the scheduler. */
    Mono<List<SnapshotReader.Version>> readVersions(byte[] start, byte[] end, int limit) {
        return run(
                Lane.OnCancel.STOP,
                connection -> SnapshotReader.readVersions(connection, start, end, limit, clock.instant()));
    }

    /** Runs any other read; signals on the scheduler. */
    <R> Mono<R> run(Lane.OnCancel onCancel, Function<SqliteConnection, Mono<R>> read) {
        return Mono.defer(() -> {
                    BusyRetry.Deadline deadline = busyRetry.start();
                    return Lane.leastBusy(scanLanes)
                            .run(onCancel, c -> busyRetry.on(deadline, Mono.defer(() -> read.apply(c))));
                })
                .onErrorMap(error -> errors.translate("read", error))
                .publishOn(signals.scheduler());
    }

    int count() {
        return lanes.size();
    }

    /** How many tasks of a lane wait or run. */
    int depth(int lane) {
        return lanes.get(lane).depth();
    }

    /** Runs a short read of the database's own on the connection of keys, always the same; signals on its thread. */
    <R> Mono<R> onFirst(Function<SqliteConnection, Mono<R>> read) {
        return Mono.defer(() -> {
            BusyRetry.Deadline deadline = busyRetry.start();
            return lanes.get(0).run(Lane.OnCancel.FINISH, c -> busyRetry.on(deadline, Mono.defer(() -> read.apply(c))));
        });
    }

    /** As {@link #onFirst}, for who comes again soon: one attempt, and no more than that. */
    <R> Mono<R> onceOnFirst(Function<SqliteConnection, Mono<R>> read) {
        return lanes.get(0).run(Lane.OnCancel.FINISH, read);
    }

    List<SqliteStatistics> statistics() {
        return lanes.stream().map(Lane::statistics).toList();
    }

    /** Finishes what waits, then closes the connections. */
    Mono<Void> close() {
        return points.finish()
                .thenMany(Flux.fromIterable(lanes))
                .flatMapDelayError(Lane::close, lanes.size(), 1)
                .then();
    }
}
