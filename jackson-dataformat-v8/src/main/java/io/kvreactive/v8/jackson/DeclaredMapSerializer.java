// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/** Lets Jackson write a Java map and makes a JavaScript Map of it. */
final class DeclaredMapSerializer extends StdSerializer<Object> {

    private final ValueSerializer<Object> jacksons;

    @SuppressWarnings("unchecked") // a serializer of maps is given maps
    DeclaredMapSerializer(ValueSerializer<?> jacksons) {
        super(Object.class);
        this.jacksons = (ValueSerializer<Object>) jacksons;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // whether it is another one
    public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
        ValueSerializer<?> contextual = jacksons.createContextual(context, property);
        return contextual == jacksons ? this : new DeclaredMapSerializer(contextual);
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return jacksons.isEmpty(context, value);
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        announce(generator);
        jacksons.serialize(value, generator, context);
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator generator, SerializationContext context, TypeSerializer type) {
        announce(generator);
        jacksons.serializeWithType(value, generator, context, type);
    }

    private static void announce(JsonGenerator generator) {
        if (generator instanceof V8Generator v8) {
            v8.nextObjectIsMap();
        }
    }
}
