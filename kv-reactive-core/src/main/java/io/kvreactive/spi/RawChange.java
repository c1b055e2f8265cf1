// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import org.jspecify.annotations.Nullable;

/** The newest state of a key that was written. Immutable; its array is shared. */
public final class RawChange {

    private final byte[] key;
    private final @Nullable RawEntry entry;

    private RawChange(byte[] key, @Nullable RawEntry entry) {
        this.key = key;
        this.entry = entry;
    }

    /**
     * There is an entry.
     *
     * @param entry the entry
     * @return the state of its key
     */
    public static RawChange present(RawEntry entry) {
        return new RawChange(entry.key(), entry);
    }

    /**
     * There is none any more.
     *
     * @param key the encoded key
     * @return the state of the key
     */
    public static RawChange absent(byte[] key) {
        return new RawChange(key, null);
    }

    /**
     * The encoded key.
     *
     * @return the bytes; shared
     */
    public byte[] key() {
        return key;
    }

    /**
     * What is under the key.
     *
     * @return the entry, or null if there is none
     */
    public @Nullable RawEntry entry() {
        return entry;
    }

    /** The shape of the key, and whether there is an entry. */
    @Override
    public String toString() {
        return "RawChange(" + KvKey.shape(key) + ", " + (entry == null ? "absent" : entry.versionstamp()) + ")";
    }
}
