// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Options;
import java.io.DataInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import tools.jackson.core.ErrorReportConfiguration;
import tools.jackson.core.FormatSchema;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.Version;
import tools.jackson.core.base.BinaryTSFactory;
import tools.jackson.core.base.DecorableTSFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.util.VersionUtil;

/**
 * Makes parsers and generators of V8's format. Immutable and safe for use by several threads; one factory for all values lets their property names
 * be made once.
 *
 * <p>{@link V8Options} says how numbers, times, sets and maps are written, which version, how strictly is read, and how long and deep a value may
 * be. Jackson's own constraints hold beside them; a value is at most a million tokens unless {@link StreamReadConstraints} say otherwise, since a
 * few bytes of shared references can stand for any number of them.
 */
public final class V8Factory extends BinaryTSFactory {

    /** The name of the format. */
    public static final String FORMAT_NAME = "V8";

    static final Version VERSION =
            VersionUtil.parseVersion("0.1.0-SNAPSHOT", "io.github.kv-reactive", "jackson-dataformat-v8");

    private static final long serialVersionUID = 1L;
    private static final int MAX_TOKENS = 1_000_000;

    private final V8Options options;
    private final transient Names.Shared names = new Names.Shared();

    /** A factory with the defaults. */
    public V8Factory() {
        this(new Builder());
    }

    private V8Factory(Builder builder) {
        super(builder);
        this.options = builder.options;
    }

    private V8Factory(V8Factory that) {
        super(that);
        this.options = that.options;
    }

    /** {@return a new builder that holds the defaults} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the options} How values are read and written. */
    public V8Options options() {
        return options;
    }

    @Override
    public Builder rebuild() {
        return new Builder(this);
    }

    @Override
    public V8Factory copy() {
        return new V8Factory(this);
    }

    @Override
    public TokenStreamFactory snapshot() {
        return this;
    }

    /** The names are not kept. */
    private Object readResolve() {
        return new V8Factory(this);
    }

    @Override
    public Version version() {
        return VERSION;
    }

    @Override
    public boolean canParseAsync() {
        return false;
    }

    @Override
    public String getFormatName() {
        return FORMAT_NAME;
    }

    @Override
    public boolean canUseSchema(FormatSchema schema) {
        return false;
    }

    @Override
    public Class<V8ReadFeature> getFormatReadFeatureType() {
        return V8ReadFeature.class;
    }

    @Override
    public Class<V8WriteFeature> getFormatWriteFeatureType() {
        return V8WriteFeature.class;
    }

    @Override
    protected JsonParser _createParser(ObjectReadContext context, IOContext io, InputStream in) {
        byte[] bytes;
        try {
            // One more than is allowed, so that the reader can tell that it is too long.
            bytes = in.readNBytes((int) Math.min(options.maxBytes() + 1L, Integer.MAX_VALUE - 8));
            if (io.isResourceManaged() || isEnabled(StreamReadFeature.AUTO_CLOSE_SOURCE)) {
                in.close();
            }
        } catch (IOException e) {
            throw JacksonIOException.construct(e);
        }
        return _createParser(context, io, bytes, 0, bytes.length);
    }

    @Override
    protected JsonParser _createParser(ObjectReadContext context, IOContext io, byte[] data, int offset, int length) {
        if (offset < 0 || length < 0 || length > data.length - offset) {
            throw new StreamReadException("offset and length do not lie within the array");
        }
        _streamReadConstraints.validateDocumentLength(length);
        return new V8Parser(
                context,
                io,
                context.getStreamReadFeatures(_streamReadFeatures),
                context.getFormatReadFeatures(_formatReadFeatures),
                options,
                names.open(),
                data,
                offset,
                length);
    }

    @Override
    protected JsonParser _createParser(ObjectReadContext context, IOContext io, DataInput in) {
        throw new UnsupportedOperationException("a DataInput has no end; give an InputStream or an array");
    }

    @Override
    protected JsonGenerator _createGenerator(ObjectWriteContext context, IOContext io, OutputStream out) {
        return new V8Generator(
                context,
                io,
                context.getStreamWriteFeatures(_streamWriteFeatures),
                context.getFormatWriteFeatures(_formatWriteFeatures),
                options,
                out);
    }

    /** Makes a {@link V8Factory}. Mutable; not safe for use by several threads. */
    public static final class Builder extends DecorableTSFactory.DecorableTSFBuilder<V8Factory, Builder> {

        private V8Options options = V8Options.DEFAULT;

        private Builder() {
            super(
                    StreamReadConstraints.builder()
                            .maxNestingDepth(V8Options.DEFAULT_MAX_DEPTH)
                            .maxTokenCount(MAX_TOKENS)
                            .build(),
                    StreamWriteConstraints.builder()
                            .maxNestingDepth(V8Options.DEFAULT_MAX_DEPTH)
                            .build(),
                    ErrorReportConfiguration.defaults(),
                    V8ReadFeature.defaults(),
                    V8WriteFeature.defaults());
        }

        private Builder(V8Factory from) {
            super(from);
            this.options = from.options;
        }

        /**
         * Sets how values are read and written.
         *
         * @param options the options
         * @return this builder
         */
        public Builder options(V8Options options) {
            this.options = Objects.requireNonNull(options, "options");
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
        public V8Factory build() {
            return new V8Factory(this);
        }
    }
}
