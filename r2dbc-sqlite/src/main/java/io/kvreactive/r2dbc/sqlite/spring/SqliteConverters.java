// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite.spring;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;

/**
 * From the text that SQLite keeps for a date or a time to what a property wants: a column that is not declared as one, or whose text has an
 * offset, comes as text. A time without an offset is UTC, as SQLite's own functions mean it.
 */
final class SqliteConverters {

    static final List<Object> ALL = List.of(
            new TextToInstant(),
            new TextToOffsetDateTime(),
            new TextToZonedDateTime(),
            new TextToLocalDateTime(),
            new TextToLocalDate(),
            new TextToLocalTime(),
            new LocalToInstant(),
            new LocalToOffsetDateTime());

    private SqliteConverters() {}

    /** SQLite's own functions write a space where ISO-8601 has a T. */
    private static String iso(String text) {
        return text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
    }

    private static OffsetDateTime offset(String text) {
        String iso = iso(text);
        boolean bare = !iso.endsWith("Z") && iso.indexOf('+', 10) < 0 && iso.indexOf('-', 10) < 0;
        return bare ? LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC) : OffsetDateTime.parse(iso);
    }

    @ReadingConverter
    private static final class TextToInstant implements Converter<String, Instant> {

        @Override
        public Instant convert(String source) {
            return offset(source).toInstant();
        }
    }

    @ReadingConverter
    private static final class TextToOffsetDateTime implements Converter<String, OffsetDateTime> {

        @Override
        public OffsetDateTime convert(String source) {
            return offset(source);
        }
    }

    @ReadingConverter
    private static final class TextToZonedDateTime implements Converter<String, ZonedDateTime> {

        @Override
        public ZonedDateTime convert(String source) {
            return offset(source).toZonedDateTime();
        }
    }

    @ReadingConverter
    private static final class TextToLocalDateTime implements Converter<String, LocalDateTime> {

        @Override
        public LocalDateTime convert(String source) {
            return LocalDateTime.parse(iso(source));
        }
    }

    @ReadingConverter
    private static final class TextToLocalDate implements Converter<String, LocalDate> {

        @Override
        public LocalDate convert(String source) {
            return LocalDate.parse(source);
        }
    }

    @ReadingConverter
    private static final class TextToLocalTime implements Converter<String, LocalTime> {

        @Override
        public LocalTime convert(String source) {
            return LocalTime.parse(source);
        }
    }

    /** Instead of Spring Data's own, which takes the machine's time zone. */
    @ReadingConverter
    private static final class LocalToInstant implements Converter<LocalDateTime, Instant> {

        @Override
        public Instant convert(LocalDateTime source) {
            return source.toInstant(ZoneOffset.UTC);
        }
    }

    @ReadingConverter
    private static final class LocalToOffsetDateTime implements Converter<LocalDateTime, OffsetDateTime> {

        @Override
        public OffsetDateTime convert(LocalDateTime source) {
            return source.atOffset(ZoneOffset.UTC);
        }
    }
}
