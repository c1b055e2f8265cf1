// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvUnavailableException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The writes of a database. A write that finds the connection idle is begun at once; those that come while a transaction runs share the next
 * one, and so its hop, its lock, its way to the disk and the hop of its results. Each has its own result, given after the commit, on the
 * scheduler.
 */
final class WriteLane {

    /** Beyond this a larger group gains little, and its first write waits too long for its last. */
    private static final int MOST_WRITES = 256;

    /** What a group holds in memory and in the log at the most. One write may be larger by itself. */
    private static final long MOST_BYTES = 4L << 20;

    /** What a write that waits takes up besides its keys and values, about. */
    static final int OVERHEAD_BYTES = 1024;

    private final Lane lane;
    private final WriteGroup group;
    private final BusyRetry busyRetry;
    private final Turns turns;
    private final Signals signals;
    private final KvObserver observer;
    private final long backlogBytes;
    private final Queue<PendingWrite<?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicLong unfinishedBytes = new AtomicLong();
    private final Mono<Void> close;

    /** {@code backlogBytes} bounds what waits of writes by users. */
    WriteLane(
            Lane lane,
            WriteGroup group,
            BusyRetry busyRetry,
            Turns turns,
            Signals signals,
            KvObserver observer,
            long backlogBytes) {
        this.lane = lane;
        this.group = group;
        this.busyRetry = busyRetry;
        this.turns = turns;
        this.signals = signals;
        this.observer = observer;
        this.backlogBytes = backlogBytes;
        this.close = Mono.defer(() -> lane.run(Lane.OnCancel.FINISH, this::finishAll)
                        .onErrorComplete()
                        .then(lane.close()))
                .cache();
    }

    /** How many writes wait or run. */
    int depth() {
        return unfinished.get();
    }

    /** How many bytes of writes wait or run. */
    long backlog() {
        return unfinishedBytes.get();
    }

    SqliteStatistics statistics() {
        return lane.statistics();
    }

    /** Writes for a user, of whose writes not too many may wait. {@code dataBytes} is the size of keys and values. */
    <R> Mono<R> write(long dataBytes, Function<WriteTransaction, Mono<R>> work) {
        long bytes = dataBytes + OVERHEAD_BYTES;
        return Mono.create(sink -> {
            long waitingBytes = unfinishedBytes.get();
            if (waitingBytes > 0 && waitingBytes + bytes > backlogBytes) {
                sink.error(new KvUnavailableException(
                        "commit on " + lane.name() + ": writes of " + waitingBytes
                                + " bytes wait already, and nothing was written; commit fewer at a time, or let more"
                                + " wait with SqliteOptions.backlogBytes",
                        null));
                return;
            }
            submit(new PendingWrite<>(work, bytes, busyRetry.start(), sink));
        });
    }

    /** Writes for the database itself, whose work is bounded by other means. */
    <R> Mono<R> maintain(Function<WriteTransaction, Mono<R>> work) {
        return Mono.create(sink -> submit(new PendingWrite<>(work, 0, busyRetry.start(), sink)));
    }

    private void submit(PendingWrite<?> pending) {
        unfinishedBytes.addAndGet(pending.bytes());
        waiting.offer(pending);
        if (unfinished.getAndIncrement() == 0) {
            schedule();
        }
    }

    /** Finishes what waits, then closes the connection. */
    Mono<Void> close() {
        return close;
    }

    private void schedule() {
        Duration pause = turns.pause();
        Mono<Group> next = lane.run(Lane.OnCancel.FINISH, this::commitNext);
        (pause.isZero() ? next : Mono.delay(pause).then(next)).subscribe(this::ended, this::refuseAll);
    }

    /** Commits what waits, as much of it as makes a group. */
    private Mono<Group> commitNext(SqliteConnection connection) {
        Group next = new Group();
        for (PendingWrite<?> pending = waiting.peek();
                pending != null && next.hasRoomFor(pending);
                pending = waiting.peek()) {
            next.add(pending);
            waiting.poll();
        }
        if (next.writes.isEmpty()) {
            return Mono.just(next);
        }
        observer.measured(KvMeasure.WRITE_GROUP_SIZE, next.writes.size());
        return group.run(connection, next.writes).thenReturn(next);
    }

    /** The lane is free by now: who writes again on receiving a result finds it so. */
    private void ended(Group ended) {
        unfinishedBytes.addAndGet(-ended.bytes);
        boolean isMore = unfinished.addAndGet(-ended.taken) > 0;
        give(ended.writes);
        if (isMore) {
            schedule();
        }
    }

    private void give(List<PendingWrite<?>> decided) {
        signals.give(decided, PendingWrite::deliver, PendingWrite::decide);
    }

    private Mono<Void> finishAll(SqliteConnection connection) {
        return Mono.defer(() -> commitNext(connection))
                .doOnNext(this::ended)
                .repeat(() -> !waiting.isEmpty())
                .then();
    }

    /** The lane was closed. */
    private void refuseAll(Throwable closed) {
        int refused = 0;
        do {
            List<PendingWrite<?>> writes = new ArrayList<>();
            for (PendingWrite<?> next = waiting.poll(); next != null; next = waiting.poll()) {
                next.decide(closed);
                writes.add(next);
                unfinishedBytes.addAndGet(-next.bytes());
            }
            refused = writes.size();
            give(writes);
        } while (unfinished.addAndGet(-refused) > 0 && refused > 0);
    }

    /** Writes that share a transaction. */
    private static final class Group {
        private final List<PendingWrite<?>> writes = new ArrayList<>();
        private int taken;
        private long bytes;

        boolean hasRoomFor(PendingWrite<?> next) {
            return taken == 0 || (writes.size() < MOST_WRITES && bytes + next.bytes() <= MOST_BYTES);
        }

        void add(PendingWrite<?> next) {
            taken++;
            bytes += next.bytes();
            if (next.isWanted()) {
                writes.add(next);
            }
        }
    }
}
