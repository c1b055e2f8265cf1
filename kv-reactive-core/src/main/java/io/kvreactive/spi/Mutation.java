// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One change of one key within a write. Immutable; its array is shared. */
public final class Mutation {

    /** The kinds of mutations. */
    public enum Kind {
        /** Puts the value, with its expiry; an earlier expiry is dropped. */
        SET,
        /** Removes the key; an absent one is fine. */
        DELETE,
        /** Adds to a counter, modulo 2^64; the expiry is dropped. */
        SUM,
        /** Keeps the smaller of two counters; the expiry is dropped. */
        MIN,
        /** Keeps the greater of two counters; the expiry is dropped. */
        MAX
    }

    private final Kind kind;
    private final byte[] key;
    private final @Nullable KvValue value;
    private final @Nullable Instant expiresAt;

    private Mutation(Kind kind, byte[] key, @Nullable KvValue value, @Nullable Instant expiresAt) {
        this.kind = kind;
        this.key = key;
        this.value = value;
        this.expiresAt = expiresAt;
    }

    /**
     * Puts a value.
     *
     * @param key the encoded key
     * @param value the value
     * @param expiresAt the time from which it is not shown, or null for never
     * @return the mutation
     */
    public static Mutation set(byte[] key, KvValue value, @Nullable Instant expiresAt) {
        return new Mutation(Kind.SET, key, value, expiresAt);
    }

    /**
     * Removes a key.
     *
     * @param key the encoded key
     * @return the mutation
     */
    public static Mutation delete(byte[] key) {
        return new Mutation(Kind.DELETE, key, null, null);
    }

    /**
     * Changes a counter.
     *
     * @param kind {@link Kind#SUM}, {@link Kind#MIN} or {@link Kind#MAX}
     * @param key the encoded key
     * @param operand the stored form of a {@link KvU64}
     * @return the mutation
     * @throws IllegalArgumentException if the kind or the operand is another
     */
    public static Mutation counter(Kind kind, byte[] key, KvValue operand) {
        if (kind == Kind.SET || kind == Kind.DELETE) {
            throw new IllegalArgumentException(kind + " is no change of a counter");
        }
        if (operand.toU64() == null) {
            throw new IllegalArgumentException("the operand of " + kind + " is no KvU64: " + operand);
        }
        return new Mutation(kind, key, operand, null);
    }

    /**
     * What the mutation does.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
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
     * The value to put, or the operand.
     *
     * @return the value; null for {@link Kind#DELETE} only
     */
    public @Nullable KvValue value() {
        return value;
    }

    /**
     * The time from which the entry is not shown.
     *
     * @return the time, or null for never
     */
    public @Nullable Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Tells whether {@link #resultOn} needs to know what is stored under the key.
     *
     * @return true for the changes of counters
     */
    public boolean readsCurrent() {
        return kind != Kind.SET && kind != Kind.DELETE;
    }

    /**
     * What the key holds after this mutation, so that every backend computes the same.
     *
     * @param current what it holds before, or null if it is absent or expired; not looked at unless {@link #readsCurrent()}
     * @return the value, or null if the key is absent afterwards
     * @throws KvMutationException if what is stored is no counter; the whole write must be given up
     */
    public @Nullable KvValue resultOn(@Nullable KvValue current) {
        if (!readsCurrent() || current == null) {
            return value;
        }
        KvU64 old = current.toU64();
        if (old == null) {
            throw new KvMutationException(kind.name().toLowerCase(Locale.ROOT) + " on the key " + KvKey.shape(key)
                    + ": the stored value is no KvU64 but " + current + "; set a KvU64 first, or use another key");
        }
        KvU64 operand = Objects.requireNonNull(Objects.requireNonNull(value).toU64());
        return KvValue.of(
                switch (kind) {
                    case SUM -> KvU64.ofUnsigned(old.unsignedLongValue() + operand.unsignedLongValue());
                    case MIN -> old.compareTo(operand) <= 0 ? old : operand;
                    case MAX -> old.compareTo(operand) >= 0 ? old : operand;
                    case SET, DELETE -> throw new IllegalStateException(kind.name());
                });
    }

    /** The kind, the shape of the key, the size of the value. */
    @Override
    public String toString() {
        return "Mutation(" + kind + ", " + KvKey.shape(key) + (value == null ? ")" : ", " + value + ")");
    }
}
