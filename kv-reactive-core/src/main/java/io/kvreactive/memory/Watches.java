// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.Versionstamp;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.scheduler.Scheduler;

/** Who watches what. Touched by tasks of the loop only. */
final class Watches {

    private final TaskLoop loop;
    private final Entries entries;
    private final Scheduler scheduler;
    private final Map<Key, Set<KeyWatcher>> byKey = new HashMap<>();
    private final Set<RangeWatcher> ranges = new LinkedHashSet<>();
    // Told of changes by the commit that is under way, and served when it is in place.
    private final Set<Watcher<?>> touched = new LinkedHashSet<>();

    Watches(TaskLoop loop, Entries entries, Scheduler scheduler) {
        this.loop = loop;
        this.entries = entries;
        this.scheduler = scheduler;
    }

    void changed(byte[] key) {
        for (KeyWatcher watcher : byKey.getOrDefault(new Key(key), Set.of())) {
            watcher.isStale = true;
            touched.add(watcher);
        }
        for (RangeWatcher range : ranges) {
            if (range.covers(key)) {
                range.pending.add(new Key(key));
                touched.add(range);
            }
        }
    }

    void serveTouched() {
        if (!touched.isEmpty()) {
            touched.forEach(Watcher::serve);
            touched.clear();
        }
    }

    void completeAll() {
        List<Watcher<?>> all = new ArrayList<>(ranges);
        byKey.values().forEach(all::addAll);
        all.forEach(Watcher::complete);
    }

    Watcher<List<List<RawEntry>>> keys(List<byte[]> keys, CoreSubscriber<? super List<List<RawEntry>>> actual) {
        return new KeyWatcher(keys, actual);
    }

    Watcher<RawChange> range(byte[] start, byte[] end, CoreSubscriber<? super RawChange> actual) {
        return new RangeWatcher(start, end, actual);
    }

    /** Begins a watch. Called by a task. */
    void begin(Watcher<?> watcher) {
        if (watcher instanceof KeyWatcher keys) {
            keys.isStale = true;
            keys.keys.forEach(key ->
                    byKey.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(keys));
        } else if (watcher instanceof RangeWatcher range) {
            ranges.add(range);
            entries.between(range.start, range.end).keySet().forEach(key -> range.pending.add(new Key(key)));
        }
        watcher.serve();
    }

    /** The state of some keys, whenever one of them was written. */
    private final class KeyWatcher extends Watcher<List<List<RawEntry>>> {
        private final List<Key> keys;
        // Nothing to give before the watch has begun.
        private boolean isStale;

        KeyWatcher(List<byte[]> keys, CoreSubscriber<? super List<List<RawEntry>>> actual) {
            super(loop, actual, scheduler);
            this.keys = keys.stream().map(Key::new).toList();
        }

        @Override
        @Nullable
        List<List<RawEntry>> next() {
            if (!isStale) {
                return null;
            }
            isStale = false;
            List<List<RawEntry>> state = new ArrayList<>(keys.size());
            for (Key key : keys) {
                RawEntry entry = entries.get(key.bytes());
                state.add(entry == null ? List.of() : List.of(entry));
            }
            return state;
        }

        @Override
        void left() {
            for (Key key : keys) {
                byKey.computeIfPresent(key, (k, watchers) -> {
                    watchers.remove(this);
                    return watchers.isEmpty() ? null : watchers;
                });
            }
        }
    }

    /** The keys of a range: first all, then those that are written, each in its newest state. */
    private final class RangeWatcher extends Watcher<RawChange> {
        private final byte[] start;
        private final byte[] end;
        private final Set<Key> pending = new LinkedHashSet<>();
        private final Map<Key, Versionstamp> told = new HashMap<>();

        RangeWatcher(byte[] start, byte[] end, CoreSubscriber<? super RawChange> actual) {
            super(loop, actual, scheduler);
            this.start = start;
            this.end = end;
        }

        boolean covers(byte[] key) {
            return Arrays.compareUnsigned(start, key) <= 0 && Arrays.compareUnsigned(key, end) < 0;
        }

        @Override
        @Nullable
        RawChange next() {
            for (Iterator<Key> keys = pending.iterator(); keys.hasNext(); ) {
                Key key = keys.next();
                keys.remove();
                RawEntry entry = entries.get(key.bytes());
                if (entry == null && told.remove(key) != null) {
                    return RawChange.absent(key.bytes());
                }
                if (entry != null && !entry.versionstamp().equals(told.put(key, entry.versionstamp()))) {
                    return RawChange.present(entry);
                }
            }
            return null;
        }

        @Override
        void left() {
            ranges.remove(this);
            pending.clear();
            told.clear();
        }
    }
}
