// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Options;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.Version;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.cfg.MapperBuilderState;
import tools.jackson.databind.type.LogicalType;

/**
 * Maps records, beans and plain Java to V8's format and back: what Deno KV stores, what Node's {@code v8.serialize} writes. Immutable and safe for
 * use by several threads; make one and keep it.
 *
 * <p>JavaScript sees natural values: Dates, Maps, Sets, Uint8Arrays, bigints where a {@code long} needs one. Reading is strict: numbers are never
 * cut off, and nothing is made of a value of another kind.
 *
 * <p>Everything of Jackson works as in its other formats: annotations, modules, mix-ins, views, naming, inclusion, {@code JsonNode}.
 *
 * @see "docs/values.md"
 */
public final class V8Mapper extends ObjectMapper {

    private static final long serialVersionUID = 1L;

    /** A mapper with the defaults. */
    public V8Mapper() {
        this(builder());
    }

    private V8Mapper(Builder builder) {
        super(builder);
    }

    /** {@return a new builder that holds the defaults} */
    public static Builder builder() {
        return builder(new V8Factory());
    }

    /**
     * A builder of a mapper on a factory.
     *
     * @param factory makes the parsers and generators
     * @return a new builder
     */
    public static Builder builder(V8Factory factory) {
        return new Builder(factory);
    }

    /**
     * A builder that takes over how another mapper is configured, for whatever format that is: modules, mix-ins, naming, inclusion, visibility,
     * features, subtypes, injectable values. Only the format is V8's, and its conventions hold: Dates and ISO text for times, names of enum
     * constants, strict reading. What modules and annotations say of single types goes before the conventions.
     *
     * @param like the other mapper; left as it is
     * @return a new builder
     */
    public static Builder builder(ObjectMapper like) {
        return new Builder(like.rebuild().saveStateApplyModules(), new V8Factory());
    }

    /** {@return the mapper with the defaults that everybody shares} */
    public static V8Mapper shared() {
        return Shared.MAPPER;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Builder rebuild() {
        return new Builder(_savedBuilderState);
    }

    @Override
    public V8Factory tokenStreamFactory() {
        return (V8Factory) _streamFactory;
    }

    @Override
    public Version version() {
        return V8Factory.VERSION;
    }

    /** Made when first asked for. */
    private static final class Shared {

        private static final V8Mapper MAPPER = new V8Mapper();
    }

    /** Makes a {@link V8Mapper}. Mutable; not safe for use by several threads. */
    public static final class Builder extends MapperBuilder<V8Mapper, Builder> {

        private Builder(V8Factory factory) {
            super(factory);
            addModule(new V8Module());
            setConventions();
        }

        private Builder(MapperBuilderState saved) {
            super(saved);
        }

        /** Takes over from a mapper of another format. */
        private Builder(MapperBuilderState other, V8Factory factory) {
            super(other);
            _streamFactory = factory;
            _formatReadFeatures = factory.getFormatReadFeatures();
            _formatWriteFeatures = factory.getFormatWriteFeatures();
            // The conventions come first, so that the other mapper's modules go before them.
            List<JacksonModule> modules = new ArrayList<>(_modules == null ? List.of() : _modules.values());
            _modules = null;
            addModule(new V8Module());
            addModules(modules);
            setConventions();
        }

        private void setConventions() {
            disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
            disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
            enable(SerializationFeature.WRITE_CHAR_ARRAYS_AS_JSON_ARRAYS);
            // A class that shows nothing to Jackson would silently be written as an object that holds nothing.
            enable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
            disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING);
            enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS);
            disable(
                    DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
                    DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                    DateTimeFeature.WRITE_DATE_KEYS_AS_TIMESTAMPS,
                    DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
                    DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID);
            withCoercionConfig(
                    LogicalType.Textual,
                    textual -> textual.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
        }

        /**
         * Sets how values are written and read: longs, times, decimals, sets, maps, version, limits.
         *
         * @param options the options
         * @return this builder
         */
        public Builder options(V8Options options) {
            _streamFactory =
                    ((V8Factory) _streamFactory).rebuild().options(options).build();
            return this;
        }

        /**
         * Switches features on.
         *
         * @param features the features
         * @return this builder
         */
        public Builder enable(V8ReadFeature... features) {
            for (V8ReadFeature feature : features) {
                _formatReadFeatures |= feature.getMask();
            }
            return this;
        }

        /**
         * Switches features off.
         *
         * @param features the features
         * @return this builder
         */
        public Builder disable(V8ReadFeature... features) {
            for (V8ReadFeature feature : features) {
                _formatReadFeatures &= ~feature.getMask();
            }
            return this;
        }

        /**
         * Switches features on.
         *
         * @param features the features
         * @return this builder
         */
        public Builder enable(V8WriteFeature... features) {
            for (V8WriteFeature feature : features) {
                _formatWriteFeatures |= feature.getMask();
            }
            return this;
        }

        /**
         * Switches features off.
         *
         * @param features the features
         * @return this builder
         */
        public Builder disable(V8WriteFeature... features) {
            for (V8WriteFeature feature : features) {
                _formatWriteFeatures &= ~feature.getMask();
            }
            return this;
        }

        @Override
        public V8Mapper build() {
            return new V8Mapper(this);
        }

        @Override
        protected MapperBuilderState _saveState() {
            return new State(this);
        }

        /** What a builder held, from which the same mapper can be made again. */
        private static final class State extends MapperBuilderState {

            private static final long serialVersionUID = 1L;

            State(Builder builder) {
                super(builder);
            }

            @Override
            protected Object readResolve() {
                return new Builder(this).build();
            }
        }
    }
}
