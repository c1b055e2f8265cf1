// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bigint, with the number of bytes it is stored in. Bigints of equal value are equal; a bigint never equals a number.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.5"
 */
public final class V8BigInt implements V8Value {

    private final BigInteger value;
    private final int byteLength;

    private V8BigInt(BigInteger value, int byteLength) {
        this.value = value;
        this.byteLength = byteLength;
    }

    /**
     * A bigint stored as V8 stores it, in a multiple of eight bytes.
     *
     * @param value the value
     * @return the bigint
     */
    public static V8BigInt of(BigInteger value) {
        return new V8BigInt(value, ByteSink.bigintLength(value));
    }

    /**
     * A bigint stored in so many bytes.
     *
     * @param value the value
     * @param byteLength the number of digit bytes, enough for the value
     * @return the bigint
     */
    public static V8BigInt of(BigInteger value, int byteLength) {
        if (byteLength < (Objects.requireNonNull(value, "value").abs().bitLength() + 7) / 8) {
            throw new IllegalArgumentException("byteLength: " + byteLength + " bytes do not hold the value");
        }
        return new V8BigInt(value, byteLength);
    }

    /**
     * The value.
     *
     * @return the integer
     */
    public BigInteger value() {
        return value;
    }

    /**
     * The number of digit bytes.
     *
     * @return the length in bytes
     */
    public int byteLength() {
        return byteLength;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof V8BigInt that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "V8BigInt(" + byteLength + " bytes)";
    }
}
