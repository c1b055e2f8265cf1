// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Reads times from Dates and from ISO-8601 text; from numbers and arrays only where a property's format says so. */
final class TimeDeserializer extends DelegatingDeserializer {

    private final boolean formatted;

    TimeDeserializer(ValueDeserializer<?> jacksons, boolean formatted) {
        super(jacksons);
        this.formatted = formatted;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new TimeDeserializer(jacksons, formatted);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // whether it is another one
    public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        boolean chosen = ConventionalSerializer.isChosen(findFormatOverrides(context, property, handledType()));
        ValueDeserializer<?> contextual = _delegatee.createContextual(context, property);
        return chosen || contextual != _delegatee ? new TimeDeserializer(contextual, chosen) : this;
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            return fromObject(parser, context);
        }
        if (token == JsonToken.VALUE_STRING || formatted) {
            return super.deserialize(parser, context);
        }
        return context.handleUnexpectedToken(handledType(), parser);
    }

    private @Nullable Object fromObject(JsonParser parser, DeserializationContext context) {
        Object value = parser.getEmbeddedObject();
        if (handledType().isInstance(value)) {
            return value;
        }
        Object time = value instanceof Instant instant ? of(handledType(), instant) : null;
        return time != null
                ? time
                : context.reportInputMismatch(
                        this,
                        value instanceof Instant
                                ? "a Date is a point in time, and %s is none: read it as Instant, or store ISO-8601 text"
                                : "no valid Date, of which a %s could be made",
                        handledType().getSimpleName());
    }

    /** The time of a certain class; null for classes that are no points in time. */
    @SuppressWarnings("JavaUtilDate") // it is what callers may want
    private static @Nullable Object of(Class<?> type, Instant instant) {
        if (type == OffsetDateTime.class) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (type == ZonedDateTime.class) {
            return instant.atZone(ZoneOffset.UTC);
        }
        if (type == Date.class) {
            return Date.from(instant);
        }
        // By name: the module java.sql may be absent.
        return switch (type.getName()) {
            case "java.sql.Timestamp", "java.sql.Date", "java.sql.Time" -> SqlTimes.of(type, instant);
            default -> null;
        };
    }

    /** Loaded only where these classes are. */
    private static final class SqlTimes {

        private SqlTimes() {}

        static Object of(Class<?> type, Instant instant) {
            if (type == java.sql.Timestamp.class) {
                return java.sql.Timestamp.from(instant);
            }
            long millis = instant.toEpochMilli();
            return type == java.sql.Date.class ? new java.sql.Date(millis) : new java.sql.Time(millis);
        }
    }
}
