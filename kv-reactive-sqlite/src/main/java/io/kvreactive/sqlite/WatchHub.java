// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * Who watches what. Those who watch the same keys, or the same range, share what is known and read for them; a commit wakes only those that
 * watch one of its keys, found in a table.
 */
final class WatchHub {

    private final ReadLanes readers;
    private final Scheduler scheduler;
    private final ForeignCommits foreignCommits;
    private final ExpiryCalls expiryCalls;
    private final boolean isSwept;
    private final Supplier<? extends Throwable> closed;
    private final ConcurrentMap<List<EncodedKey>, KeyStates> states = new ConcurrentHashMap<>();
    private final ConcurrentMap<EncodedKey, Set<KeyStates>> statesByKey = new ConcurrentHashMap<>();
    private final ConcurrentMap<List<EncodedKey>, RangeChanges> ranges = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    /**
     * A hub without watches.
     *
     * @param isSwept whether somebody collects expired entries here, and tells {@link #wrote} their keys
     * @param closed the error of who comes too late
     */
    WatchHub(
            ReadLanes readers,
            Scheduler scheduler,
            Clock clock,
            ForeignCommits foreignCommits,
            boolean isSwept,
            Supplier<? extends Throwable> closed) {
        this.readers = readers;
        this.scheduler = scheduler;
        this.foreignCommits = foreignCommits;
        this.expiryCalls = new ExpiryCalls(clock);
        this.isSwept = isSwept;
        this.closed = closed;
    }

    /** States of keys, as {@code Database.watch} says. */
    Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return shared(states, EncodedKey.all(keys), this::watchKeys, this::unwatchKeys);
    }

    /** Changes of the keys of a range, as {@code PrefixWatch.watchRange} says. */
    Flux<RawChange> watchRange(byte[] start, byte[] end) {
        return shared(ranges, List.of(EncodedKey.of(start), EncodedKey.of(end)), this::watchBounds, gone -> {});
    }

    private <T, W extends SharedWatch<T>> Flux<T> shared(
            ConcurrentMap<List<EncodedKey>, W> table,
            List<EncodedKey> what,
            Function<List<EncodedKey>, W> begin,
            Consumer<W> end) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                if (isClosed) {
                    Operators.error(actual, closed.get());
                    return;
                }
                foreignCommits.watch();
                W watch = table.compute(what, (keys, before) -> entered(before == null ? begin.apply(keys) : before));
                watch.join(actual, () -> {
                    foreignCommits.unwatch();
                    table.computeIfPresent(what, (keys, left) -> left(left, end));
                });
                if (isClosed) {
                    // It was not in the table when all were closed.
                    watch.close();
                }
            }
        };
    }

    private static <W extends SharedWatch<?>> W entered(W watch) {
        watch.enter();
        return watch;
    }

    private static <W extends SharedWatch<?>> @Nullable W left(W watch, Consumer<W> end) {
        if (!watch.leave()) {
            return watch;
        }
        end.accept(watch);
        return null;
    }

    private KeyStates watchKeys(List<EncodedKey> keys) {
        KeyStates watch = new KeyStates(keys, readers, expiryCalls, new SerialTasks(scheduler));
        for (EncodedKey key : keys) {
            statesByKey.compute(key, (same, others) -> {
                Set<KeyStates> all = others == null ? ConcurrentHashMap.newKeySet() : others;
                all.add(watch);
                return all;
            });
        }
        return watch;
    }

    private void unwatchKeys(KeyStates watch) {
        for (EncodedKey key : watch.keys()) {
            statesByKey.computeIfPresent(key, (same, others) -> {
                others.remove(watch);
                return others.isEmpty() ? null : others;
            });
        }
    }

    private RangeChanges watchBounds(List<EncodedKey> bounds) {
        return new RangeChanges(
                bounds.get(0).bytes(),
                bounds.get(1).bytes(),
                readers,
                isSwept ? null : expiryCalls,
                new SerialTasks(scheduler));
    }

    /** A commit of this database has set or deleted these keys. */
    void wrote(List<byte[]> keys) {
        if (!statesByKey.isEmpty()) {
            for (byte[] key : keys) {
                Set<KeyStates> watches = statesByKey.get(EncodedKey.of(key));
                if (watches != null) {
                    watches.forEach(KeyStates::wake);
                }
            }
        }
        ranges.values().forEach(watch -> watch.wrote(keys));
    }

    /** Somebody else has committed, and only he knows what. */
    void othersWrote() {
        states.values().forEach(KeyStates::wake);
        ranges.values().forEach(RangeChanges::wake);
    }

    /** How many watches there are, those that share counted once. */
    int size() {
        return states.size() + ranges.size();
    }

    /** Completes all watches; there will be no others. */
    void close() {
        isClosed = true;
        expiryCalls.stop();
        states.values().forEach(KeyStates::close);
        ranges.values().forEach(RangeChanges::close);
    }
}
