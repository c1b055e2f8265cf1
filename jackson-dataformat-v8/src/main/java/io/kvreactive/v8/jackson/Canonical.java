// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What tells keys of a Map and members of a Set apart in JavaScript. */
final class Canonical {

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

    private Canonical() {}

    /** Something equal for all that JavaScript sees as one; null for objects, which are themselves. */
    static @Nullable Object of(Object value, V8Options options) {
        if (value instanceof Long integer) {
            boolean safe = integer >= -MAX_SAFE_INTEGER && integer <= MAX_SAFE_INTEGER;
            return safe && options.longs() != V8Options.Longs.ALWAYS_BIGINT
                    ? (Object) integer.doubleValue()
                    : BigInteger.valueOf(integer);
        }
        if (value instanceof BigInteger || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof BigDecimal decimal && options.decimals() == V8Options.Decimals.AS_STRING) {
            return decimal.toString();
        }
        if (value instanceof Number number) {
            return number.doubleValue() + 0.0;
        }
        if (value instanceof V8Number number) {
            return number.value() + 0.0;
        }
        if (value instanceof V8String text) {
            return text.text();
        }
        if (value instanceof V8BigInt bigint) {
            return bigint.value();
        }
        if (value instanceof V8Boolean bool) {
            return bool.value();
        }
        if (value == V8Null.INSTANCE) {
            return Output.class;
        }
        return value == V8Undefined.INSTANCE ? value : null;
    }
}
