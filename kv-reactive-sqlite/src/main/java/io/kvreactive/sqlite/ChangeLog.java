// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keys in the order of their last changes. A key stands in it once: a further change moves it to the end. */
final class ChangeLog {

    private final NavigableMap<Long, EncodedKey> keys = new TreeMap<>();
    private final Map<EncodedKey, Long> places = new HashMap<>();
    private long last;

    /** A key and its place; a later change has a greater one. */
    record Change(EncodedKey key, long place) {}

    /** The place of the last change. */
    long last() {
        return last;
    }

    int size() {
        return keys.size();
    }

    void add(EncodedKey key) {
        Long before = places.put(key, ++last);
        if (before != null) {
            keys.remove(before);
        }
        keys.put(last, key);
    }

    /** What comes after a place. */
    List<Change> after(long place, int most) {
        return keys.tailMap(place, false).entrySet().stream()
                .limit(most)
                .map(entry -> new Change(entry.getValue(), entry.getKey()))
                .toList();
    }

    /** Nobody will ask for what comes before or at a place. */
    void forget(long place) {
        NavigableMap<Long, EncodedKey> old = keys.headMap(place, true);
        old.values().forEach(places::remove);
        old.clear();
    }
}
