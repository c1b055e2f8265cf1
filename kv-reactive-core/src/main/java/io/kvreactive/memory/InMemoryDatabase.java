// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * A sorted map. Every operation is a task in one queue, which one thread at a time empties: that is what makes reads snapshots and writes
 * atomic, without a lock. Signals are given on the scheduler.
 */
final class InMemoryDatabase implements Database {

    private final Clock clock;
    private final Scheduler scheduler;
    private final Queue<Task<?>> waiting =
            Queues.<Task<?>>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();

    // Touched by tasks only.
    private boolean isClosed;
    private final NavigableMap<byte[], RawEntry> entries = new TreeMap<>(Arrays::compareUnsigned);
    // What waits for a listener.
    private final List<Enqueue> messages = new ArrayList<>();
    private long version;

    InMemoryDatabase(KvOptions options) {
        this.clock = options.clock();
        this.scheduler = options.scheduler();
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
        List<RawEntry> found = new ArrayList<>();
        Iterator<RawEntry> all =
                (range.isReverse() ? part.descendingMap() : part).values().iterator();
        while (found.size() < range.limit() && all.hasNext()) {
            RawEntry entry = all.next();
            if (isShown(entry, now)) {
                found.add(entry);
            } else {
                // Whoever comes across an expired entry collects it.
                all.remove();
            }
        }
        return found;
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
                    ? valueOf(changed.containsKey(key) ? changed.get(key) : entries.get(key.bytes), now)
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

    private static @Nullable KvValue valueOf(@Nullable RawEntry entry, Instant now) {
        return entry == null || !isShown(entry, now) ? null : entry.value();
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
        return Mono.<Void>create(sink -> submit(new Task<>(
                        () -> {
                            isClosed = true;
                            entries.clear();
                            messages.clear();
                            return null;
                        },
                        sink)))
                .onErrorComplete(KvClosedException.class)
                .publishOn(scheduler);
    }

    private <R> Mono<R> run(Supplier<R> operation) {
        return Mono.<R>create(sink -> submit(new Task<>(operation, sink))).publishOn(scheduler);
    }

    private void submit(Task<?> task) {
        task.sink.onCancel(() -> task.isCancelled = true);
        waiting.offer(task);
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Task<?> next = waiting.poll(); next != null; next = waiting.poll()) {
                run(next);
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }

    private <R> void run(Task<R> task) {
        if (task.isCancelled) {
            return;
        }
        if (isClosed) {
            task.sink.error(new KvClosedException("the database in memory was closed; create a new Kv"));
            return;
        }
        try {
            task.sink.success(task.operation.get());
        } catch (RuntimeException e) {
            // Of a mutation that does not fit, or of the clock that the user gave.
            task.sink.error(e);
        }
    }

    /** An operation that waits for its turn. */
    private static final class Task<R> {
        private final Supplier<? extends @Nullable R> operation;
        private final MonoSink<R> sink;
        private volatile boolean isCancelled;

        Task(Supplier<? extends @Nullable R> operation, MonoSink<R> sink) {
            this.operation = operation;
            this.sink = sink;
        }
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
