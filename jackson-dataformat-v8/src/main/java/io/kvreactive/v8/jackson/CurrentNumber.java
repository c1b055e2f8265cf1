// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/** The number that a parser stands on, and its exact conversions: nothing is ever cut off. docs/spec/v8-structured-clone.md, section 2.4. */
final class CurrentNumber {

    private static final double UNSAFE = 1L << 53;
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private final V8Parser parser;
    private NumberType type = NumberType.INT;
    private long integer;
    private double number;
    private @Nullable BigInteger big;

    CurrentNumber(V8Parser parser) {
        this.parser = parser;
    }

    JsonToken set(long value) {
        type = (int) value == value ? NumberType.INT : NumberType.LONG;
        integer = value;
        return JsonToken.VALUE_NUMBER_INT;
    }

    /** Integral, safe and not -0 is an integer, whatever its tag. */
    JsonToken set(double value) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < UNSAFE && (whole != 0 || Double.doubleToRawLongBits(value) == 0)) {
            return set(whole);
        }
        type = NumberType.DOUBLE;
        number = value;
        return JsonToken.VALUE_NUMBER_FLOAT;
    }

    JsonToken set(BigInteger value) {
        type = NumberType.BIG_INTEGER;
        big = value;
        return JsonToken.VALUE_NUMBER_INT;
    }

    NumberType type() {
        return type;
    }

    Number value() {
        return switch (type) {
            case INT -> (Number) (int) integer;
            case LONG -> (Number) integer;
            case BIG_INTEGER -> big();
            default -> (Number) number;
        };
    }

    boolean isNaN() {
        return type == NumberType.DOUBLE && !Double.isFinite(number);
    }

    boolean isIntegral() {
        return type != NumberType.DOUBLE || (number == Math.rint(number) && Double.isFinite(number));
    }

    int asInt() {
        return (int) within(Integer.MIN_VALUE, Integer.MAX_VALUE, int.class);
    }

    long asLong() {
        return within(Long.MIN_VALUE, Long.MAX_VALUE, long.class);
    }

    /** The integral value, which must lie between the two. */
    long within(long least, long greatest, Class<?> target) {
        long value;
        switch (type) {
            case INT, LONG -> value = integer;
            case BIG_INTEGER -> {
                BigInteger exact = big();
                if (exact.compareTo(MIN_LONG) < 0 || exact.compareTo(MAX_LONG) > 0) {
                    throw parser.notExact("a bigint out of the range of " + target.getSimpleName(), target);
                }
                value = exact.longValue();
            }
            default -> {
                // The greatest long rounds up to 2^63, which is none.
                if (number != Math.rint(number) || number < Long.MIN_VALUE || number >= 0x1p63) {
                    throw parser.notExact(
                            "a number that is not integral, or out of the range of " + target.getSimpleName(), target);
                }
                requireSafe(target);
                value = (long) number;
            }
        }
        if (value < least || value > greatest) {
            throw parser.notExact("a number out of the range of " + target.getSimpleName(), target);
        }
        return value;
    }

    double asDouble() {
        return switch (type) {
            case INT, LONG -> integer;
            case BIG_INTEGER -> {
                double nearest = big().doubleValue();
                if (Double.isInfinite(nearest) || new BigDecimal(nearest).compareTo(new BigDecimal(big())) != 0) {
                    throw parser.notExact("a bigint that no double holds", double.class);
                }
                yield nearest;
            }
            default -> number;
        };
    }

    BigInteger asBigInteger() {
        return switch (type) {
            case INT, LONG -> BigInteger.valueOf(integer);
            case BIG_INTEGER -> big();
            default -> {
                if (number != Math.rint(number) || Double.isInfinite(number)) {
                    throw parser.notExact("a number that is not integral", BigInteger.class);
                }
                requireSafe(BigInteger.class);
                yield new BigDecimal(number).toBigIntegerExact();
            }
        };
    }

    BigDecimal asBigDecimal() {
        return switch (type) {
            case INT, LONG -> BigDecimal.valueOf(integer);
            case BIG_INTEGER -> new BigDecimal(big());
            default -> {
                if (!Double.isFinite(number)) {
                    throw parser.notExact("NaN or an infinity", BigDecimal.class);
                }
                yield BigDecimal.valueOf(number);
            }
        };
    }

    /** From 2^53 on, a neighbour may have been meant. */
    private void requireSafe(Class<?> target) {
        if (Math.abs(number) >= UNSAFE && parser.refusesUnsafeIntegers()) {
            throw parser.notExact(
                    "an integral number beyond 2^53 - 1, which V8Options.UnsafeIntegers.ACCEPT reads,", target);
        }
    }

    private BigInteger big() {
        BigInteger value = big;
        return value == null ? BigInteger.ZERO : value;
    }
}
