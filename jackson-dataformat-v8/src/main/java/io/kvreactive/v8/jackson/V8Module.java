// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.core.Version;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.module.SimpleAbstractTypeResolver;
import tools.jackson.databind.ser.impl.FailingSerializer;

/**
 * The conventions between Java types and JavaScript's, for mappers of V8's format. {@link V8Mapper} has it already; modules added there come
 * later, and what they say of a type goes before what this one says.
 *
 * @see "docs/values.md"
 */
public final class V8Module extends JacksonModule implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The conventions. */
    public V8Module() {}

    @Override
    public String getModuleName() {
        return "V8";
    }

    @Override
    public Object getRegistrationId() {
        return V8Module.class;
    }

    @Override
    public Version version() {
        return V8Factory.VERSION;
    }

    @Override
    public void setupModule(SetupContext context) {
        context.addSerializers(new ModelSerializers());
        context.addSerializerModifier(new ConventionalSerializers());
        context.overrideDefaultNullKeySerializer(
                new MapKeySerializer(new FailingSerializer("null is the key of a JavaScript Map, never of an object")));
        context.addDeserializers(new ModelDeserializers());
        context.addDeserializerModifier(new ConventionalDeserializers());
        // Sets have an order in JavaScript.
        context.addAbstractTypeResolver(new SimpleAbstractTypeResolver().addMapping(Set.class, LinkedHashSet.class));
        context.addValueInstantiators(new NumberInstantiators());
    }
}
