// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.Database;
import io.kvreactive.spi.LimitChecks;
import io.kvreactive.spi.RawEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A watch of keys: from the states of the database, which may repeat, to those that differ from the one before. */
final class KeyWatch<T> {

    private final List<KvKey> keys;
    private final EntryReader<T> reader;

    KeyWatch(List<KvKey> keys, EntryReader<T> reader) {
        this.keys = keys;
        this.reader = reader;
    }

    Flux<KvChange<T>> on(Database database) {
        LimitChecks.of(database.limits())
                .checkWatched(keys.stream().map(KvKey::shared).toList());
        return Flux.defer(() -> {
            Differences differences = new Differences(keys.size());
            return states(database).handle((state, sink) -> {
                List<Integer> changed = differences.of(state);
                if (!changed.isEmpty()) {
                    sink.next(KvChange.of(read(state), changed));
                }
            });
        });
    }

    private List<KvEntryMaybe<T>> read(List<List<RawEntry>> state) {
        List<KvEntryMaybe<T>> entries = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            entries.add(reader.readMaybe(keys.get(i), state.get(i)));
        }
        return entries;
    }

    /** More keys than the database watches at once are several watches, whose newest states are put together. */
    private Flux<List<List<RawEntry>>> states(Database database) {
        int most = database.limits().watchedKeys();
        List<Flux<List<List<RawEntry>>>> parts = IntStream.range(0, (keys.size() - 1) / most + 1)
                .mapToObj(i -> keys.subList(i * most, (int) Math.min(keys.size(), (i + 1L) * most)))
                .map(part -> database.watch(part.stream().map(KvKey::shared).toList()))
                .toList();
        return parts.size() == 1 ? parts.get(0) : Flux.combineLatest(parts, 1, KeyWatch::together);
    }

    @SuppressWarnings("unchecked")
    private static List<List<RawEntry>> together(Object[] parts) {
        List<List<RawEntry>> state = new ArrayList<>();
        for (Object part : parts) {
            state.addAll((List<List<RawEntry>>) part);
        }
        return state;
    }

    /** The versions that were seen last. */
    private static final class Differences {
        private final @Nullable Versionstamp[] seen;
        private boolean isFirst = true;

        Differences(int keys) {
            this.seen = new Versionstamp[keys];
        }

        /** Which keys are not as in the state before; in the first, all. */
        List<Integer> of(List<List<RawEntry>> state) {
            List<Integer> changed = new ArrayList<>();
            for (int i = 0; i < seen.length; i++) {
                Versionstamp now =
                        state.get(i).isEmpty() ? null : state.get(i).get(0).versionstamp();
                if (isFirst || !Objects.equals(now, seen[i])) {
                    changed.add(i);
                }
                seen[i] = now;
            }
            isFirst = false;
            return changed;
        }
    }
}
