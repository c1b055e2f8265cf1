// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.Versionstamp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A condition of a write: a key must have a version, or be absent. Immutable; its array is shared. */
public final class Check {

    private final byte[] key;
    private final @Nullable Versionstamp versionstamp;

    private Check(byte[] key, @Nullable Versionstamp versionstamp) {
        this.key = key;
        this.versionstamp = versionstamp;
    }

    /**
     * A condition.
     *
     * @param key the encoded key
     * @param versionstamp the version it must have, or null if it must be absent
     * @return the check
     */
    public static Check of(byte[] key, @Nullable Versionstamp versionstamp) {
        return new Check(key, versionstamp);
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
     * The version that the key must have.
     *
     * @return the version, or null if the key must be absent
     */
    public @Nullable Versionstamp versionstamp() {
        return versionstamp;
    }

    /**
     * Tells whether the check holds.
     *
     * @param current the version that the key has, or null if it is absent or expired
     * @return true if so
     */
    public boolean holds(@Nullable Versionstamp current) {
        return Objects.equals(versionstamp, current);
    }

    /** The shape of the key and the version. */
    @Override
    public String toString() {
        return "Check(" + KvKey.shape(key) + ", " + (versionstamp == null ? "absent" : versionstamp) + ")";
    }
}
