// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One change of one key within a write. Immutable; its array is shared. */
public final class Mutation {

    /** The kinds of mutations. */
    public enum Kind {
        /** Puts the value, with its expiry; an earlier expiry is dropped. */
        SET,
        /** As {@link #SET}, under the key followed by the versionstamp of the commit; see {@link Mutation#keyAt}. */
        SET_VERSIONSTAMPED,
        /** Removes the key; an absent one is fine. */
        DELETE,
        /** Adds to a counter, a number or a bigint; the expiry is dropped. */
        SUM,
        /** Keeps the smaller of two counters; the expiry is dropped. */
        MIN,
        /** Keeps the greater of two counters; the expiry is dropped. */
        MAX
    }

    /** The bytes that a versionstamp adds to a key: tag, twenty digits, end. */
    public static final int VERSIONSTAMP_SUFFIX_BYTES = 22;

    /** The last time at which an entry may expire, as in Deno: {@code docs/spec/keys-and-values.md}, section 4. */
    public static final Instant LATEST_EXPIRY = Instant.ofEpochMilli(8_210_266_876_799_999L);

    private static final byte STRING_TAG = 2;

    private final Kind kind;
    private final byte[] key;
    private final @Nullable KvValue value;
    private final @Nullable Instant expiresAt;
    private final SumRange range;

    private Mutation(Kind kind, byte[] key, @Nullable KvValue value, @Nullable Instant expiresAt, SumRange range) {
        this.kind = kind;
        this.key = key;
        this.value = value;
        this.expiresAt = expiresAt;
        this.range = range;
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
        return new Mutation(Kind.SET, key, value, expiresAt, SumRange.UNBOUNDED);
    }

    /**
     * Puts a value under a key that ends with the versionstamp of the commit.
     *
     * @param prefix the encoded key without the versionstamp
     * @param value the value
     * @param expiresAt the time from which it is not shown, or null for never
     * @return the mutation
     */
    public static Mutation setVersionstamped(byte[] prefix, KvValue value, @Nullable Instant expiresAt) {
        return new Mutation(Kind.SET_VERSIONSTAMPED, prefix, value, expiresAt, SumRange.UNBOUNDED);
    }

    /**
     * Removes a key.
     *
     * @param key the encoded key
     * @return the mutation
     */
    public static Mutation delete(byte[] key) {
        return new Mutation(Kind.DELETE, key, null, null, SumRange.UNBOUNDED);
    }

    /**
     * Adds to what is stored.
     *
     * @param key the encoded key
     * @param operand the stored form of a {@code KvU64}, of a number, or of a bigint
     * @param range what the result is held to; of no effect on a {@code KvU64}
     * @return the mutation
     */
    public static Mutation sum(byte[] key, KvValue operand, SumRange range) {
        return new Mutation(Kind.SUM, key, operand, null, range);
    }

    /**
     * Keeps the smaller of what is stored and an operand.
     *
     * @param key the encoded key
     * @param operand the stored form of a {@code KvU64}
     * @return the mutation
     */
    public static Mutation min(byte[] key, KvValue operand) {
        return new Mutation(Kind.MIN, key, operand, null, SumRange.UNBOUNDED);
    }

    /**
     * Keeps the greater of what is stored and an operand.
     *
     * @param key the encoded key
     * @param operand the stored form of a {@code KvU64}
     * @return the mutation
     */
    public static Mutation max(byte[] key, KvValue operand) {
        return new Mutation(Kind.MAX, key, operand, null, SumRange.UNBOUNDED);
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
     * The encoded key as it was given: for {@link Kind#SET_VERSIONSTAMPED}, without the versionstamp.
     *
     * @return the bytes; shared
     */
    public byte[] key() {
        return key;
    }

    /**
     * The encoded key that is changed ({@code docs/spec/keys-and-values.md}, section 6).
     *
     * @param versionstamp the version of the commit
     * @return {@link #key()}, for {@link Kind#SET_VERSIONSTAMPED} followed by the versionstamp as a string part; shared
     */
    public byte[] keyAt(Versionstamp versionstamp) {
        if (kind != Kind.SET_VERSIONSTAMPED) {
            return key;
        }
        byte[] stamped = Arrays.copyOf(key, key.length + VERSIONSTAMP_SUFFIX_BYTES);
        byte[] digits = versionstamp.toString().getBytes(StandardCharsets.US_ASCII);
        stamped[key.length] = STRING_TAG;
        System.arraycopy(digits, 0, stamped, key.length + 1, digits.length);
        return stamped;
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
     * What the result of a {@link Kind#SUM} is held to.
     *
     * @return the range
     */
    public SumRange range() {
        return range;
    }

    /**
     * Tells whether {@link #resultOn} needs to know what is stored under the key.
     *
     * @return true for {@link Kind#SUM}, {@link Kind#MIN} and {@link Kind#MAX}
     */
    public boolean readsCurrent() {
        return kind == Kind.SUM || kind == Kind.MIN || kind == Kind.MAX;
    }

    /**
     * What the key holds after this mutation, so that every backend computes the same.
     *
     * @param current what it holds before, or null if it is absent or expired; not looked at unless {@link #readsCurrent()}
     * @return the value, or null if the key is absent afterwards
     * @throws KvMutationException if the operand or what is stored does not fit; the whole write must be given up
     */
    public @Nullable KvValue resultOn(@Nullable KvValue current) {
        if (!readsCurrent()) {
            return value;
        }
        return new Arithmetic(kind, key).apply(current, Objects.requireNonNull(value, "operand"), range);
    }

    /** The kind, the shape of the key, the size of the value. */
    @Override
    public String toString() {
        return "Mutation(" + kind + ", " + KvKey.shape(key) + (value == null ? ")" : ", " + value + ")");
    }
}
