// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.SumRange;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the result of {@code sumNumber} or {@code sumBigInt} is held to: {@code SumLimits.min(0).andMax(100)}. A result outside is an error,
 * or with {@link #clamp()} the bound. An absent key takes the first addend as it is, as in Deno. Immutable.
 */
public final class SumLimits {

    private static final SumLimits NONE = new SumLimits(null, null, SumRange.Outside.FAIL);

    private final @Nullable Number min;
    private final @Nullable Number max;
    private final SumRange.Outside outside;

    private SumLimits(@Nullable Number min, @Nullable Number max, SumRange.Outside outside) {
        this.min = min;
        this.max = max;
        this.outside = outside;
    }

    /**
     * No limits.
     *
     * @return the limits
     */
    public static SumLimits none() {
        return NONE;
    }

    /**
     * At least so much, for {@code sumNumber}.
     *
     * @param min the smallest result
     * @return the limits
     */
    public static SumLimits min(double min) {
        return new SumLimits(min, null, SumRange.Outside.FAIL);
    }

    /**
     * At least so much, for {@code sumBigInt}.
     *
     * @param min the smallest result
     * @return the limits
     */
    public static SumLimits min(BigInteger min) {
        return new SumLimits(min, null, SumRange.Outside.FAIL);
    }

    /**
     * At most so much, for {@code sumNumber}.
     *
     * @param max the greatest result
     * @return the limits
     */
    public static SumLimits max(double max) {
        return new SumLimits(null, max, SumRange.Outside.FAIL);
    }

    /**
     * At most so much, for {@code sumBigInt}.
     *
     * @param max the greatest result
     * @return the limits
     */
    public static SumLimits max(BigInteger max) {
        return new SumLimits(null, max, SumRange.Outside.FAIL);
    }

    /**
     * These limits, and at most so much, for {@code sumNumber}.
     *
     * @param greatest the greatest result
     * @return new limits
     */
    public SumLimits andMax(double greatest) {
        return new SumLimits(min, greatest, outside);
    }

    /**
     * These limits, and at most so much, for {@code sumBigInt}.
     *
     * @param greatest the greatest result
     * @return new limits
     */
    public SumLimits andMax(BigInteger greatest) {
        return new SumLimits(min, greatest, outside);
    }

    /**
     * These limits, but a result outside becomes the bound instead of an error.
     *
     * @return new limits
     */
    public SumLimits clamp() {
        return new SumLimits(min, max, SumRange.Outside.CLAMP);
    }

    /** The range for operands of a type; a bound of the other type does not fit. */
    SumRange toRange(Class<? extends Number> operand, ValueCodec codec) {
        return new SumRange(stored("min", min, operand, codec), stored("max", max, operand, codec), outside);
    }

    private static @Nullable KvValue stored(
            String name, @Nullable Number bound, Class<? extends Number> operand, ValueCodec codec) {
        if (bound == null) {
            return null;
        }
        if (bound.getClass() != operand) {
            throw new IllegalArgumentException("the limit " + name + " is a " + nameOf(bound.getClass())
                    + ", the addend a " + nameOf(operand) + "; JavaScript does not compare the two");
        }
        return codec.encode(bound);
    }

    private static String nameOf(Class<? extends Number> type) {
        return type == BigInteger.class ? "bigint" : "number";
    }
}
