// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Value;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/** Writes a model value as it is. */
final class ModelSerializer extends StdScalarSerializer<V8Value> {

    ModelSerializer() {
        super(V8Value.class);
    }

    @Override
    public void serialize(V8Value value, JsonGenerator generator, SerializationContext context) {
        generator.writeEmbeddedObject(value);
    }
}
