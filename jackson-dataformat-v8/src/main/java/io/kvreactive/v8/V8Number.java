// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import org.jspecify.annotations.Nullable;

/**
 * A number, with the tag it is stored by. Numbers of equal value are equal whatever their tags; NaN equals NaN, and -0 differs from 0.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.5"
 */
public final class V8Number implements V8Key {

    private static final long NAN = 0x7ff8000000000000L;

    private final long bits;
    private final Kind kind;

    private V8Number(long bits, Kind kind) {
        this.bits = bits;
        this.kind = kind;
    }

    /**
     * A number stored as V8 stores a literal: a 32-bit integer where that holds it, otherwise a double.
     *
     * @param value the value
     * @return the number
     */
    public static V8Number of(double value) {
        int integer = (int) value;
        if (integer == value && (integer != 0 || Double.doubleToRawLongBits(value) == 0)) {
            return int32(integer);
        }
        return float64(value);
    }

    /**
     * A number stored as a signed 32-bit integer.
     *
     * @param value the value
     * @return the number
     */
    public static V8Number int32(int value) {
        return new V8Number(Double.doubleToRawLongBits(value), Kind.INT32);
    }

    /**
     * A number stored as an unsigned 32-bit integer, as V8 no longer does.
     *
     * @param value the value, 0 to 4294967295
     * @return the number
     */
    public static V8Number uint32(long value) {
        if (value >>> 32 != 0) {
            throw new IllegalArgumentException("value: not an unsigned 32-bit integer");
        }
        return new V8Number(Double.doubleToRawLongBits((double) value), Kind.UINT32);
    }

    /**
     * A number stored as a double. NaN is stored as V8 stores the literal.
     *
     * @param value the value
     * @return the number
     */
    public static V8Number float64(double value) {
        return new V8Number(Double.isNaN(value) ? NAN : Double.doubleToRawLongBits(value), Kind.FLOAT64);
    }

    /**
     * A number stored as a double of exactly these bits.
     *
     * @param bits the bits as {@link Double#doubleToRawLongBits(double)} gives them
     * @return the number
     */
    public static V8Number ofBits(long bits) {
        return new V8Number(bits, Kind.FLOAT64);
    }

    /**
     * The value.
     *
     * @return the number as a double, which holds every JavaScript number
     */
    public double value() {
        return Double.longBitsToDouble(bits);
    }

    /**
     * The bits of the value, in which NaNs differ.
     *
     * @return the bits as {@link Double#longBitsToDouble(long)} takes them
     */
    public long bits() {
        return bits;
    }

    /**
     * How the number is stored.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    @Override
    public String text() {
        return NumberText.of(value());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof V8Number that && Double.compare(value(), that.value()) == 0;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(value());
    }

    @Override
    public String toString() {
        return "V8Number(" + kind + ")";
    }

    /** How a number is stored. */
    public enum Kind {
        /** Tag {@code I}. */
        INT32,
        /** Tag {@code U}. */
        UINT32,
        /** Tag {@code N}. */
        FLOAT64
    }
}
