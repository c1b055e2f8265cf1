// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * From Java values to the five things that SQLite stores. Temporals become ISO-8601 text, which SQLite's own date functions read; decimals
 * become text, because a double would silently lose digits.
 */
final class SqliteCodecs {

    private SqliteCodecs() {}

    /**
     * The value to bind: null, {@code Integer}, {@code Long}, {@code Double}, {@code String}, {@code byte[]}, or a {@code Blob} or {@code Clob}
     * that has to be {@linkplain #collect collected} first.
     */
    static @Nullable Object encode(@Nullable Object value) {
        if (value instanceof Parameter parameter) {
            if (value instanceof Parameter.Out) {
                throw new UnsupportedOperationException("SQLite has no OUT parameters");
            }
            Object inner = parameter.getValue();
            return inner == null ? null : encodeValue(inner);
        }
        if (value == null) {
            throw new IllegalArgumentException("value must not be null; use bindNull");
        }
        return encodeValue(value);
    }

    private static Object encodeValue(Object value) {
        if (value instanceof String
                || value instanceof Long
                || value instanceof byte[]
                || value instanceof Integer
                || value instanceof Double) {
            return value;
        }
        if (value instanceof ByteBuffer buffer) {
            return bytes(buffer);
        }
        if (value instanceof Boolean truth) {
            return truth ? 1 : 0;
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if (value instanceof Float real) {
            return real.doubleValue();
        }
        if (value instanceof Blob || value instanceof Clob) {
            return value;
        }
        return text(value);
    }

    private static Object text(Object value) {
        if (value instanceof ZonedDateTime zoned) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(zoned);
        }
        if (value instanceof CharSequence
                || value instanceof Character
                || value instanceof UUID
                || value instanceof BigDecimal
                || value instanceof BigInteger
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof OffsetTime
                || value instanceof Instant) {
            return value.toString();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        throw new IllegalArgumentException(
                "cannot bind a value of type " + value.getClass().getName());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    /** Whether an encoded value is a stream. */
    static boolean isStream(@Nullable Object encoded) {
        return encoded instanceof Blob || encoded instanceof Clob;
    }

    /** The same values with every stream read into memory: SQLite is given whole values only. */
    static Mono<@Nullable Object[]> collect(@Nullable Object[] values) {
        @Nullable Object[] collected = values.clone();
        return Flux.range(0, values.length)
                .filter(i -> isStream(values[i]))
                .concatMap(i -> stream(values[i]).doOnNext(whole -> collected[i] = whole))
                .then(Mono.fromSupplier(() -> collected));
    }

    private static Mono<Object> stream(@Nullable Object stream) {
        if (stream instanceof Blob blob) {
            return Flux.from(blob.stream())
                    .map(SqliteCodecs::bytes)
                    .collectList()
                    .map(SqliteCodecs::join);
        }
        if (stream instanceof Clob clob) {
            return Flux.from(clob.stream())
                    .collect(StringBuilder::new, StringBuilder::append)
                    .map(StringBuilder::toString);
        }
        return Mono.empty();
    }

    private static byte[] join(List<byte[]> slices) {
        int length = slices.stream().mapToInt(s -> s.length).reduce(0, Math::addExact);
        ByteBuffer whole = ByteBuffer.allocate(length);
        slices.forEach(whole::put);
        return whole.array();
    }
}
