// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Token;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.jdk.MapDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.type.MapType;

/** Reads a Java map from an object, as Jackson does, and from a JavaScript Map, whose keys are values. */
final class EntriesDeserializer extends DelegatingDeserializer {

    private final MapType type;
    private final @Nullable Reading keys;
    private final @Nullable Reading values;

    EntriesDeserializer(ValueDeserializer<?> jacksons, MapType type) {
        this(jacksons, type, null, null);
    }

    private EntriesDeserializer(
            ValueDeserializer<?> jacksons, MapType type, @Nullable Reading keys, @Nullable Reading values) {
        super(jacksons);
        this.type = type;
        this.keys = keys;
        this.values = values;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new EntriesDeserializer(jacksons, type, keys, values);
    }

    @Override
    public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        return new EntriesDeserializer(
                contextual(context, property),
                type,
                Reading.of(context, property, type.getKeyType()),
                Reading.of(context, property, type.getContentType()));
    }

    /** Jackson wants to know how keys are made of names, which not every class can tell that is a key in JavaScript. */
    private ValueDeserializer<?> contextual(DeserializationContext context, @Nullable BeanProperty property) {
        try {
            return context.handleSecondaryContextualization(_delegatee, property, type);
        } catch (DatabindException e) {
            if (!(_delegatee instanceof MapDeserializer maps)) {
                throw e;
            }
            MapDeserializer nameless = new MapDeserializer(
                    type,
                    maps.getValueInstantiator(),
                    new NoNames(type.getKeyType()),
                    maps.getContentDeserializer(),
                    context.findTypeDeserializer(type.getContentType()));
            nameless.resolve(context);
            return context.handleSecondaryContextualization(nameless, property, type);
        }
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        if (parser instanceof V8Parser v8 && v8.currentV8Token() == V8Token.START_MAP && !hasTextKeys()) {
            v8.showMapAsPairs();
        }
        if (!parser.hasToken(JsonToken.START_ARRAY) || !(_delegatee instanceof MapDeserializer maps)) {
            return super.deserialize(parser, context);
        }
        @SuppressWarnings("unchecked") // a MapDeserializer makes maps
        Map<@Nullable Object, @Nullable Object> map = (Map<@Nullable Object, @Nullable Object>)
                Objects.requireNonNull(maps.getValueInstantiator().createUsingDefault(context));
        readPairs(parser, context, map);
        return map;
    }

    private boolean hasTextKeys() {
        Class<?> key = type.getKeyType().getRawClass();
        return key == String.class || key == CharSequence.class;
    }

    private void readPairs(
            JsonParser parser, DeserializationContext context, Map<@Nullable Object, @Nullable Object> map) {
        Reading keyReading = Objects.requireNonNull(keys, "not contextualized");
        Reading valueReading = Objects.requireNonNull(values, "not contextualized");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.hasToken(JsonToken.START_ARRAY)) {
                context.reportInputMismatch(this, "an array that is no list of pairs, where a Map is wanted");
            }
            try {
                parser.nextToken();
                Object key = keyReading.key(parser, context);
                parser.nextToken();
                map.put(key, valueReading.value(parser, context));
                if (parser.nextToken() != JsonToken.END_ARRAY) {
                    context.reportInputMismatch(this, "an entry of a Map is a key and a value");
                }
            } catch (JacksonException e) {
                throw DatabindException.wrapWithPath(context, e, new JacksonException.Reference(map, map.size()));
            }
        }
    }

    /** Keys of a class that no name stands for. */
    private static final class NoNames extends KeyDeserializer {

        private final JavaType type;

        NoNames(JavaType type) {
            this.type = type;
        }

        @Override
        public @Nullable Object deserializeKey(String key, DeserializationContext context) {
            return context.reportInputMismatch(
                    type, "the name of a property, where a key of a Map is wanted that is a %s", type.getRawClass());
        }
    }

    /** How keys or values of a Map are read. */
    private record Reading(
            JavaType type,
            @Nullable KeyDeserializer names,
            ValueDeserializer<Object> deserializer,
            @Nullable TypeDeserializer typing) {

        static Reading of(DeserializationContext context, @Nullable BeanProperty property, JavaType type) {
            TypeDeserializer typing = context.findTypeDeserializer(type);
            return new Reading(
                    type,
                    names(context, property, type),
                    context.findContextualValueDeserializer(type, property),
                    typing == null || property == null ? typing : typing.forProperty(property));
        }

        /** How keys of a user's class are made of text; what numbers, times and the like are, is not a matter of text. */
        private static @Nullable KeyDeserializer names(
                DeserializationContext context, @Nullable BeanProperty property, JavaType type) {
            if (type.isJavaLangObject()
                    || type.isPrimitive()
                    || type.getRawClass().getName().startsWith("java.")) {
                return null;
            }
            try {
                return context.findKeyDeserializer(type, property);
            } catch (DatabindException e) {
                return null;
            }
        }

        @Nullable
        Object key(JsonParser parser, DeserializationContext context) {
            if (names != null && parser.hasToken(JsonToken.VALUE_STRING)) {
                return names.deserializeKey(parser.getString(), context);
            }
            return value(parser, context);
        }

        @Nullable
        Object value(JsonParser parser, DeserializationContext context) {
            if (parser.hasToken(JsonToken.VALUE_NULL)) {
                return deserializer.getNullValue(context);
            }
            return typing == null
                    ? deserializer.deserialize(parser, context)
                    : deserializer.deserializeWithType(parser, context, typing);
        }
    }
}
