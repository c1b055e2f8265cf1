// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * From a stored value (Long, Double, String, byte[]) to the Java type that was asked for. Nothing is converted silently between text, numbers and
 * bytes, and nothing is rounded: what does not fit is refused by name.
 */
final class Decoding {

    /** A BLOB is handed out as a stream in slices of this many bytes. */
    private static final int SLICE = 64 * 1024;

    /** Up to here every long has a double of its own. */
    private static final long MAX_EXACT = 1L << 53;

    /** For each type asked for, a conversion that answers null for what it cannot do. */
    private static final Map<Class<?>, Conversion> CONVERSIONS = new HashMap<>();

    static {
        CONVERSIONS.put(Object.class, v -> v instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : v);
        numbers();
        texts();
        temporals();
        CONVERSIONS.put(ByteBuffer.class, v -> v instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : null);
        CONVERSIONS.put(Blob.class, v -> v instanceof byte[] bytes ? blob(bytes) : null);
        CONVERSIONS.put(byte[].class, v -> v instanceof byte[] ? v : null);
    }

    private Decoding() {}

    private interface Conversion {
        @Nullable
        Object convert(Object value);
    }

    private interface Parse {
        Object parse(String text);
    }

    /** The value as the wanted type; null stays null. */
    static <T> @Nullable T decode(@Nullable Object stored, Class<T> wanted, String column) {
        if (stored == null) {
            return null;
        }
        Class<?> type = wanted.isPrimitive()
                ? java.lang.invoke.MethodType.methodType(wanted).wrap().returnType()
                : wanted;
        Object value = convert(stored, type);
        if (value == null) {
            throw new IllegalArgumentException("column " + column + " holds " + storageClass(stored)
                    + ", which cannot be read as " + wanted.getName());
        }
        @SuppressWarnings("unchecked")
        T typed = (T) value;
        return typed;
    }

    /** The value as {@code get(index)} answers it: as its column declares it where it can, as it is stored otherwise. */
    static @Nullable Object natural(@Nullable Object stored, SqliteType declared) {
        if (stored == null) {
            return null;
        }
        Class<?> wanted = switch (declared) {
            case INTEGER -> Integer.class;
            case BOOLEAN -> Boolean.class;
            case REAL -> Double.class;
            case DATE -> LocalDate.class;
            case TIME -> LocalTime.class;
            case TIMESTAMP -> LocalDateTime.class;
            default -> Object.class;
        };
        Object value = convert(stored, wanted);
        return value != null ? value : convert(stored, Object.class);
    }

    private static @Nullable Object convert(Object stored, Class<?> wanted) {
        Conversion conversion = CONVERSIONS.get(wanted);
        try {
            if (conversion != null) {
                return conversion.convert(stored);
            }
            return wanted.isEnum() && stored instanceof String name ? constant(wanted, name) : null;
        } catch (DateTimeException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static @Nullable Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        return null;
    }

    private static void numbers() {
        CONVERSIONS.put(Long.class, v -> v instanceof Long ? v : null);
        CONVERSIONS.put(Integer.class, v -> v instanceof Long n && n.intValue() == n ? (Object) n.intValue() : null);
        CONVERSIONS.put(Short.class, v -> v instanceof Long n && n.shortValue() == n ? (Object) n.shortValue() : null);
        CONVERSIONS.put(Byte.class, v -> v instanceof Long n && n.byteValue() == n ? (Object) n.byteValue() : null);
        CONVERSIONS.put(Boolean.class, v -> v instanceof Long n && (n == 0 || n == 1) ? (Object) (n == 1) : null);
        CONVERSIONS.put(Number.class, v -> v instanceof Number ? v : null);
        CONVERSIONS.put(Double.class, Decoding::real);
        CONVERSIONS.put(Float.class, v -> {
            Double real = real(v);
            // A double that no float equals was never written from one.
            return real != null && (real.isNaN() || (double) real.floatValue() == real)
                    ? (Object) real.floatValue()
                    : null;
        });
        CONVERSIONS.put(BigDecimal.class, Decoding::decimal);
        CONVERSIONS.put(
                BigInteger.class,
                v -> v instanceof Long n
                        ? BigInteger.valueOf(n)
                        : v instanceof String text ? new BigInteger(text) : null);
    }

    /** An INTEGER too, where it is exact: a column of numeric affinity stores 5.0 as 5. */
    private static @Nullable Double real(Object value) {
        if (value instanceof Double real) {
            return real;
        }
        return value instanceof Long n && Math.abs(n) <= MAX_EXACT && n != Long.MIN_VALUE
                ? (Double) n.doubleValue()
                : null;
    }

    private static @Nullable BigDecimal decimal(Object value) {
        if (value instanceof Long n) {
            return BigDecimal.valueOf(n);
        }
        if (value instanceof Double real) {
            return BigDecimal.valueOf(real);
        }
        return value instanceof String text ? new BigDecimal(text) : null;
    }

    private static void texts() {
        text(String.class, t -> t);
        text(CharSequence.class, t -> t);
        text(UUID.class, UUID::fromString);
        text(Clob.class, t -> Clob.from(Mono.just(t)));
        CONVERSIONS.put(Character.class, v -> v instanceof String t && t.length() == 1 ? (Object) t.charAt(0) : null);
    }

    private static void temporals() {
        text(LocalDate.class, LocalDate::parse);
        text(LocalTime.class, LocalTime::parse);
        text(LocalDateTime.class, t -> LocalDateTime.parse(iso(t)));
        text(OffsetTime.class, OffsetTime::parse);
        text(OffsetDateTime.class, Decoding::offset);
        text(ZonedDateTime.class, t -> offset(t).toZonedDateTime());
        text(Instant.class, t -> offset(t).toInstant());
    }

    private static void text(Class<?> type, Parse parse) {
        CONVERSIONS.put(type, v -> v instanceof String text ? parse.parse(text) : null);
    }

    /** SQLite's own functions write a space where ISO-8601 has a T. */
    private static String iso(String text) {
        return text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
    }

    /** Without an offset it is UTC, as SQLite's functions mean it. */
    private static OffsetDateTime offset(String text) {
        String iso = iso(text);
        int time = iso.indexOf('T');
        boolean bare = time >= 0 && !iso.endsWith("Z") && iso.indexOf('+', time) < 0 && iso.indexOf('-', time) < 0;
        return bare ? LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC) : OffsetDateTime.parse(iso);
    }

    private static Blob blob(byte[] bytes) {
        int slices = (bytes.length + SLICE - 1) / SLICE;
        return Blob.from(Flux.range(0, slices)
                .map(i -> ByteBuffer.wrap(bytes, i * SLICE, Math.min(SLICE, bytes.length - i * SLICE))
                        .slice()));
    }

    private static String storageClass(Object stored) {
        if (stored instanceof Long n) {
            return n.intValue() == n ? "an INTEGER" : "an INTEGER beyond 32 bits";
        }
        if (stored instanceof Double) {
            return "a REAL";
        }
        return stored instanceof String ? "TEXT" : "a BLOB";
    }
}
