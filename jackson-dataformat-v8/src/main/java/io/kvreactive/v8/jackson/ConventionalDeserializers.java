// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.math.BigDecimal;
import java.math.BigInteger;
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
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Set;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.MapDeserializer;
import tools.jackson.databind.type.ArrayType;
import tools.jackson.databind.type.MapType;

/**
 * Puts the conventions before Jackson's own deserializers, and before nobody else's. docs/spec/v8-structured-clone.md, sections 2.4 to 2.6.
 */
final class ConventionalDeserializers extends ValueDeserializerModifier {

    private static final long serialVersionUID = 1L;

    /** The classes of java.time that are read from Dates or text. */
    static final Set<Class<?>> TIMES = Set.of(
            Instant.class,
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
            Period.class);

    @Override
    public BeanDeserializerBuilder updateBuilder(
            DeserializationConfig config, BeanDescription.Supplier description, BeanDeserializerBuilder builder) {
        IdentityDeserializer.allowCopies(builder);
        return builder;
    }

    @Override
    public ValueDeserializer<?> modifyDeserializer(
            DeserializationConfig config, BeanDescription.Supplier description, ValueDeserializer<?> deserializer) {
        Class<?> type = description.getBeanClass();
        if (!ConventionalSerializers.isJacksons(deserializer)) {
            return deserializer;
        }
        if (TIMES.contains(type) || Date.class.isAssignableFrom(type)) {
            return new TimeDeserializer(deserializer, false);
        }
        if (CharSequence.class.isAssignableFrom(type) || type == Character.class || type == char.class) {
            return new TextDeserializer(deserializer);
        }
        if (type == BigInteger.class || type == BigDecimal.class) {
            return new BigNumberDeserializer(deserializer);
        }
        if (type == Object.class) {
            return new NaturalDeserializer(deserializer);
        }
        return deserializer instanceof BeanDeserializerBase || deserializer instanceof AbstractDeserializer
                ? new IdentityDeserializer(deserializer)
                : deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyMapDeserializer(
            DeserializationConfig config,
            MapType type,
            BeanDescription.Supplier description,
            ValueDeserializer<?> deserializer) {
        return deserializer instanceof MapDeserializer maps && ConventionalSerializers.isJacksons(maps)
                ? new EntriesDeserializer(maps, type)
                : deserializer;
    }

    @Override
    public ValueDeserializer<?> modifyArrayDeserializer(
            DeserializationConfig config,
            ArrayType type,
            BeanDescription.Supplier description,
            ValueDeserializer<?> deserializer) {
        Class<?> element = type.getContentType().getRawClass();
        boolean integers = element == int.class || element == long.class || element == short.class;
        return integers && ConventionalSerializers.isJacksons(deserializer)
                ? new IntegersDeserializer(deserializer, element)
                : deserializer;
    }
}
