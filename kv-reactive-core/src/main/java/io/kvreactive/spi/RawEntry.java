// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An entry as the database holds it. Immutable; its arrays are shared. */
public final class RawEntry {

    private final byte[] key;
    private final KvValue value;
    private final Versionstamp versionstamp;
    private final @Nullable Instant expiresAt;
    private final @Nullable String defect;

    private RawEntry(
            byte[] key,
            KvValue value,
            Versionstamp versionstamp,
            @Nullable Instant expiresAt,
            @Nullable String defect) {
        this.key = key;
        this.value = value;
        this.versionstamp = versionstamp;
        this.expiresAt = expiresAt;
        this.defect = defect;
    }

    /**
     * A sound entry.
     *
     * @param key the encoded key
     * @param value the stored value
     * @param versionstamp the version of the commit that wrote it
     * @param expiresAt the time from which it is not shown, to the millisecond; null for never, or if the backend does not tell
     * @return the entry
     */
    public static RawEntry of(byte[] key, KvValue value, Versionstamp versionstamp, @Nullable Instant expiresAt) {
        return new RawEntry(key, value, versionstamp, expiresAt, null);
    }

    /**
     * An entry that the storage holds in a form that it should not have: a text where bytes belong, say.
     *
     * @param key the encoded key
     * @param value what can be told of the value, empty if nothing
     * @param versionstamp the version, as far as it can be told
     * @param defect what is wrong, for a person; never content
     * @return the entry
     */
    public static RawEntry defective(byte[] key, KvValue value, Versionstamp versionstamp, String defect) {
        return new RawEntry(key, value, versionstamp, null, defect);
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
     * The stored value.
     *
     * @return encoding and bytes
     */
    public KvValue value() {
        return value;
    }

    /**
     * The version.
     *
     * @return the version of the commit that wrote the entry
     */
    public Versionstamp versionstamp() {
        return versionstamp;
    }

    /**
     * The time from which the entry is not shown.
     *
     * @return the time, or null for never or unknown
     */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /**
     * What is wrong with the way the entry is stored.
     *
     * @return a text for a person, or null for a sound entry
     */
    public @Nullable String defect() {
        return defect;
    }

    /** The shape of the key, the size of the value, the version. */
    @Override
    public String toString() {
        return "RawEntry(" + KvKey.shape(key) + ", " + value + ", " + versionstamp + ")";
    }
}
