// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.AtomicWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * The writes of a database. A write that finds the connection idle is begun at once; those that come while a transaction runs share the next
 * one, and so its hop, its lock and its way to the disk. Each has its own result, given after the commit, on the connection's thread.
 */
final class WriteLane {

    /** Beyond this a larger group gains little, and its first write waits too long for its last. */
    private static final int MOST_WRITES = 256;

    /** What a group holds in memory and in the log at the most. One write may be larger by itself. */
    private static final long MOST_BYTES = 4L << 20;

    private final Lane lane;
    private final BusyRetry busyRetry;
    private final Turns turns;
    private final BiFunction<SqliteConnection, List<PendingWrite>, Mono<Void>> commit;
    private final Queue<PendingWrite> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final Mono<Void> close;

    /** {@code commit} writes a group, decides every result, and never fails itself. */
    WriteLane(
            Lane lane,
            BusyRetry busyRetry,
            Turns turns,
            BiFunction<SqliteConnection, List<PendingWrite>, Mono<Void>> commit) {
        this.lane = lane;
        this.busyRetry = busyRetry;
        this.turns = turns;
        this.commit = commit;
        this.close = Mono.defer(() -> lane.run(Lane.OnCancel.FINISH, this::finishAll)
                        .onErrorComplete()
                        .then(lane.close()))
                .cache();
    }

    SqliteStatistics statistics() {
        return lane.statistics();
    }

    Mono<CommitResult> write(AtomicWrite write) {
        return Mono.create(sink -> {
            PendingWrite pending = new PendingWrite(write, busyRetry.start(), sink);
            sink.onCancel(pending::abandon);
            waiting.offer(pending);
            if (unfinished.getAndIncrement() == 0) {
                schedule();
            }
        });
    }

    /** Finishes what waits, then closes the connection. */
    Mono<Void> close() {
        return close;
    }

    private void schedule() {
        Duration pause = turns.pause();
        Mono<Group> next = lane.run(Lane.OnCancel.FINISH, this::commitNext);
        (pause.isZero() ? next : Mono.delay(pause).then(next)).subscribe(this::deliver, this::refuseAll);
    }

    /** Commits what waits, as much of it as makes a group. */
    private Mono<Group> commitNext(SqliteConnection connection) {
        Group group = new Group();
        for (PendingWrite next = waiting.peek(); next != null && group.hasRoomFor(next); next = waiting.peek()) {
            group.add(next);
            waiting.poll();
        }
        return group.writes.isEmpty()
                ? Mono.just(group)
                : commit.apply(connection, group.writes).thenReturn(group);
    }

    /** The lane is free by now: who writes again on receiving a result finds it so. */
    private void deliver(Group group) {
        boolean isMore = unfinished.addAndGet(-group.taken) > 0;
        group.writes.forEach(PendingWrite::deliver);
        if (isMore) {
            schedule();
        }
    }

    private Mono<Void> finishAll(SqliteConnection connection) {
        return Mono.defer(() -> commitNext(connection))
                .doOnNext(this::deliver)
                .repeat(() -> !waiting.isEmpty())
                .then();
    }

    /** The lane was closed. */
    private void refuseAll(Throwable closed) {
        int refused = 0;
        do {
            refused = 0;
            for (PendingWrite next = waiting.poll(); next != null; next = waiting.poll()) {
                next.fail(closed);
                refused++;
            }
        } while (unfinished.addAndGet(-refused) > 0 && refused > 0);
    }

    /** Writes that share a transaction. */
    private static final class Group {
        private final List<PendingWrite> writes = new ArrayList<>();
        private int taken;
        private long bytes;

        boolean hasRoomFor(PendingWrite next) {
            return writes.isEmpty() || (writes.size() < MOST_WRITES && bytes + next.bytes() <= MOST_BYTES);
        }

        void add(PendingWrite next) {
            taken++;
            if (next.write() != null) {
                writes.add(next);
                bytes += next.bytes();
            }
        }
    }
}
