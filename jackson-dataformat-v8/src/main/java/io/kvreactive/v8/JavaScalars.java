// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Java's numbers, times and other values without children. docs/spec/v8-structured-clone.md, sections 2.4 and 2.5. */
final class JavaScalars {

    private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;
    private static final int NANOS_PER_MILLI = 1_000_000;

    /** The types whose toString is the ISO-8601 form or the canonical text. */
    private static final Set<Class<?>> TEXTS = Set.of(
            OffsetDateTime.class,
            OffsetTime.class,
            ZonedDateTime.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            Year.class,
            YearMonth.class,
            MonthDay.class,
            Duration.class,
            Period.class,
            UUID.class,
            URI.class);

    private final GraphWriter writer;
    private final V8Options options;

    JavaScalars(GraphWriter writer) {
        this.writer = writer;
        this.options = writer.options();
    }

    void number(Number number) {
        if (number instanceof Double || number instanceof Float) {
            writer.out().number(number.doubleValue());
        } else if (number instanceof Long integer) {
            integer(integer);
        } else if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            writer.out().int32(number.intValue());
        } else if (number instanceof BigInteger integer) {
            bigint(integer);
        } else if (number instanceof BigDecimal decimal) {
            decimal(decimal);
        } else {
            throw unknown(number);
        }
    }

    /** Whether a long goes out as a number, not as a bigint. */
    boolean isNumber(long value) {
        return switch (options.longs()) {
            case ALWAYS_BIGINT -> false;
            case BIGINT_IF_UNSAFE -> isSafe(value);
            case FAIL, NUMBER_IF_EXACT -> true;
        };
    }

    private void integer(long value) {
        if (!isNumber(value)) {
            bigint(BigInteger.valueOf(value));
        } else if (isSafe(value) || (options.longs() == V8Options.Longs.NUMBER_IF_EXACT && isExact(value))) {
            writer.out().number((double) value);
        } else {
            throw writer.lossy(
                    "a long that no JavaScript number holds; V8Options.Longs.BIGINT_IF_UNSAFE writes a bigint");
        }
    }

    private static boolean isSafe(long value) {
        return value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER;
    }

    /** Long.MAX_VALUE rounds up to 2^63, which casts back to itself: the cast alone would not tell. */
    private static boolean isExact(long value) {
        return (long) (double) value == value && value != Long.MAX_VALUE;
    }

    private void bigint(BigInteger value) {
        writer.out().bigint(Tag.BIGINT, value, ByteSink.bigintLength(value));
    }

    private void decimal(BigDecimal value) {
        if (options.decimals() == V8Options.Decimals.AS_STRING) {
            writer.out().string(value.toString());
            return;
        }
        double number = value.doubleValue();
        if (Double.isInfinite(number) || BigDecimal.valueOf(number).compareTo(value) != 0) {
            throw writer.lossy(
                    "a BigDecimal that no JavaScript number holds; V8Options.Decimals.AS_STRING writes a string");
        }
        writer.out().number(number);
    }

    /** Writes a value that is neither a number nor a container; true if it wraps one whose children come next. */
    @SuppressWarnings("ReferenceEquality") // a value that stands for itself has no counterpart
    boolean other(Object value) {
        if (value instanceof Optional<?> optional) {
            return writer.value(optional.orElse(null));
        }
        if (value instanceof Instant instant) {
            instant(value, instant);
            return false;
        }
        if (value instanceof Date date) {
            instant(value, instantOf(date));
            return false;
        }
        Object plain = plain(value);
        if (plain == value) {
            throw unknown(value);
        }
        return writer.value(plain);
    }

    /** The string, number or null that stands for a value; the value itself if there is none. */
    private static @Nullable Object plain(Object value) {
        if (value instanceof CharSequence || value instanceof Character || TEXTS.contains(value.getClass())) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof ZoneId zone) {
            return zone.getId();
        }
        if (value instanceof Locale locale) {
            return locale.toLanguageTag();
        }
        if (value instanceof Currency currency) {
            return currency.getCurrencyCode();
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? (Object) optional.getAsInt() : null;
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? (Object) optional.getAsLong() : null;
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? (Object) optional.getAsDouble() : null;
        }
        return value;
    }

    /** Something equal for all Java keys that JavaScript sees as one; null for what has an identity there. */
    @Nullable
    @SuppressWarnings("ReferenceEquality") // a value that stands for itself has no counterpart
    Object canonical(Object key) {
        if (key instanceof Long integer && !isNumber(integer)) {
            return BigInteger.valueOf(integer);
        }
        if (key instanceof BigInteger || key instanceof String) {
            return key;
        }
        if (key instanceof BigDecimal && options.decimals() == V8Options.Decimals.AS_STRING) {
            return key.toString();
        }
        if (key instanceof Number number) {
            // Adding zero makes -0 the 0 that JavaScript makes of it.
            return number.doubleValue() + 0.0;
        }
        if (key instanceof Optional<?> optional) {
            return optional.isPresent() ? canonical(optional.get()) : V8Null.INSTANCE;
        }
        if (key instanceof Instant instant && options.instants() == V8Options.Instants.ISO_STRING) {
            return instant.toString();
        }
        Object plain = plain(key);
        if (plain == null) {
            return V8Null.INSTANCE;
        }
        return plain == key ? null : canonical(plain);
    }

    @SuppressWarnings("JavaUtilDate") // it is what callers may hold
    private static Instant instantOf(Date date) {
        // The two subclasses that refuse toInstant; the module java.sql may be absent.
        String type = date.getClass().getName();
        return type.equals("java.sql.Date") || type.equals("java.sql.Time")
                ? Instant.ofEpochMilli(date.getTime())
                : date.toInstant();
    }

    private void instant(Object source, Instant instant) {
        if (options.instants() == V8Options.Instants.ISO_STRING) {
            writer.out().string(instant.toString());
            return;
        }
        if (instant.getNano() % NANOS_PER_MILLI != 0 && options.instants() == V8Options.Instants.FAIL) {
            throw writer.lossy(
                    "an Instant with a part below the millisecond; V8Options.Instants.TRUNCATE cuts it off, ISO_STRING keeps it");
        }
        long limit = (long) V8Date.MAX_MILLIS / 1000;
        if (Math.abs(instant.getEpochSecond()) > limit || Math.abs(instant.toEpochMilli()) > V8Date.MAX_MILLIS) {
            throw writer.lossy(
                    "an Instant farther than 8.64e15 milliseconds from 1970; V8Options.Instants.ISO_STRING keeps it");
        }
        if (!writer.known(source)) {
            writer.takeId(source);
            writer.out().put(Tag.DATE);
            writer.out().bits(Double.doubleToRawLongBits((double) instant.toEpochMilli()));
        }
    }

    private V8UnsupportedException unknown(Object value) {
        Class<?> type = value.getClass();
        String what = value instanceof Record ? "the record " : "the class ";
        // The mapper writes the properties of classes; a number, say, has none.
        boolean mappable = !(value instanceof Number || value instanceof Throwable)
                && !type.isSynthetic()
                && !type.getName().startsWith("java.");
        return writer.unsupported(what + type.getName() + " has no counterpart here: write a Map of its properties"
                + (mappable ? ", or use V8Mapper, the Jackson mapper of this format" : ", or a value that has one"));
    }
}
