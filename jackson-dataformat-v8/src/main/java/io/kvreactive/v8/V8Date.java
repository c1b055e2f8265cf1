// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.time.Instant;

/**
 * A Date as it is stored: a double of milliseconds since 1970, perhaps fractional, perhaps invalid. Dates have an identity: two of equal time are
 * not equal.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.9"
 */
public final class V8Date implements V8Value {

    /** The farthest that a Date reaches from 1970 either way, in milliseconds. */
    static final double MAX_MILLIS = 8.64e15;

    private final long bits;

    private V8Date(long bits) {
        this.bits = bits;
    }

    /**
     * A Date.
     *
     * @param epochMillis milliseconds since 1970; NaN for an invalid Date
     * @return the Date
     */
    public static V8Date of(double epochMillis) {
        return new V8Date(V8Number.float64(epochMillis).bits());
    }

    /**
     * A Date of exactly these bits.
     *
     * @param bits the bits as {@link Double#doubleToRawLongBits(double)} gives them
     * @return the Date
     */
    public static V8Date ofBits(long bits) {
        return new V8Date(bits);
    }

    /**
     * The time as stored.
     *
     * @return milliseconds since 1970
     */
    public double epochMillis() {
        return Double.longBitsToDouble(bits);
    }

    /**
     * The bits of the time as stored.
     *
     * @return the bits as {@link Double#longBitsToDouble(long)} takes them
     */
    public long bits() {
        return bits;
    }

    /**
     * Whether the Date is a time at all: a number within 8.64e15 milliseconds of 1970.
     *
     * @return true if {@link #toInstant()} works
     */
    public boolean isValid() {
        return Math.abs(epochMillis()) <= MAX_MILLIS;
    }

    /**
     * The time as JavaScript reads it: whole milliseconds, a fraction cut off.
     *
     * @return the instant
     * @throws IllegalStateException if the Date is invalid
     */
    public Instant toInstant() {
        if (!isValid()) {
            throw new IllegalStateException("an invalid Date is no instant");
        }
        return Instant.ofEpochMilli((long) epochMillis());
    }

    @Override
    public String toString() {
        return isValid() ? "V8Date" : "V8Date(invalid)";
    }
}
