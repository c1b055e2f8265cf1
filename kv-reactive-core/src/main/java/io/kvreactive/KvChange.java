// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.List;

/**
 * A state of watched keys that differs from the one before it. Immutable, if the values of its entries are.
 *
 * @param <T> the type of the values
 */
public final class KvChange<T> {

    private final List<KvEntryMaybe<T>> entries;
    private final List<Integer> changedIndexes;

    private KvChange(List<KvEntryMaybe<T>> entries, List<Integer> changedIndexes) {
        this.entries = List.copyOf(entries);
        this.changedIndexes = List.copyOf(changedIndexes);
    }

    static <T> KvChange<T> of(List<KvEntryMaybe<T>> entries, List<Integer> changedIndexes) {
        return new KvChange<>(entries, changedIndexes);
    }

    /**
     * All watched keys.
     *
     * @return for each key, in the order in which they were given to {@code watch}, its entry or that there is none; unmodifiable
     */
    public List<KvEntryMaybe<T>> entries() {
        return entries;
    }

    /**
     * Those that are not as they were in the state before; in the first state, all.
     *
     * @return some of {@link #entries()}, in the same order; unmodifiable
     */
    public List<KvEntryMaybe<T>> changed() {
        return changedIndexes.stream().map(entries::get).toList();
    }

    /**
     * Where in {@link #entries()} those stand that are not as they were in the state before.
     *
     * @return indexes from 0, ascending; unmodifiable
     */
    public List<Integer> changedIndexes() {
        return changedIndexes;
    }

    /** The number of keys, and which of them changed. */
    @Override
    public String toString() {
        return "KvChange(" + entries.size() + " keys, changed " + changedIndexes + ")";
    }
}
