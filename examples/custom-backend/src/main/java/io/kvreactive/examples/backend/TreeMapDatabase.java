// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.backend;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvOptions;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

final class TreeMapDatabase implements Database {

    private final Scheduler lane = Schedulers.newSingle("treemap");
    private final Scheduler signals;
    private final Clock clock;

    // Touched on the lane only.
    private final NavigableMap<byte[], RawEntry> entries = new TreeMap<>(Arrays::compareUnsigned);
    private long version;

    TreeMapDatabase(KvOptions options) {
        this.signals = options.scheduler();
        this.clock = options.clock();
    }

    private <R> Mono<R> onLane(Callable<R> task) {
        return Mono.fromCallable(task)
                .subscribeOn(lane)
                .onErrorMap(RejectedExecutionException.class, e -> new KvClosedException("the map was closed"))
                .publishOn(signals);
    }

    @Override
    public Mono<Void> close() {
        return lane.disposeGracefully().publishOn(signals);
    }

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return onLane(() -> {
            Instant now = clock.instant();
            return ranges.stream().map(range -> read(range, now)).toList();
        });
    }

    private List<RawEntry> read(ReadRange range, Instant now) {
        if (Arrays.compareUnsigned(range.start(), range.end()) >= 0) {
            return List.of();
        }
        NavigableMap<byte[], RawEntry> part = entries.subMap(range.start(), true, range.end(), false);
        return (range.isReverse() ? part.descendingMap() : part)
                .values().stream()
                        .filter(entry -> isShown(entry, now))
                        .limit(range.limit())
                        .toList();
    }

    private static boolean isShown(RawEntry entry, Instant now) {
        return entry.expiresAt() == null || now.isBefore(entry.expiresAt());
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return onLane(() -> {
            if (!write.enqueues().isEmpty()) {
                throw new KvUnsupportedException("enqueue: treemap has no queue; use another backend for messages");
            }
            Instant now = clock.instant();
            List<Integer> failed = failedChecks(write.checks(), now);
            return failed.isEmpty() ? apply(write.mutations(), now) : new CommitResult.Conflict(failed);
        });
    }

    private List<Integer> failedChecks(List<Check> checks, Instant now) {
        return IntStream.range(0, checks.size())
                .filter(i -> !checks.get(i)
                        .holds(current(checks.get(i).key(), now)
                                .map(RawEntry::versionstamp)
                                .orElse(null)))
                .boxed()
                .toList();
    }

    private CommitResult apply(List<Mutation> mutations, Instant now) {
        Versionstamp stamp = Versionstamp.ofVersion(version + 1);
        NavigableMap<byte[], Optional<RawEntry>> changes = new TreeMap<>(Arrays::compareUnsigned);
        for (Mutation mutation : mutations) {
            byte[] key = mutation.keyAt(stamp);
            Optional<RawEntry> before = changes.containsKey(key) ? changes.get(key) : current(key, now);
            KvValue after = mutation.resultOn(before.map(RawEntry::value).orElse(null));
            changes.put(key, Optional.ofNullable(after).map(v -> RawEntry.of(key, v, stamp, mutation.expiresAt())));
        }
        changes.forEach((key, entry) -> entry.ifPresentOrElse(e -> entries.put(key, e), () -> entries.remove(key)));
        version++;
        return new CommitResult.Committed(stamp);
    }

    private Optional<RawEntry> current(byte[] key, Instant now) {
        return Optional.ofNullable(entries.get(key)).filter(entry -> isShown(entry, now));
    }
}
