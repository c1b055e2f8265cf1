// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.kvreactive.v8.V8Value;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.Serializers;

/** Model values are written as they are. */
final class ModelSerializers implements Serializers {

    @Override
    public @Nullable ValueSerializer<?> findSerializer(
            SerializationConfig config,
            JavaType type,
            BeanDescription.Supplier description,
            JsonFormat.@Nullable Value format) {
        return V8Value.class.isAssignableFrom(type.getRawClass()) ? new ModelSerializer() : null;
    }
}
