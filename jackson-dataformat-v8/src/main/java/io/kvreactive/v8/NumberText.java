// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The text that JavaScript gives to a number, and array indexes written as text. docs/spec/v8-structured-clone.md, sections 1.7 and 2.8. */
final class NumberText {

    /** The greatest array index; 4294967295 is an ordinary property. */
    static final long MAX_INDEX = 4294967294L;

    private static final double EXACT_LONGS = 1L << 53;
    private static final int SIGNIFICANT_DIGITS = 17;

    private NumberText() {}

    /** The text of a number as {@code String(x)} gives it. */
    static String of(double x) {
        if (x == 0) {
            return "0";
        }
        if (Math.abs(x) <= EXACT_LONGS && x == Math.rint(x)) {
            return Long.toString((long) x);
        }
        if (Double.isNaN(x)) {
            return "NaN";
        }
        if (Double.isInfinite(x)) {
            return x > 0 ? "Infinity" : "-Infinity";
        }
        return x < 0 ? "-" + positive(-x) : positive(x);
    }

    /** The array index that a key's text stands for, or -1: canonical decimals from 0 to 4294967294 only. */
    static long index(String text) {
        int length = text.length();
        if (length == 0 || length > 10 || (length > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        long index = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            index = index * 10 + digit;
        }
        return index <= MAX_INDEX ? index : -1;
    }

    /** The array index that a number key stands for, or -1. */
    static long index(double key) {
        return key >= 0 && key <= MAX_INDEX && key == Math.rint(key) ? (long) key : -1;
    }

    private static String positive(double x) {
        BigDecimal shortest = shortest(x).stripTrailingZeros();
        String digits = shortest.unscaledValue().toString();
        // The number is 0.digits times ten to the power of point.
        int point = digits.length() - shortest.scale();
        if (point > 21 || point < -5) {
            String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
            return digits.charAt(0) + fraction + "e" + (point > 0 ? "+" : "-") + Math.abs(point - 1);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (point >= digits.length()) {
            return digits + "0".repeat(point - digits.length());
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }

    /** The fewest digits that read back as the same double. Double.toString gives more than needed before JDK 19. */
    private static BigDecimal shortest(double x) {
        BigDecimal exact = new BigDecimal(x);
        for (int digits = 1; digits < SIGNIFICANT_DIGITS; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (nearest.doubleValue() == x) {
                return nearest;
            }
            // Next to a power of two the nearer neighbour may belong to another double, and the farther one to this.
            BigDecimal farther = exact.round(
                    new MathContext(digits, nearest.compareTo(exact) < 0 ? RoundingMode.UP : RoundingMode.DOWN));
            if (farther.doubleValue() == x) {
                return farther;
            }
        }
        return exact.round(new MathContext(SIGNIFICANT_DIGITS, RoundingMode.HALF_EVEN));
    }
}
