// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a column is declared to hold. SQLite keeps a type with each value, not with the column, so this only chooses the Java type that
 * {@code get(index)} answers when the value allows it.
 */
enum SqliteType implements Type {
    INTEGER(Integer.class, R2dbcType.INTEGER),
    BIGINT(Long.class, R2dbcType.BIGINT),
    REAL(Double.class, R2dbcType.DOUBLE),
    NUMERIC(BigDecimal.class, R2dbcType.NUMERIC),
    TEXT(String.class, R2dbcType.VARCHAR),
    BLOB(ByteBuffer.class, R2dbcType.BLOB),
    BOOLEAN(Boolean.class, R2dbcType.BOOLEAN),
    DATE(LocalDate.class, R2dbcType.DATE),
    TIME(LocalTime.class, R2dbcType.TIME),
    TIMESTAMP(LocalDateTime.class, R2dbcType.TIMESTAMP),
    /** No declaration, as with an expression. */
    ANY(Object.class, null);

    private final Class<?> javaType;
    private final @Nullable R2dbcType standard;

    SqliteType(Class<?> javaType, @Nullable R2dbcType standard) {
        this.javaType = javaType;
        this.standard = standard;
    }

    @Override
    public Class<?> getJavaType() {
        return javaType;
    }

    @Override
    public String getName() {
        return name();
    }

    /** The SPI's own constant where it has one. */
    Type standard() {
        return standard == null ? this : standard;
    }

    /** By the words that SQL dialects use; what no word tells is taken as SQLite's affinity rules would. */
    static SqliteType of(@Nullable String declared) {
        if (declared == null || declared.isEmpty()) {
            return ANY;
        }
        String upper = declared.toUpperCase(Locale.ROOT);
        int end = upper.indexOf('(');
        String word = (end < 0 ? upper : upper.substring(0, end)).trim();
        return switch (word) {
            case "BIGINT", "INT8", "UNSIGNED BIG INT" -> BIGINT;
            case "BOOLEAN", "BOOL" -> BOOLEAN;
            case "DATE" -> DATE;
            case "TIME" -> TIME;
            case "TIMESTAMP", "DATETIME" -> TIMESTAMP;
            case "ANY" -> ANY;
            default -> affinity(word);
        };
    }

    private static SqliteType affinity(String word) {
        if (word.contains("INT")) {
            return INTEGER;
        }
        if (word.contains("CHAR") || word.contains("CLOB") || word.contains("TEXT")) {
            return TEXT;
        }
        if (word.contains("BLOB") || word.contains("BINARY")) {
            return BLOB;
        }
        if (word.contains("REAL") || word.contains("FLOA") || word.contains("DOUB")) {
            return REAL;
        }
        return NUMERIC;
    }
}
