// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Writes a value as its text, or leaves it to the generator. A property with a format of its own goes to Jackson's serializer. */
final class ConventionalSerializer extends StdScalarSerializer<Object> {

    private final ValueSerializer<?> jacksons;
    private final @Nullable Function<Object, String> text;

    ConventionalSerializer(Class<?> type, ValueSerializer<?> jacksons, @Nullable Function<Object, String> text) {
        super(type, false);
        this.jacksons = jacksons;
        this.text = text;
    }

    @Override
    public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
        JsonFormat.Value format = findFormatOverrides(context, property, handledType());
        return isChosen(format) ? jacksons.createContextual(context, property) : this;
    }

    /** Whether a format says how the value shall look. */
    static boolean isChosen(JsonFormat.@Nullable Value format) {
        return format != null && (format.hasPattern() || format.hasShape());
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        if (text == null) {
            generator.writeEmbeddedObject(value);
        } else {
            generator.writeString(text.apply(value));
        }
    }
}
