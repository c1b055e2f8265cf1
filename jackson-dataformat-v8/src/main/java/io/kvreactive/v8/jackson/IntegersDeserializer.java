// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;

/** Reads integral numbers of any tag into arrays of integers: Jackson's own would refuse those that are stored as doubles without need. */
final class IntegersDeserializer extends DelegatingDeserializer {

    private final Class<?> element;

    IntegersDeserializer(ValueDeserializer<?> jacksons, Class<?> element) {
        super(jacksons);
        this.element = element;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new IntegersDeserializer(jacksons, element);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        if (!(parser instanceof V8Parser) || !parser.isExpectedStartArrayToken()) {
            return super.deserialize(parser, context);
        }
        ValueDeserializer<Object> others = context.findRootValueDeserializer(context.constructType(element));
        long[] elements = new long[16];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, count * 2);
            }
            elements[count++] = element(parser, context, others);
        }
        if (element == long.class) {
            return Arrays.copyOf(elements, count);
        }
        Object array = Array.newInstance(element, count);
        for (int i = 0; i < count; i++) {
            if (element == int.class) {
                Array.setInt(array, i, (int) elements[i]);
            } else {
                Array.setShort(array, i, (short) elements[i]);
            }
        }
        return array;
    }

    private long element(JsonParser parser, DeserializationContext context, ValueDeserializer<Object> others) {
        if (parser.isExpectedNumberIntToken()) {
            if (element == long.class) {
                return parser.getLongValue();
            }
            return element == int.class ? parser.getIntValue() : parser.getShortValue();
        }
        Object value = parser.hasToken(JsonToken.VALUE_NULL)
                ? others.getNullValue(context)
                : others.deserialize(parser, context);
        return value instanceof Number number ? number.longValue() : 0;
    }
}
