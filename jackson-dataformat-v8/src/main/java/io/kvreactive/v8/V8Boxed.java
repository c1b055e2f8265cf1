// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigInteger;
import java.util.Objects;

/**
 * A primitive in an object: {@code Object(true)}, {@code Object(1)}, {@code Object(1n)}, {@code Object("")}.
 *
 * @see "docs/spec/v8-structured-clone.md, section 1.9"
 */
public final class V8Boxed implements V8Value {

    private final V8Value value;

    private V8Boxed(V8Value value) {
        this.value = value;
    }

    /**
     * A Boolean object.
     *
     * @param value the value
     * @return the object
     */
    public static V8Boxed of(boolean value) {
        return new V8Boxed(V8Boolean.of(value));
    }

    /**
     * A Number object.
     *
     * @param value the value
     * @return the object
     */
    public static V8Boxed of(double value) {
        return new V8Boxed(V8Number.float64(value));
    }

    /**
     * A BigInt object.
     *
     * @param value the value
     * @return the object
     */
    public static V8Boxed of(BigInteger value) {
        return new V8Boxed(V8BigInt.of(value));
    }

    /**
     * A String object.
     *
     * @param value the value
     * @return the object
     */
    public static V8Boxed of(String value) {
        return new V8Boxed(V8String.of(value));
    }

    /**
     * The object for a primitive, keeping how it is stored.
     *
     * @param primitive a boolean, number, bigint or string
     * @return the object
     */
    public static V8Boxed of(V8Value primitive) {
        if (Objects.requireNonNull(primitive, "primitive") instanceof V8Number number) {
            return new V8Boxed(V8Number.ofBits(number.bits()));
        }
        if (primitive instanceof V8Boolean || primitive instanceof V8BigInt || primitive instanceof V8String) {
            return new V8Boxed(primitive);
        }
        throw new IllegalArgumentException(
                "primitive: a boolean, number, bigint or string can be boxed, not " + primitive);
    }

    /**
     * The primitive.
     *
     * @return a boolean, number, bigint or string
     */
    public V8Value value() {
        return value;
    }

    @Override
    public String toString() {
        return "V8Boxed(" + value + ")";
    }
}
