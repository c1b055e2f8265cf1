// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a listing. Immutable, if the values of its entries are.
 *
 * @param <T> the type of the values
 */
public final class KvPage<T> {

    private final List<KvEntry<T>> entries;
    private final @Nullable KvCursor next;

    private KvPage(List<KvEntry<T>> entries, @Nullable KvCursor next) {
        this.entries = List.copyOf(entries);
        this.next = next;
    }

    static <T> KvPage<T> of(List<KvEntry<T>> entries, @Nullable KvCursor next) {
        return new KvPage<>(entries, next);
    }

    /**
     * The entries of the page.
     *
     * @return an unmodifiable list, at most as long as the limit of the selector
     */
    public List<KvEntry<T>> entries() {
        return entries;
    }

    /**
     * Tells whether another page follows. There was an entry for it when this one was read.
     *
     * @return true if so
     */
    public boolean hasMore() {
        return next != null;
    }

    /**
     * Where the next page begins: give it to {@link KvSelector#after}.
     *
     * @return the place after the last entry, or null if this is the last page
     */
    public @Nullable KvCursor next() {
        return next;
    }

    /** The number of entries, and whether there are more. */
    @Override
    public String toString() {
        return "KvPage(" + entries.size() + " entries" + (hasMore() ? ", more)" : ")");
    }
}
