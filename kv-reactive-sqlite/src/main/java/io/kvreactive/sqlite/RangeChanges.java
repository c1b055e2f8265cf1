// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.Versionstamp;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * All watches of the same range. Each first reads through the range, page by page; then it follows a log of the keys that have changed. The log
 * has a key once, at its last change, so that the changes of a key between two requests are one. Values are read when they are wanted, and not
 * kept.
 *
 * <p>A commit of somebody else does not tell its keys. So there is a picture of the range, of keys and versions; when a watcher has demand and
 * is at the end of the log, the range is compared with it, and what differs goes to the log. What a watcher has been told is never older than
 * the picture, or the log has the key for him: therefore the picture changes only where it is read together with a first page, and where it is
 * compared.
 */
final class RangeChanges extends SharedWatch<RawChange> {

    /** Of no entry: whatever a comparison finds differs from it. */
    private static final Versionstamp NEVER_COMPARED = Versionstamp.ofVersion(0);

    private static final int PAGE = 100;
    private static final int COMPARED_PAGE = 1000;
    private static final int FORGETTING_SIZE = 1000;

    private final byte[] start;
    private final byte[] end;
    private final ReadLanes readers;
    private final @Nullable ExpiryCalls expiryCalls;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final ChangeLog log = new ChangeLog();
    private final NavigableMap<EncodedKey, Versionstamp> picture = new TreeMap<>();
    // The picture is of the range up to this key.
    private byte[] picturedTo;
    private boolean isComparisonDue;
    private boolean isComparing;
    private Disposable comparing = Disposables.disposed();
    private long earliestExpiry = Aftermath.NEVER;

    /** {@code expiryCalls} if nobody tells {@link #wrote} of keys that have expired. */
    RangeChanges(byte[] start, byte[] end, ReadLanes readers, @Nullable ExpiryCalls expiryCalls, SerialTasks tasks) {
        super(tasks);
        this.start = start;
        this.end = end;
        this.picturedTo = start;
        this.readers = readers;
        this.expiryCalls = expiryCalls;
    }

    @Override
    void join(CoreSubscriber<? super RawChange> actual, Runnable over) {
        Watcher watcher = new Watcher(actual, over);
        watcher.begin();
        tasks.execute(() -> {
            if (!watcher.isOver()) {
                watcher.place = log.last();
                watchers.add(watcher);
                serve(List.of(watcher));
            }
        });
    }

    /** A commit of this database has set or deleted these keys. On its thread; quick. */
    void wrote(List<byte[]> keys) {
        List<byte[]> inside = keys.stream().filter(this::contains).toList();
        if (!inside.isEmpty()) {
            tasks.execute(() -> {
                inside.forEach(key -> log.add(EncodedKey.of(key)));
                serve(watchers);
            });
        }
    }

    private boolean contains(byte[] key) {
        return Arrays.compareUnsigned(start, key) <= 0 && Arrays.compareUnsigned(key, end) < 0;
    }

    @Override
    void wake() {
        if (isWoken.compareAndSet(false, true)) {
            tasks.execute(() -> {
                isWoken.set(false);
                isComparisonDue = true;
                serve(watchers);
            });
        }
    }

    @Override
    void close() {
        tasks.execute(() -> watchers.forEach(Watcher::complete));
    }

    private void leave(Watcher watcher) {
        watchers.remove(watcher);
        watcher.reading.dispose();
        if (watchers.isEmpty()) {
            comparing.dispose();
            isComparing = false;
            picture.clear();
            picturedTo = start;
            if (expiryCalls != null) {
                expiryCalls.forget(this);
            }
        }
    }

    private void failed(Throwable error) {
        isComparing = false;
        watchers.forEach(ending(error));
    }

    /** Begins the reads that these watchers have demand for. Those at one place of the log share theirs. */
    private void serve(Collection<Watcher> some) {
        Map<Long, List<Watcher>> atOnePlace = new TreeMap<>();
        boolean isIdle = false;
        for (Watcher watcher : some) {
            watcher.hasMore = watcher.from != null || watcher.place < log.last() || isComparisonDue;
            if (watcher.isReading || watcher.demand() == 0) {
                continue;
            }
            if (watcher.from != null) {
                readPage(watcher, watcher.from);
            } else if (watcher.place < log.last()) {
                atOnePlace
                        .computeIfAbsent(watcher.place, place -> new ArrayList<>())
                        .add(watcher);
            } else {
                isIdle = true;
            }
        }
        atOnePlace.forEach(this::readChanges);
        if (isIdle && isComparisonDue && !isComparing) {
            isComparisonDue = false;
            isComparing = true;
            earliestExpiry = Aftermath.NEVER;
            compare(start, picturedTo);
        }
        if (log.size() > FORGETTING_SIZE) {
            watchers.stream().mapToLong(watcher -> watcher.place).min().ifPresent(log::forget);
        }
    }

    // What is there at first

    private void readPage(Watcher watcher, byte[] from) {
        int size = (int) Math.min(PAGE, watcher.demand());
        watcher.isReading = true;
        watcher.reading = readers.read(List.of(ReadRange.ascending(from, end, size)))
                .subscribe(
                        found -> tasks.execute(() -> pageArrived(watcher, found.get(0), size)),
                        error -> tasks.execute(() -> failed(error)));
    }

