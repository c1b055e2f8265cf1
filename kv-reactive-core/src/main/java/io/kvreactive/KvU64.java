// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * An unsigned 64-bit integer: Deno's {@code KvU64}, the type of counters, which {@code sum}, {@code min} and {@code max} work on. It is a
 * value of its own at the top level only; it cannot stand inside another value.
 *
 * <p>Immutable and thread-safe; the natural order is that of the unsigned numbers.
 */
public final class KvU64 implements Comparable<KvU64> {

    /** Zero. */
    public static final KvU64 ZERO = new KvU64(0);

    /** The largest value, 2^64 − 1. */
    public static final KvU64 MAX = new KvU64(-1);

    private final long bits;

    private KvU64(long bits) {
        this.bits = bits;
    }

    /**
     * The value of a long that is not negative.
     *
     * @param value 0 to 2^63 − 1
     * @return the value
     * @throws IllegalArgumentException if it is negative; a counter that must go down is one for a check-and-set loop or a number
     */
    public static KvU64 of(long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "a KvU64 is not negative: " + value + "; for the upper half use KvU64.of(BigInteger)");
        }
        return new KvU64(value);
    }

    /**
     * The value of a big integer.
     *
     * @param value 0 to 2^64 − 1
     * @return the value
     * @throws IllegalArgumentException if it is out of this range
     */
    public static KvU64 of(BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException("a KvU64 is from 0 to 2^64 − 1, the given integer has sign "
                    + value.signum() + " and " + value.bitLength() + " bits");
        }
        return new KvU64(value.longValue());
    }

    /**
     * The value whose 64 bits these are.
     *
     * @param bits an unsigned 64-bit number, as {@link Long#parseUnsignedLong} gives it
     * @return the value
     */
    public static KvU64 ofUnsigned(long bits) {
        return new KvU64(bits);
    }

    /**
     * The value as a long.
     *
     * @return 0 to 2^63 − 1
     * @throws ArithmeticException if it is greater; see {@link #toBigInteger()}
     */
    public long longValueExact() {
        if (bits < 0) {
            throw new ArithmeticException(
                    "the KvU64 is greater than a long can hold; use toBigInteger() or unsignedLongValue()");
        }
        return bits;
    }

    /**
     * The 64 bits, for {@link Long}'s unsigned methods.
     *
     * @return an unsigned 64-bit number
     */
    public long unsignedLongValue() {
        return bits;
    }

    /**
     * The value as a big integer.
     *
     * @return 0 to 2^64 − 1
     */
    public BigInteger toBigInteger() {
        BigInteger low = BigInteger.valueOf(bits & Long.MAX_VALUE);
        return bits < 0 ? low.setBit(Long.SIZE - 1) : low;
    }

    @Override
    public int compareTo(KvU64 other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KvU64 u64 && bits == u64.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    /** The decimal digits. */
    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
