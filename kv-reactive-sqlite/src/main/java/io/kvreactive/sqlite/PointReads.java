// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The reads of keys. One that finds a reader idle is begun at once; those that come while it runs share the next transaction, and so its hop
 * in, its snapshot and its hop out. Another reader helps only when so many wait that reading them takes longer than to wake it: the larger the file
 * and the slower its disk, the sooner.
 */
final class PointReads {

    /** Beyond this a larger group gains little, and its first read waits too long for its last. One read may be larger by itself. */
    static final int MOST_RANGES = 128;

    /** Fewer do not keep a second reader busy, whatever each of them takes. */
    static final int FEWEST_RANGES = 24;

    /** Several times what it takes to wake a reader. */
    private static final long WORTHWHILE_NANOS = 100_000;

    /** Of smaller groups, most of the time is their transaction. */
    private static final int RANGES_TO_LEARN_FROM = 8;

    private final List<Lane> lanes;
    private final BusyRetry busyRetry;
    private final SqliteErrors errors;
    private final Clock clock;
    private final Signals signals;
    private final Queue<PendingRead> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingRanges = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    /** About what a range takes a reader now; 0 while that is not known. Two readers may write it at the same time, and either is right. */
    private volatile long nanosPerRange;

    private volatile boolean isClosing;

    PointReads(List<Lane> lanes, BusyRetry busyRetry, SqliteErrors errors, Clock clock, Signals signals) {
        this.lanes = lanes;
        this.busyRetry = busyRetry;
        this.errors = errors;
        this.clock = clock;
        this.signals = signals;
    }

    Mono<List<List<RawEntry>>> read(List<ReadRange> ranges) {
        return Mono.create(sink -> {
            if (isClosing) {
                sink.error(Lane.closed(lanes.get(0).name()));
                return;
            }
            waiting.offer(new PendingRead(ranges, sink));
            waitingRanges.addAndGet(ranges.size());
            startIfWanted();
        });
    }

    /** Takes no more, and completes when what waits has been read. */
    Mono<Void> finish() {
        return Mono.defer(() -> {
            isClosing = true;
            finishIfDone();
            return finished.asMono();
        });
    }

    private void finishIfDone() {
        if (isClosing && running.get() == 0 && waitingRanges.get() == 0) {
            finished.tryEmitEmpty();
        }
    }

    private void startIfWanted() {
        int groups = running.get();
        // One that ends looks here again, so whoever does not start one now leaves it to that.
        while (groups < lanes.size() && waitingRanges.get() > groups * worthAReader(nanosPerRange)) {
            if (running.compareAndSet(groups, groups + 1)) {
                lane().run(Lane.OnCancel.FINISH, this::readNext).subscribe(this::ended, this::refuseAll);
            }
            groups = running.get();
        }
    }

    /** How many ranges must wait for each reader that runs before another is begun, when a range takes so long. */
    static int worthAReader(long nanosPerRange) {
        return nanosPerRange == 0
                ? MOST_RANGES
                : (int) Math.max(FEWEST_RANGES, Math.min(MOST_RANGES, WORTHWHILE_NANOS / nanosPerRange));
    }

    private void learnFrom(Group group) {
        if (group.ranges >= RANGES_TO_LEARN_FROM) {
            long nanos = (System.nanoTime() - group.begin) / group.ranges;
            long before = nanosPerRange;
            // Groups that had to wait for a processor say nothing of the file, so the quick ones count for more.
            nanosPerRange =
                    before == 0 ? nanos : nanos < before ? (before + nanos) / 2 : before + (nanos - before) / 32;
        }
    }

    /** The first lane, if it is free: no listing runs there unless it is the only one. */
    private Lane lane() {
        return lanes.get(0).depth() == 0 ? lanes.get(0) : Lane.leastBusy(lanes);
    }

    private Mono<Group> readNext(SqliteConnection connection) {
        Group group = new Group();
        for (PendingRead next = waiting.peek(); next != null && group.hasRoomFor(next); next = waiting.peek()) {
            // Another group may have been faster; what is taken is read, even if it makes the group larger.
            PendingRead taken = waiting.poll();
            if (taken != null) {
                group.add(taken);
                waitingRanges.addAndGet(-taken.ranges().size());
            }
        }
        return group.reads.isEmpty()
                ? Mono.just(group)
                : decide(connection, group.reads, busyRetry.start())
                        .doOnSuccess(decided -> learnFrom(group))
                        .thenReturn(group);
    }

    /** Never fails. What SQLite reports for some is read again one by one, so that none suffers for another's damaged page. */
    private Mono<Void> decide(SqliteConnection connection, List<PendingRead> reads, BusyRetry.Deadline deadline) {
        return busyRetry
                .on(deadline, Mono.defer(() -> SnapshotReader.readPoints(connection, rangesOf(reads), clock.instant())))
                .doOnNext(found -> {
                    int at = 0;
                    for (PendingRead read : reads) {
                        int end = at + read.ranges().size();
                        read.decide(reads.size() == 1 ? found : found.subList(at, end));
                        at = end;
                    }
                })
                .then()
                .onErrorResume(error -> {
                    if (reads.size() > 1 && !SqliteErrors.isBusy(error)) {
                        return Flux.fromIterable(reads)
                                .concatMap(read -> decide(connection, List.of(read), deadline), 0)
                                .then();
                    }
                    Throwable told = errors.translate("read", error);
                    reads.forEach(read -> read.decide(told));
                    return Mono.empty();
                });
    }

    private static List<ReadRange> rangesOf(List<PendingRead> reads) {
        if (reads.size() == 1) {
            return reads.get(0).ranges();
        }
        List<ReadRange> ranges = new ArrayList<>(reads.size());
        for (PendingRead read : reads) {
            ranges.addAll(read.ranges());
        }
        return ranges;
    }

    private void ended(Group group) {
        running.decrementAndGet();
        signals.give(group.reads, PendingRead::deliver, PendingRead::decide);
        startIfWanted();
        finishIfDone();
    }

    /** The lane was closed. */
    private void refuseAll(Throwable closed) {
        List<PendingRead> refused = new ArrayList<>();
        for (PendingRead next = waiting.poll(); next != null; next = waiting.poll()) {
            next.decide(closed);
            refused.add(next);
            waitingRanges.addAndGet(-next.ranges().size());
        }
        running.decrementAndGet();
        signals.give(refused, PendingRead::deliver, PendingRead::decide);
        startIfWanted();
        finishIfDone();
    }

    /** Reads that share a transaction. */
    private static final class Group {
        private final List<PendingRead> reads = new ArrayList<>();
        private final long begin = System.nanoTime();
        private int ranges;

        boolean hasRoomFor(PendingRead next) {
            return reads.isEmpty() || ranges + next.ranges().size() <= MOST_RANGES;
        }

        void add(PendingRead next) {
            if (!next.isAbandoned()) {
                reads.add(next);
                ranges += next.ranges().size();
            }
        }
    }
}