    private void pageArrived(Watcher watcher, List<RawEntry> entries, int size) {
        if (watcher.isOver()) {
            // The picture may have been wiped meanwhile: a page from its middle would leave it with a gap.
            return;
        }
        watcher.isReading = false;
        boolean isLast = entries.size() < size;
        byte[] next = isLast ? end : after(entries.get(size - 1).key());
        watcher.from = isLast ? null : next;
        if (Arrays.compareUnsigned(picturedTo, next) < 0) {
            for (RawEntry entry : entries) {
                if (Arrays.compareUnsigned(picturedTo, entry.key()) <= 0) {
                    picture.put(EncodedKey.of(entry.key()), entry.versionstamp());
                }
            }
            picturedTo = next;
        }
        for (RawEntry entry : entries) {
            expires(entry);
            tell(watcher, EncodedKey.of(entry.key()), entry);
        }
        serve(List.of(watcher));
    }

    private static byte[] after(byte[] key) {
        return ReadRange.point(key).end();
    }

    private void expires(RawEntry entry) {
        if (entry.expiresAt() != null) {
            expires(entry.expiresAt().toEpochMilli());
        }
    }

    private void expires(long millis) {
        if (expiryCalls != null && millis < earliestExpiry) {
            earliestExpiry = millis;
            expiryCalls.expect(this, millis);
        }
    }

    // What changes then

    private void readChanges(long place, List<Watcher> group) {
        long demand = group.stream().mapToLong(Watcher::demand).max().orElse(0);
        List<ChangeLog.Change> changes = log.after(place, (int) Math.min(PointReads.MOST_RANGES, demand));
        group.forEach(watcher -> watcher.isReading = true);
        readers.read(changes.stream()
                        .map(change -> ReadRange.point(change.key().bytes()))
                        .toList())
                .subscribe(
                        found -> tasks.execute(() -> changesArrived(group, changes, found)),
                        error -> tasks.execute(() -> failed(error)));
    }

    private void changesArrived(List<Watcher> group, List<ChangeLog.Change> changes, List<List<RawEntry>> found) {
        found.forEach(entries -> entries.forEach(this::expires));
        for (Watcher watcher : group) {
            watcher.isReading = false;
            for (int i = 0; i < changes.size() && watcher.demand() > 0; i++) {
                watcher.place = changes.get(i).place();
                tell(
                        watcher,
                        changes.get(i).key(),
                        found.get(i).isEmpty() ? null : found.get(i).get(0));
            }
        }
        serve(group);
    }

    /** What a watcher is told of must be in the picture: else nobody would notice that somebody else deletes it. */
    private void tell(Watcher watcher, EncodedKey key, @Nullable RawEntry entry) {
        if (entry != null) {
            picture.putIfAbsent(key, NEVER_COMPARED);
        }
        watcher.tell(key, entry);
    }

    // What others have changed

    private void compare(byte[] from, byte[] until) {
        comparing = readers.readVersions(from, until, COMPARED_PAGE)
                .subscribe(
                        found -> tasks.execute(() -> compared(from, until, found)),
                        error -> tasks.execute(() -> failed(error)));
    }

    private void compared(byte[] from, byte[] until, List<SnapshotReader.Version> found) {
        if (!isComparing) {
            return;
        }
        boolean isLast = found.size() < COMPARED_PAGE;
        byte[] to = isLast ? until : after(found.get(COMPARED_PAGE - 1).key().bytes());
        Map<EncodedKey, Versionstamp> part = picture.subMap(EncodedKey.of(from), true, EncodedKey.of(to), false);
        Map<EncodedKey, Versionstamp> before = new HashMap<>(part);
        part.clear();
        for (SnapshotReader.Version version : found) {
            part.put(version.key(), version.versionstamp());
            if (!version.versionstamp().equals(before.remove(version.key()))) {
                log.add(version.key());
            }
            expires(version.expiryMillis());
        }
        before.keySet().forEach(log::add);
        if (isLast) {
            isComparing = false;
        } else {
            compare(to, until);
        }
        serve(watchers);
    }

    private final class Watcher extends Receiver<RawChange> {
        private final Runnable over;
        private Disposable reading = Disposables.disposed();
        private boolean isReading;
        // Where the next page begins; null when the range has been read through.
        private byte @Nullable [] from = start;
        // Up to here it has been given what the log says.
        private long place;
        private final Map<EncodedKey, Versionstamp> told = new HashMap<>();
        // Whether there may be something that it has not been given.
        private volatile boolean hasMore = true;

        Watcher(CoreSubscriber<? super RawChange> actual, Runnable over) {
            super(actual);
            this.over = over;
        }

        @Override
        void asked() {
            // What comes up from here on sees the demand by itself.
            if (hasMore) {
                tasks.execute(() -> serve(List.of(this)));
            }
        }

        @Override
        void over() {
            over.run();
            tasks.execute(() -> leave(this));
        }

        /** Gives the state of a key, unless it knows it; the end of what it never saw is no news either. */
        void tell(EncodedKey key, @Nullable RawEntry entry) {
            if (entry == null) {
                if (told.remove(key) != null) {
                    next(RawChange.absent(key.bytes()));
                }
            } else if (!entry.versionstamp().equals(told.put(key, entry.versionstamp()))) {
                next(RawChange.present(entry));
            }
        }
    }
}
