// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import org.jspecify.annotations.Nullable;

/**
 * A stored key or value cannot be read: its bytes are damaged, or of a form that has no Java counterpart. The entry can still be copied:
 * read it with {@link KvSelector.OnDecodeError#KEEP}.
 */
public final class KvDecodeException extends KvException {

    private final transient byte[] rawKey;
    private final @Nullable String reason;

    /**
     * For backends and for {@link KvKey#decode}.
     *
     * @param message what is wrong, and where
     * @param rawKey the encoding of the key of the entry; copied
     * @param cause what the decoder reported, if anything
     */
    public KvDecodeException(String message, byte[] rawKey, @Nullable Throwable cause) {
        this(message, message, rawKey, cause);
    }

    KvDecodeException(String message, @Nullable String reason, byte[] rawKey, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.rawKey = rawKey.clone();
    }

    /** What is wrong, without where. */
    @Nullable
    String reason() {
        return reason;
    }

    /**
     * The encoded key of the entry that cannot be read, whether or not it is a well-formed key.
     *
     * @return a copy
     */
    public byte[] rawKey() {
        return rawKey.clone();
    }

    /**
     * The key of the entry that cannot be read.
     *
     * @return the key, or null if it is the key itself that is damaged
     */
    public @Nullable KvKey key() {
        try {
            return KvKey.decode(rawKey);
        } catch (KvDecodeException e) {
            return null;
        }
    }
}
