// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one read saw under a key: an entry, or that there was none.
 *
 * <p>Immutable, if its value is.
 *
 * @param <T> the type of the value
 */
public final class KvEntryMaybe<T> implements KvVersioned {

    private final KvKey key;
    private final @Nullable KvEntry<T> entry;

    private KvEntryMaybe(KvKey key, @Nullable KvEntry<T> entry) {
        this.key = key;
        this.entry = entry;
    }

    static <T> KvEntryMaybe<T> present(KvEntry<T> entry) {
        return new KvEntryMaybe<>(entry.key(), entry);
    }

    static <T> KvEntryMaybe<T> absent(KvKey key) {
        return new KvEntryMaybe<>(key, null);
    }

    /**
     * The key that was read.
     *
     * @return the key
     */
    @Override
    public KvKey key() {
        return key;
    }

    /**
     * Tells whether there was an entry; a stored {@code null} is one.
     *
     * @return true if so
     */
    public boolean isPresent() {
        return entry != null;
    }

    /**
     * The entry, if there was one.
     *
     * @return the entry
     */
    public Optional<KvEntry<T>> entry() {
        return Optional.ofNullable(entry);
    }

    /**
     * The value.
     *
     * @return the value; null if there was no entry, and for a stored {@code null}
     */
    public @Nullable T value() {
        return entry == null ? null : entry.value();
    }

    /**
     * The version.
     *
     * @return the version, or null if there was no entry
     */
    @Override
    public @Nullable Versionstamp versionstamp() {
        return entry == null ? null : entry.versionstamp();
    }

    /** The shape of the key and the version; never the value. */
    @Override
    public String toString() {
        return "KvEntryMaybe(" + key.shape() + ", " + (entry == null ? "absent" : entry.versionstamp()) + ")";
    }
}
