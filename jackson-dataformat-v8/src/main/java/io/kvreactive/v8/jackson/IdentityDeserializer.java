// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import com.fasterxml.jackson.annotation.ObjectIdGenerator;
import com.fasterxml.jackson.annotation.ObjectIdResolver;
import com.fasterxml.jackson.annotation.SimpleObjectIdResolver;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.ReadableObjectId;
import tools.jackson.databind.deser.UnresolvedForwardReference;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.impl.ObjectIdReader;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Reads objects of a class with {@code @JsonIdentityInfo} so that the object that the bytes share is shared in Java: each is known by the id that the
 * format gives it, whatever the ids of the class are. Without {@link V8ReadFeature#NATIVE_IDS} it leaves all to Jackson.
 */
final class IdentityDeserializer extends DelegatingDeserializer {

    private static final PropertyName NO_PROPERTY = PropertyName.construct("\0the id in the bytes");

    /** Makes the object known as soon as there is one, before its properties; null if there is none before. */
    private final @Nullable ValueDeserializer<?> early;

    /** Looks for no ids among the properties, where there are none; those that are properties anyway are ids as well. */
    private final @Nullable ValueDeserializer<?> without;

    IdentityDeserializer(ValueDeserializer<?> jacksons) {
        this(jacksons, null, null);
    }

    private IdentityDeserializer(
            ValueDeserializer<?> jacksons,
            @Nullable ValueDeserializer<?> early,
            @Nullable ValueDeserializer<?> without) {
        super(jacksons);
        this.early = early;
        this.without = without;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> jacksons) {
        return new IdentityDeserializer(jacksons);
    }

    /** Only now it is certain whether there is an identity: the property may have it, too. */
    @Override
    public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
        ValueDeserializer<?> contextual = _delegatee.createContextual(context, property);
        ObjectIdReader ids = contextual.getObjectIdReader(context);
        if (ids == null) {
            return contextual;
        }
        if (!(contextual instanceof BeanDeserializerBase bean)) {
            return new IdentityDeserializer(contextual);
        }
        boolean isMadeLast = bean.getValueInstantiator().canCreateFromObjectWith();
        return new IdentityDeserializer(
                contextual,
                isMadeLast ? null : bean.withObjectIdReader(reader(context)),
                isMadeLast && ids.idProperty != null ? contextual : bean.withObjectIdReader(null));
    }

    private static ObjectIdReader reader(DeserializationContext context) {
        return ObjectIdReader.construct(
                context.constructType(Integer.class),
                NO_PROPERTY,
                WireIds.INSTANCE,
                context.findRootValueDeserializer(context.constructType(Integer.class)),
                null,
                new SimpleObjectIdResolver());
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        if (isScalar(parser)) {
            // The id alone.
            return super.deserialize(parser, context);
        }
        ReadableObjectId shared = shared(parser, context);
        if (shared == null) {
            return parser instanceof V8Parser && without != null
                    ? without.deserialize(parser, context)
                    : super.deserialize(parser, context);
        }
        Object known = known(shared, parser);
        if (known != null) {
            return known;
        }
        ValueDeserializer<?> reading = early != null ? early : without != null ? without : _delegatee;
        return bound(reading.deserialize(parser, context), shared, context);
    }

    @Override
    public @Nullable Object deserializeWithType(
            JsonParser parser, DeserializationContext context, TypeDeserializer type) {
        ReadableObjectId shared = shared(parser, context);
        Object known = shared == null ? null : known(shared, parser);
        if (known != null) {
            return known;
        }
        Object read = isScalar(parser)
                ? super.deserializeWithType(parser, context, type)
                : type.deserializeTypedFromObject(parser, context);
        return shared == null ? read : bound(read, shared, context);
    }

    private static boolean isScalar(JsonParser parser) {
        return parser.currentToken() != null && parser.currentToken().isScalarValue();
    }

    /** The object that begins here, if the bytes refer to it from elsewhere too. */
    private static @Nullable ReadableObjectId shared(JsonParser parser, DeserializationContext context) {
        Object id = parser.canReadObjectId() && !isScalar(parser) ? parser.getObjectId() : null;
        return id == null ? null : context.findObjectId(id, WireIds.INSTANCE, new SimpleObjectIdResolver());
    }

    /** The object if it has been read already, or has been begun. */
    private @Nullable Object known(ReadableObjectId shared, JsonParser parser) {
        if (!parser.isExpectedStartObjectToken()) {
            // A type id has been read; whoever did so has asked.
            return null;
        }
        Object known = shared.resolve();
        if (handledType().isInstance(known)) {
            parser.skipChildren();
            return known;
        }
        if (known == null && parser instanceof V8Parser v8 && v8.standsInItself()) {
            parser.skipChildren();
            throw new UnresolvedForwardReference(
                    parser,
                    "a value that contains itself where it is not made yet: only properties, and elements of collections, can be set later",
                    parser.currentTokenLocation(),
                    shared);
        }
        return null;
    }

    private static @Nullable Object bound(
            @Nullable Object read, ReadableObjectId shared, DeserializationContext context) {
        if (read != null && shared.resolve() == null) {
            shared.bindItem(context, read);
        }
        return read;
    }

    /**
     * An object may be read twice, where the bytes refer to it and copies are wanted; so its id, if that is a property, is that of the copy read
     * first.
     */
    static void allowCopies(BeanDeserializerBuilder builder) {
        ObjectIdReader ids = builder.getObjectIdReader();
        if (ids != null && ids.resolver.getClass() == SimpleObjectIdResolver.class) {
            builder.setObjectIdReader(ObjectIdReader.construct(
                    ids.getIdType(),
                    ids.propertyName,
                    ids.generator,
                    ids.getDeserializer(),
                    ids.idProperty,
                    new FirstCopies()));
        }
    }

    private static final class FirstCopies extends SimpleObjectIdResolver {

        @Override
        public void bindItem(ObjectIdGenerator.IdKey id, Object object) {
            if (resolveId(id) == null) {
                super.bindItem(id, object);
            }
        }

        @Override
        public ObjectIdResolver newForDeserialization(Object context) {
            return new FirstCopies();
        }
    }

    /** The ids that the format gives; never made here. */
    private static final class WireIds extends ObjectIdGenerator<Integer> {

        private static final long serialVersionUID = 1L;
        private static final WireIds INSTANCE = new WireIds();

        @Override
        public Class<?> getScope() {
            return WireIds.class;
        }

        @Override
        public boolean canUseFor(ObjectIdGenerator<?> other) {
            return other instanceof WireIds;
        }

        @Override
        public ObjectIdGenerator<Integer> forScope(Class<?> scope) {
            return this;
        }

        @Override
        public ObjectIdGenerator<Integer> newForSerialization(Object context) {
            return this;
        }

        @Override
        public @Nullable IdKey key(@Nullable Object key) {
            return key == null ? null : new IdKey(WireIds.class, WireIds.class, key);
        }

        @Override
        public Integer generateId(Object forPojo) {
            throw new UnsupportedOperationException("ids are read, not made");
        }
    }
}
