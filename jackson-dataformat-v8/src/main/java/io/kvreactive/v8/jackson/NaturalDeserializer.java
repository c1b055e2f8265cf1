// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Host;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads what is declared as {@code Object} into plain Java: Sets into sets, Maps into maps with the keys they have, typed arrays into views. In other
 * formats, and within buffers of tokens, Jackson's own does it.
 */
final class NaturalDeserializer extends DelegatingDeserializer {

    /** As many tokens as the keys of Maps and the members of Sets of one value may be made of: they are hashed, perhaps again and again. */
    private static final long MAX_HASHED_TOKENS = 1_000_000;

    NaturalDeserializer(ValueDeserializer<?> jacksons) {
        super(jacksons);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new NaturalDeserializer(jacksons);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        return parser instanceof V8Parser v8 ? natural(v8, context) : super.deserialize(parser, context);
    }

    @Override
    public @Nullable Object deserializeWithType(
            JsonParser parser, DeserializationContext context, TypeDeserializer type) {
        return type.deserializeTypedFromAny(parser, context);
    }

    private @Nullable Object natural(V8Parser parser, DeserializationContext context) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT && parser.currentV8Token() == V8Token.START_MAP) {
            parser.showMapAsPairs();
            return map(parser, context);
        }
        if (token == JsonToken.START_OBJECT) {
            return object(parser, context);
        }
        if (token == JsonToken.START_ARRAY) {
            return switch (parser.currentV8Token()) {
                case START_SET -> set(parser, context);
                case START_MAP -> map(parser, context);
                case VIEW, NODE_VIEW -> view(parser.readModelValue());
                default -> array(parser, context);
            };
        }
        if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
            return parser.currentV8Token() == V8Token.BUFFER ? parser.readModelValue() : parser.getEmbeddedObject();
        }
        return token == JsonToken.VALUE_NULL ? null : super.deserialize(parser, context);
    }

    private static V8Value view(V8Value value) {
        return value instanceof V8Host host ? host.toView() : value;
    }

    private Map<String, @Nullable Object> object(V8Parser parser, DeserializationContext context) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            map.put(name, natural(parser, context));
        }
        return map;
    }

    private Object array(V8Parser parser, DeserializationContext context) {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(natural(parser, context));
        }
        return context.isEnabled(DeserializationFeature.USE_JAVA_ARRAY_FOR_JSON_ARRAY) ? list.toArray() : list;
    }

    private Set<@Nullable Object> set(V8Parser parser, DeserializationContext context) {
        Set<@Nullable Object> set = new LinkedHashSet<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean primitive = isPrimitive(parser);
            if (!set.add(hashed(parser, context)) && !primitive) {
                throw indistinct(parser);
            }
        }
        return set;
    }

    private Map<@Nullable Object, @Nullable Object> map(V8Parser parser, DeserializationContext context) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            parser.nextToken();
            boolean primitive = isPrimitive(parser);
            Object key = hashed(parser, context);
            if (!primitive && map.containsKey(key)) {
                throw indistinct(parser);
            }
            parser.nextToken();
            map.put(key, natural(parser, context));
            parser.nextToken();
        }
        return map;
    }

    /** A key or member; JavaScript makes 0 of -0 there. */
    private @Nullable Object hashed(V8Parser parser, DeserializationContext context) {
        long before = parser.currentTokenCount();
        Object value = natural(parser, context);
        if (parser.hash(parser.currentTokenCount() - before) > MAX_HASHED_TOKENS) {
            throw parser.lossy(
                    "too large keys of Maps and members of Sets: hashing them would not end in time; V8Map and V8Set carry them");
        }
        return value instanceof Double number && number == 0 ? (Object) 0 : value;
    }

    private static boolean isPrimitive(V8Parser parser) {
        JsonToken token = parser.currentToken();
        return token != null && token.isScalarValue() && token != JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    private static RuntimeException indistinct(V8Parser parser) {
        return parser.lossy(
                "two objects, as keys of a Map or members of a Set, that are equal in Java and not in JavaScript; V8Map and V8Set carry both");
    }
}
