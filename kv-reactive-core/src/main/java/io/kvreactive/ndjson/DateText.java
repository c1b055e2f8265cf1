// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JavaScript's text of a Date, as its {@code toISOString} gives it: in years beyond four digits, six and a sign. */
final class DateText {

    private static final double MAX_MILLIS = 8.64e15;
    private static final Pattern TEXT =
            Pattern.compile("(\\d{4}|[+-]\\d{6})-(\\d{2})-(\\d{2})T(\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,3}))?Z");

    private DateText() {}

    /** The text of a valid Date of whole milliseconds. */
    static String of(long epochMillis) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(
                Math.floorDiv(epochMillis, 1000L), Math.floorMod(epochMillis, 1000) * 1_000_000, ZoneOffset.UTC);
        int year = time.getYear();
        String yearFormat = year >= 0 && year <= 9999 ? "%04d" : "%+07d";
        return String.format(
                Locale.ROOT,
                yearFormat + "-%02d-%02dT%02d:%02d:%02d.%03dZ",
                year,
                time.getMonthValue(),
                time.getDayOfMonth(),
                time.getHour(),
                time.getMinute(),
                time.getSecond(),
                time.getNano() / 1_000_000);
    }

    /** The time in milliseconds since 1970; throws {@link Refused}. */
    static double parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || parts.group(1).equals("-000000")) {
            throw refused();
        }
        try {
            LocalDateTime time = LocalDateTime.of(
                    number(parts, 1),
                    number(parts, 2),
                    number(parts, 3),
                    number(parts, 4),
                    number(parts, 5),
                    number(parts, 6),
                    millis(parts.group(7)) * 1_000_000);
            double millis = time.toInstant(ZoneOffset.UTC).toEpochMilli();
            if (Math.abs(millis) <= MAX_MILLIS) {
                return millis;
            }
        } catch (DateTimeException e) {
            // A month of 13, say; the message would show it.
        }
        throw refused();
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static int millis(@Nullable String digits) {
        return digits == null ? 0 : Integer.parseInt((digits + "00").substring(0, 3));
    }

    private static Refused refused() {
        return new Refused("a Date that is no time of JavaScript's in UTC, as 2026-01-31T23:59:59.999Z");
    }
}
