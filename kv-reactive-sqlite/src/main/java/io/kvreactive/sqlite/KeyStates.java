// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.Versionstamp;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * All watches of the same keys ({@code docs/spec/keys-and-values.md}, watches). After a wake-up one read serves all of them who have demand;
 * who has none is marked, and has the next read when he asks. Of a state only its versions are kept, so that the same is not told twice.
 */
final class KeyStates extends SharedWatch<List<List<RawEntry>>> {

    private final List<EncodedKey> keys;
    private final List<ReadRange> ranges;
    private final ReadLanes readers;
    private final ExpiryCalls expiryCalls;
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private Disposable reading = Disposables.disposed();
    private boolean isReading;
    private long reads;
    private long wakes;
    private List<Optional<Versionstamp>> versions = List.of();
    // How many different states there have been.
    private long states;

    KeyStates(List<EncodedKey> keys, ReadLanes readers, ExpiryCalls expiryCalls, SerialTasks tasks) {
        super(tasks);
        this.keys = keys;
        this.ranges = keys.stream().map(key -> ReadRange.point(key.bytes())).toList();
        this.readers = readers;
        this.expiryCalls = expiryCalls;
    }

    List<EncodedKey> keys() {
        return keys;
    }

    @Override
    void join(CoreSubscriber<? super List<List<RawEntry>>> actual, Runnable over) {
        Watcher watcher = new Watcher(actual, over);
        watcher.begin();
        tasks.execute(() -> {
            if (!watcher.isOver()) {
                watcher.readsBefore = reads;
                watchers.add(watcher);
                serve();
            }
        });
    }

    /** What comes while an earlier wake-up waits is one with it. */
    @Override
    void wake() {
        if (isWoken.compareAndSet(false, true)) {
            tasks.execute(() -> {
                isWoken.set(false);
                wakes++;
                for (Watcher watcher : watchers) {
                    watcher.isDue = true;
                }
                serve();
            });
        }
    }

    @Override
    void close() {
        tasks.execute(() -> watchers.forEach(Watcher::complete));
    }

    private void leave(Watcher watcher) {
        watchers.remove(watcher);
        if (watchers.isEmpty()) {
            reading.dispose();
            isReading = false;
            expiryCalls.forget(this);
        }
    }

    private void serve() {
        if (isReading) {
            return;
        }
        for (Watcher watcher : watchers) {
            if (watcher.isDue && watcher.demand() > 0) {
                read();
                return;
            }
        }
    }

    private void read() {
        isReading = true;
        long number = ++reads;
        long wakesBefore = wakes;
        reading = readers.read(ranges)
                .subscribe(
                        state -> tasks.execute(() -> arrived(number, wakesBefore, state)),
                        error -> tasks.execute(() -> failed(number, error)));
    }

    private void failed(long number, Throwable error) {
        if (number == reads) {
            isReading = false;
        }
        watchers.forEach(ending(error));
    }

    private void arrived(long number, long wakesBefore, List<List<RawEntry>> state) {
        if (!isReading || number != reads) {
            return;
        }
        isReading = false;
        List<Optional<Versionstamp>> found = versionsOf(state);
        if (!found.equals(versions)) {
            versions = found;
            states++;
        }
        expiryCalls.expect(this, earliestExpiry(state));
        for (Watcher watcher : watchers) {
            // Who came after the read began is to see what was committed before he came.
            if (watcher.isDue && watcher.readsBefore < number && watcher.demand() > 0) {
                watcher.isDue = wakes != wakesBefore;
                if (watcher.seen != states) {
                    watcher.seen = states;
                    watcher.next(state);
                }
            }
        }
        serve();
    }

    private static List<Optional<Versionstamp>> versionsOf(List<List<RawEntry>> state) {
        return state.stream()
                .map(entries -> entries.stream().findFirst().map(RawEntry::versionstamp))
                .toList();
    }

    static long earliestExpiry(List<List<RawEntry>> state) {
        long earliest = Aftermath.NEVER;
        for (List<RawEntry> entries : state) {
            for (RawEntry entry : entries) {
                if (entry.expiresAt() != null) {
                    earliest = Math.min(earliest, entry.expiresAt().toEpochMilli());
                }
            }
        }
        return earliest;
    }

    private final class Watcher extends Receiver<List<List<RawEntry>>> {
        private final Runnable over;
        private long readsBefore;
        // The number of the state that was given last.
        private long seen;
        // Whether there may be a state that it has not been given.
        private volatile boolean isDue = true;

        Watcher(CoreSubscriber<? super List<List<RawEntry>>> actual, Runnable over) {
            super(actual);
            this.over = over;
        }

        @Override
        void asked() {
            // What becomes due from here on sees the demand by itself.
            if (isDue) {
                tasks.execute(KeyStates.this::serve);
            }
        }

        @Override
        void over() {
            over.run();
            tasks.execute(() -> leave(this));
        }
    }
}
