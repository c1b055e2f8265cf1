// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.util.AccessPattern;

/** Reads any value into the model, exactly, where a model class is asked for. */
final class ModelDeserializers extends Deserializers.Base {

    @Override
    public @Nullable ValueDeserializer<?> findBeanDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        return find(type);
    }

    @Override
    public @Nullable ValueDeserializer<?> findEnumDeserializer(
            JavaType type, DeserializationConfig config, BeanDescription.Supplier description) {
        return find(type);
    }

    private @Nullable ValueDeserializer<?> find(JavaType type) {
        return isModel(type.getRawClass()) ? new ModelDeserializer(type.getRawClass()) : null;
    }

    @Override
    public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
        return isModel(type);
    }

    private static boolean isModel(Class<?> type) {
        return V8Value.class.isAssignableFrom(type);
    }

    private static final class ModelDeserializer extends StdDeserializer<Object> {

        ModelDeserializer(Class<?> type) {
            super(type);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
            Object value = parser instanceof V8Parser v8 ? v8.readModelValue() : parser.getEmbeddedObject();
            if (handledType().isInstance(value)) {
                return value;
            }
            return context.reportInputMismatch(
                    this,
                    "a %s is wanted, and there is a %s",
                    handledType().getSimpleName(),
                    value == null ? "value of another kind" : value.getClass().getSimpleName());
        }

        @Override
        public @Nullable Object deserializeWithType(
                JsonParser parser, DeserializationContext context, TypeDeserializer type) {
            return deserialize(parser, context);
        }

        @Override
        public AccessPattern getNullAccessPattern() {
            return AccessPattern.DYNAMIC;
        }

        /** JavaScript's null is Java's where a certain other class is asked for. */
        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            V8Value value = context.getParser() instanceof V8Parser v8 && v8.currentV8Token() == V8Token.UNDEFINED
                    ? V8Undefined.INSTANCE
                    : V8Null.INSTANCE;
            return handledType().isInstance(value) ? value : null;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }
}
