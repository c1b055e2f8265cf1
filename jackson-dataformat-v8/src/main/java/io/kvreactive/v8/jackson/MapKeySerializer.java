// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes the key of a JavaScript Map as the value that it is; elsewhere keys are names, as Jackson makes them. */
final class MapKeySerializer extends StdSerializer<Object> {

    private final ValueSerializer<Object> asName;

    @SuppressWarnings("unchecked") // a serializer of keys is given keys
    MapKeySerializer(ValueSerializer<?> asName) {
        super(Object.class);
        this.asName = (ValueSerializer<Object>) asName;
    }

    @Override
    public void serialize(@Nullable Object key, JsonGenerator generator, SerializationContext context) {
        boolean asValue = generator instanceof V8Generator v8 && v8.takesMapKey();
        if (!asValue || key instanceof Enum<?>) {
            asName.serialize(key, generator, context);
        } else if (key == null) {
            generator.writeNull();
        } else {
            context.findValueSerializer(key.getClass()).serialize(key, generator, context);
        }
    }
}
