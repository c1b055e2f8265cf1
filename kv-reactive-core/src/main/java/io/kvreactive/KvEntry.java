// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the database as one read saw it: key, value, version, and the stored bytes behind the value.
 *
 * <p>Immutable, if its value is. Entries are compared by identity: compare their versions or values.
 *
 * @param <T> the type of the value
 */
public final class KvEntry<T> implements KvVersioned {

    private final byte @Nullable [] rawKey;
    private final @Nullable KvKey key;
    private final @Nullable T value;
    private final KvValue rawValue;
    private final Versionstamp versionstamp;
    private final @Nullable Instant expiresAt;
    private final @Nullable KvDecodeException decodeError;

    KvEntry(KvKey key, @Nullable T value, KvValue rawValue, Versionstamp versionstamp, @Nullable Instant expiresAt) {
        this(key, null, value, rawValue, versionstamp, expiresAt, null);
    }

    KvEntry(
            @Nullable KvKey key,
            byte @Nullable [] rawKey,
            @Nullable T value,
            KvValue rawValue,
            Versionstamp versionstamp,
            @Nullable Instant expiresAt,
            @Nullable KvDecodeException decodeError) {
        this.key = key;
        this.rawKey = rawKey;
        this.value = value;
        this.rawValue = rawValue;
        this.versionstamp = versionstamp;
        this.expiresAt = expiresAt;
        this.decodeError = decodeError;
    }

    /**
     * The key.
     *
     * @return the key
     * @throws KvDecodeException if the stored key is malformed, which only entries kept by {@link KvSelector.OnDecodeError#KEEP} can be; see
     *     {@link #rawKey()}
     */
    @Override
    public KvKey key() {
        if (key == null) {
            throw decodeError != null ? decodeError : new IllegalStateException("an entry without a key");
        }
        return key;
    }

    /**
     * The encoded key, also of an entry whose key is malformed.
     *
     * @return a copy
     */
    public byte[] rawKey() {
        return key != null ? key.encoded() : rawKey == null ? new byte[0] : rawKey.clone();
    }

    /**
     * The value.
     *
     * @return the value; null for a stored {@code null}
     * @throws KvDecodeException if the stored value cannot be read, which only entries kept by {@link KvSelector.OnDecodeError#KEEP} can be;
     *     see {@link #rawValue()}
     */
    public @Nullable T value() {
        if (decodeError != null) {
            throw decodeError;
        }
        return value;
    }

    /**
     * The value as it is stored; it can be written back unchanged.
     *
     * @return encoding and bytes
     */
    public KvValue rawValue() {
        return rawValue;
    }

    /**
     * The version that the entry had when it was read.
     *
     * @return the version, never null
     */
    @Override
    public Versionstamp versionstamp() {
        return versionstamp;
    }

    /**
     * The time from which the entry is no longer shown.
     *
     * @return the time, to the millisecond; null if there is none, or the backend does not tell it
     */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Why the entry could not be read, if it was kept by {@link KvSelector.OnDecodeError#KEEP}.
     *
     * @return the reason, or null for a sound entry
     */
    public @Nullable KvDecodeException decodeError() {
        return decodeError;
    }

    /** The shape of the key and the version; never the value. */
    @Override
    public String toString() {
        return "KvEntry(" + KvKey.shape(rawKey()) + ", " + versionstamp + ")";
    }
}
