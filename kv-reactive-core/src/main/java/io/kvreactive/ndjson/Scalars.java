// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what is written alike in keys and in values; everything throws {@link Refused}. */
final class Scalars {

    /** What a value of 65,536 bytes holds. Longer texts take minutes to read. */
    private static final int MOST_DIGITS = 157_827;

    /** As many digits as every integer has that a double holds exactly. */
    private static final int EXACT_DIGITS = 15;

    private static final Pattern INTEGER = Pattern.compile("-?\\d+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,30}");

    private Scalars() {}

    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> object(@Nullable Object json, String what) {
        if (json instanceof Map<?, ?>) {
            return (Map<String, @Nullable Object>) json;
        }
        throw new Refused(what + " that is no JSON object");
    }

    static String string(@Nullable Object json, String what) {
        if (json instanceof String text) {
            return text;
        }
        throw new Refused(what + " that is no string");
    }

    static boolean bool(@Nullable Object json) {
        if (json instanceof Boolean bool) {
            return bool;
        }
        throw new Refused("a boolean that is neither true nor false");
    }

    /** The double that a number of JSON is; an integer that would be rounded is none. */
    static double number(@Nullable Object json) {
        if (json instanceof JsonReader.Numeral numeral) {
            return number(numeral.text());
        }
        return switch (string(json, "a number")) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new Refused("a number that is none of NaN, Infinity and -Infinity");
        };
    }

    private static double number(String text) {
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw new Refused("a number that is too large for JavaScript");
        }
        if (text.length() > EXACT_DIGITS
                && INTEGER.matcher(text).matches()
                // As JavaScript writes it: the digits that tell it from its neighbours, and zeros.
                && new BigDecimal(V8Number.float64(number).text()).compareTo(new BigDecimal(text)) != 0) {
            throw new Refused("an integer that no number of JavaScript holds, though a bigint would");
        }
        return number;
    }

    static BigInteger bigint(@Nullable Object json) {
        String text = string(json, "a bigint");
        if (text.length() > MOST_DIGITS || !INTEGER.matcher(text).matches()) {
            throw new Refused("a bigint that is no decimal text, or has more than " + MOST_DIGITS + " digits");
        }
        return new BigInteger(text);
    }

    static byte[] bytes(@Nullable Object json) {
        return Base64Url.decode(string(json, "bytes"));
    }

    /** A whole number of at least zero. */
    static long whole(@Nullable Object json, String what) {
        if (json instanceof JsonReader.Numeral numeral && numeral.text().matches("\\d{1,18}")) {
            return Long.parseLong(numeral.text());
        }
        throw new Refused(what + " that is no whole number of 0 or more");
    }

    /** A type for a message: names may be shown, anything else may be a value. */
    static String named(String type) {
        return NAME.matcher(type).matches() ? type : "unnamed";
    }

    /** Whether a Map or Set can hold all of them. Objects are distinct by themselves. */
    static boolean areDistinct(List<V8Value> members) {
        // Of what can be ordered, many of one hash do no harm.
        Set<Object> seen = new HashSet<>();
        for (V8Value member : members) {
            Object content = member instanceof V8String string
                    ? string.text()
                    : member instanceof V8Number number
                            ? (Object) number.value()
                            : member instanceof V8BigInt bigint ? bigint.value() : member;
            if (!seen.add(content)) {
                return false;
            }
        }
        return true;
    }
}
