// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.CommitResult;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The entries of a database in memory, sorted, and once more by their expiry. Touched by tasks of the loop only. */
final class Entries {

    private static final Comparator<RawEntry> BY_EXPIRY =
            Comparator.comparing(Entries::expiry).thenComparing(RawEntry::key, Arrays::compareUnsigned);

    private final NavigableMap<byte[], RawEntry> sorted = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeSet<RawEntry> expiring = new TreeSet<>(BY_EXPIRY);
    private final Consumer<byte[]> whenChanged;
    private long version;
    // Read by whoever asks for the gauge.
    private volatile int size;

    /** {@code whenChanged} is told of every key that is written or expires, when all of a commit is in place. */
    Entries(Consumer<byte[]> whenChanged) {
        this.whenChanged = whenChanged;
    }

    private static Instant expiry(RawEntry entry) {
        return entry.expiresAt() == null ? Instant.MAX : entry.expiresAt();
    }

    List<RawEntry> read(ReadRange range) {
        NavigableMap<byte[], RawEntry> part = between(range.start(), range.end());
        return (range.isReverse() ? part.descendingMap() : part)
                .values().stream().limit(range.limit()).toList();
    }

    NavigableMap<byte[], RawEntry> between(byte[] start, byte[] end) {
        return Arrays.compareUnsigned(start, end) < 0
                ? sorted.subMap(start, true, end, false)
                : Collections.emptyNavigableMap();
    }

    @Nullable
    RawEntry get(byte[] key) {
        return sorted.get(key);
    }

    CommitResult write(AtomicWrite write) {
        List<Integer> failed = new ArrayList<>();
        for (int i = 0; i < write.checks().size(); i++) {
            Check check = write.checks().get(i);
            RawEntry current = get(check.key());
            if (!check.holds(current == null ? null : current.versionstamp())) {
                failed.add(i);
            }
        }
        return failed.isEmpty() ? apply(write.mutations()) : new CommitResult.Conflict(failed);
    }

    /** Works every result out before it changes anything, so that a mutation that fails leaves nothing. */
    private CommitResult apply(List<Mutation> mutations) {
        Versionstamp versionstamp = Versionstamp.ofVersion(version + 1);
        Map<Key, @Nullable RawEntry> changed = new HashMap<>();
        for (Mutation mutation : mutations) {
            Key key = new Key(mutation.keyAt(versionstamp));
            KvValue current = mutation.readsCurrent()
                    ? valueOf(changed.containsKey(key) ? changed.get(key) : get(key.bytes()))
                    : null;
            KvValue result = mutation.resultOn(current);
            changed.put(
                    key, result == null ? null : RawEntry.of(key.bytes(), result, versionstamp, mutation.expiresAt()));
        }
        version++;
        changed.forEach((key, entry) -> put(key.bytes(), entry));
        changed.keySet().forEach(key -> whenChanged.accept(key.bytes()));
        return new CommitResult.Committed(versionstamp);
    }

    private static @Nullable KvValue valueOf(@Nullable RawEntry entry) {
        return entry == null ? null : entry.value();
    }

    private void put(byte[] key, @Nullable RawEntry entry) {
        RawEntry before = entry == null ? sorted.remove(key) : sorted.put(key, entry);
        if (before != null) {
            expiring.remove(before);
        }
        if (entry != null && entry.expiresAt() != null) {
            expiring.add(entry);
        }
        size = sorted.size();
    }

    /** Takes away what has expired: one version for all of it, as in Deno. */
    void collect(Instant now) {
        List<byte[]> gone = new ArrayList<>();
        while (!expiring.isEmpty() && !expiry(expiring.first()).isAfter(now)) {
            byte[] key = expiring.first().key();
            put(key, null);
            gone.add(key);
        }
        if (!gone.isEmpty()) {
            version++;
            gone.forEach(whenChanged);
        }
    }

    /** When something expires next; null for never. */
    @Nullable
    Instant earliestExpiry() {
        return expiring.isEmpty() ? null : expiry(expiring.first());
    }

    /** How many there are, told on any thread. */
    int size() {
        return size;
    }

    void clear() {
        size = 0;
        sorted.clear();
        expiring.clear();
    }
}
