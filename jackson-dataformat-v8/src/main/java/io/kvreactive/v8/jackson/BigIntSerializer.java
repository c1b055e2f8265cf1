// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes integers as bigints. Other formats have them as ordinary integers. */
final class BigIntSerializer extends StdSerializer<Object> {

    BigIntSerializer() {
        super(Object.class);
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        if (value instanceof Collection<?> collection) {
            generator.writeStartArray(collection, collection.size());
            for (Object element : collection) {
                element(element, generator, context);
            }
            generator.writeEndArray();
        } else if (value.getClass().isArray()) {
            int length = Array.getLength(value);
            generator.writeStartArray(value, length);
            for (int i = 0; i < length; i++) {
                element(Array.get(value, i), generator, context);
            }
            generator.writeEndArray();
        } else {
            generator.writeNumber(integer(value, context));
        }
    }

    private static void element(@Nullable Object element, JsonGenerator generator, SerializationContext context) {
        if (element == null) {
            generator.writeNull();
        } else {
            generator.writeNumber(integer(element, context));
        }
    }

    private static BigInteger integer(Object value, SerializationContext context) {
        if (value instanceof BigInteger integer) {
            return integer;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return BigInteger.valueOf(((Number) value).longValue());
        }
        return context.reportBadDefinition(
                value.getClass(), "@V8BigInt stands on integers and on arrays and collections of them only");
    }
}
