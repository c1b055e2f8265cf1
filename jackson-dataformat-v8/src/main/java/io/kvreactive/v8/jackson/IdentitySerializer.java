// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.PropertyWriter;
import tools.jackson.databind.ser.bean.BeanSerializerBase;
import tools.jackson.databind.util.NameTransformer;

/**
 * Writes an object of a class with {@code @JsonIdentityInfo} once, and then refers to it. Jackson would tell a generator the texts of its ids only,
 * which objects of two classes may share.
 */
final class IdentitySerializer extends ValueSerializer<Object> {

    private final ValueSerializer<Object> jacksons;
    private final @Nullable ObjectIdInfo ofClass;
    /** Writes no ids; null where the id is all that is wanted. */
    private final @Nullable ValueSerializer<Object> without;

    IdentitySerializer(BeanSerializerBase jacksons, @Nullable ObjectIdInfo ofClass) {
        this(jacksons, ofClass, null);
    }

    private IdentitySerializer(
            ValueSerializer<Object> jacksons,
            @Nullable ObjectIdInfo ofClass,
            @Nullable ValueSerializer<Object> without) {
        this.jacksons = jacksons;
        this.ofClass = ofClass;
        this.without = without;
    }

    @Override
    public void resolve(SerializationContext context) {
        jacksons.resolve(context);
    }

    /** Only now it is certain whether there is an identity: the property may have it, too. */
    @Override
    @SuppressWarnings("unchecked") // a serializer of beans is given beans
    public ValueSerializer<?> createContextual(SerializationContext context, @Nullable BeanProperty property) {
        ValueSerializer<?> contextual = jacksons.createContextual(context, property);
        if (!(contextual instanceof BeanSerializerBase bean) || !bean.usesObjectId()) {
            return contextual;
        }
        return new IdentitySerializer(
                (ValueSerializer<Object>) contextual,
                ofClass,
                isIdOnly(context, property) ? null : bean.withObjectIdWriter(null));
    }

    private boolean isIdOnly(SerializationContext context, @Nullable BeanProperty property) {
        ObjectIdInfo info = ofClass;
        if (property != null && property.getMember() != null) {
            AnnotationIntrospector annotations = context.getAnnotationIntrospector();
            ObjectIdInfo own = annotations.findObjectIdInfo(context.getConfig(), property.getMember());
            info = annotations.findObjectReferenceInfo(
                    context.getConfig(), property.getMember(), own == null ? info : own);
        }
        return info != null && info.getAlwaysAsId();
    }

    @Override
    public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
        if (!(generator instanceof V8Generator v8)) {
            jacksons.serialize(value, generator, context);
        } else if (without == null) {
            v8.writeIdsAsValues(() -> jacksons.serialize(value, generator, context));
        } else if (!v8.writeReferenceTo(value, byEquality(context))) {
            without.serialize(value, generator, context);
        }
    }

    @Override
    public void serializeWithType(
            Object value, JsonGenerator generator, SerializationContext context, TypeSerializer type) {
        if (!(generator instanceof V8Generator v8)) {
            jacksons.serializeWithType(value, generator, context, type);
        } else if (without == null) {
            v8.writeIdsAsValues(() -> jacksons.serializeWithType(value, generator, context, type));
        } else if (!v8.writeReferenceTo(value, byEquality(context))) {
            without.serializeWithType(value, generator, context, type);
        }
    }

    private static boolean byEquality(SerializationContext context) {
        return context.isEnabled(SerializationFeature.USE_EQUALITY_FOR_OBJECT_ID);
    }

    // As Jackson's own.

    @Override
    public ValueSerializer<Object> unwrappingSerializer(NameTransformer unwrapper) {
        return jacksons.unwrappingSerializer(unwrapper);
    }

    @Override
    public ValueSerializer<?> withFilterId(Object filterId) {
        @SuppressWarnings("unchecked")
        ValueSerializer<Object> filtered = (ValueSerializer<Object>) jacksons.withFilterId(filterId);
        @SuppressWarnings("unchecked")
        ValueSerializer<Object> filteredWithout =
                without == null ? null : (ValueSerializer<Object>) without.withFilterId(filterId);
        return new IdentitySerializer(filtered, ofClass, filteredWithout);
    }

    @Override
    public Class<?> handledType() {
        return jacksons.handledType();
    }

    @Override
    public boolean usesObjectId() {
        return jacksons.usesObjectId();
    }

    @Override
    public ValueSerializer<?> getDelegatee() {
        return jacksons;
    }

    @Override
    public Iterator<PropertyWriter> properties() {
        return jacksons.properties();
    }

    @Override
    public boolean isEmpty(SerializationContext context, Object value) {
        return jacksons.isEmpty(context, value);
    }

    @Override
    public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType type) {
        jacksons.acceptJsonFormatVisitor(visitor, type);
    }
}
