// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Value;
import java.net.URI;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.ser.jackson.JsonValueSerializer;
import tools.jackson.databind.type.MapType;

/**
 * Puts the conventions in the place of Jackson's own serializers, and of nobody else's. docs/spec/v8-structured-clone.md, section 2.5.
 */
final class ConventionalSerializers extends ValueSerializerModifier {

    private static final long serialVersionUID = 1L;

    @Override
    public ValueSerializer<?> modifySerializer(
            SerializationConfig config, BeanDescription.Supplier description, ValueSerializer<?> serializer) {
        Class<?> type = description.getBeanClass();
        if (!isJacksons(serializer)) {
            return serializer;
        }
        if (type == Instant.class || Date.class.isAssignableFrom(type)) {
            return new ConventionalSerializer(type, serializer, null);
        }
        Function<Object, String> text = text(type);
        if (text != null) {
            return new ConventionalSerializer(type, serializer, text);
        }
        return serializer instanceof BeanSerializerBase bean
                ? new IdentitySerializer(bean, description.get().getObjectIdInfo())
                : serializer;
    }

    private static @Nullable Function<Object, String> text(Class<?> type) {
        if (ConventionalDeserializers.TIMES.contains(type)
                || type == UUID.class
                || type == URI.class
                || (CharSequence.class.isAssignableFrom(type) && type != String.class)) {
            return Object::toString;
        }
        if (ZoneId.class.isAssignableFrom(type)) {
            return value -> ((ZoneId) value).getId();
        }
        if (type == Locale.class) {
            return value -> ((Locale) value).toLanguageTag();
        }
        if (type == Month.class) {
            return value -> ((Month) value).name();
        }
        return type == Currency.class ? value -> ((Currency) value).getCurrencyCode() : null;
    }

    /** Some model values are constants. */
    @Override
    public ValueSerializer<?> modifyEnumSerializer(
            SerializationConfig config,
            JavaType type,
            BeanDescription.Supplier description,
            ValueSerializer<?> serializer) {
        return V8Value.class.isAssignableFrom(type.getRawClass()) ? new ModelSerializer() : serializer;
    }

    /** A Map whose declared keys are no strings is a Map even when it is empty. */
    @Override
    public ValueSerializer<?> modifyMapSerializer(
            SerializationConfig config,
            MapType type,
            BeanDescription.Supplier description,
            ValueSerializer<?> serializer) {
        JavaType key = type.getKeyType();
        boolean map = isJacksons(serializer) && !key.isJavaLangObject() && !isText(key);
        return map ? new DeclaredMapSerializer(serializer) : serializer;
    }

    private static boolean isText(JavaType key) {
        return CharSequence.class.isAssignableFrom(key.getRawClass());
    }

    /** Keys that Jackson would write as text are written as what they are, but for names of constants. */
    @Override
    public ValueSerializer<?> modifyKeySerializer(
            SerializationConfig config,
            JavaType type,
            BeanDescription.Supplier description,
            ValueSerializer<?> serializer) {
        boolean asIs = !isJacksons(serializer)
                || serializer instanceof JsonValueSerializer
                || type.hasRawClass(String.class)
                || type.isEnumType();
        return asIs ? serializer : new MapKeySerializer(serializer);
    }

    static boolean isJacksons(@Nullable Object handler) {
        return handler != null && handler.getClass().getName().startsWith("tools.jackson.databind.");
    }
}
