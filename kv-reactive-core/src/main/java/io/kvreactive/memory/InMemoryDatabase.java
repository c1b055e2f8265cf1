// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A sorted map. Every operation is one task of one worker of the scheduler, which runs them one after the other: that is what makes reads
 * snapshots and writes atomic, without a lock.
 */
final class InMemoryDatabase implements Database {

    private final Clock clock;
    private final Scheduler scheduler;
    private final Scheduler.Worker worker;

    // Touched by tasks of the worker only.
    private final NavigableMap<byte[], RawEntry> entries = new TreeMap<>(Arrays::compareUnsigned);
    // What waits for a listener.
    private final List<Enqueue> messages = new ArrayList<>();
    private long version;

    InMemoryDatabase(KvOptions options) {
        this.clock = options.clock();
        this.scheduler = options.scheduler();
        this.worker = scheduler.createWorker();
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return run(() -> {
            Instant now = clock.instant();
            List<List<RawEntry>> results = new ArrayList<>(ranges.size());
            for (ReadRange range : ranges) {
                results.add(read(range, now));
            }
            return results;
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

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return run(() -> {
            Instant now = clock.instant();
            List<Integer> failed = new ArrayList<>();
            for (int i = 0; i < write.checks().size(); i++) {
                Check check = write.checks().get(i);
                RawEntry current = shown(check.key(), now);
                if (!check.holds(current == null ? null : current.versionstamp())) {
                    failed.add(i);
                }
            }
            return failed.isEmpty() ? apply(write, now) : new CommitResult.Conflict(failed);
        });
    }

    /** Works every result out before it changes anything, so that a mutation that fails leaves nothing. */
    private CommitResult apply(AtomicWrite write, Instant now) {
        Versionstamp versionstamp = Versionstamp.ofVersion(version + 1);
        Map<Key, @Nullable RawEntry> changed = new HashMap<>();
        for (Mutation mutation : write.mutations()) {
            Key key = new Key(mutation.keyAt(versionstamp));
            KvValue current = mutation.readsCurrent()
                    ? valueOf(changed.containsKey(key) ? changed.get(key) : shown(key.bytes, now))
                    : null;
            KvValue result = mutation.resultOn(current);
            changed.put(
                    key, result == null ? null : RawEntry.of(key.bytes, result, versionstamp, mutation.expiresAt()));
        }
        version++;
        changed.forEach((key, entry) -> {
            if (entry == null) {
                entries.remove(key.bytes);
            } else {
                entries.put(key.bytes, entry);
            }
        });
        messages.addAll(write.enqueues());
        return new CommitResult.Committed(versionstamp);
    }

    private static @Nullable KvValue valueOf(@Nullable RawEntry entry) {
        return entry == null ? null : entry.value();
    }

    private @Nullable RawEntry shown(byte[] key, Instant now) {
        RawEntry entry = entries.get(key);
        return entry != null && isShown(entry, now) ? entry : null;
    }

    private static boolean isShown(RawEntry entry, Instant now) {
        return entry.expiresAt() == null || entry.expiresAt().isAfter(now);
    }

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    @Override
    public Mono<Void> close() {
        return Mono.<Void>create(sink -> {
                    try {
                        // Tasks run in order: this one comes after everything that was begun.
                        worker.schedule(() -> {
                            entries.clear();
                            messages.clear();
                            sink.success();
                            worker.dispose();
                        });
                    } catch (RejectedExecutionException e) {
                        sink.success();
                    }
                })
                .publishOn(scheduler);
    }

    private <R> Mono<R> run(Supplier<R> operation) {
        return Mono.<R>create(sink -> {
                    AtomicBoolean isOver = new AtomicBoolean();
                    sink.onDispose(() -> isOver.set(true));
                    try {
                        worker.schedule(() -> {
                            if (isOver.get()) {
                                return;
                            }
                            try {
                                sink.success(operation.get());
                            } catch (KvException e) {
                                sink.error(e);
                            }
                        });
                    } catch (RejectedExecutionException e) {
                        sink.error(new KvClosedException("the database in memory was closed; create a new Kv"));
                    }
                })
                .publishOn(scheduler);
    }

    /** Bytes that can be a key of a hash map. */
    private static final class Key {
        private final byte[] bytes;

        Key(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
