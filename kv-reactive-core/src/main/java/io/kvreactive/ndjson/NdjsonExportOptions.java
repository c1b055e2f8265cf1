// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvSelector;
import java.util.Objects;

/** What an {@link NdjsonExport} writes, and how. Immutable; {@link #builder()} makes one, {@link #mutate()} a changed one. */
public final class NdjsonExportOptions {

    /** As large as what files and sockets take at a time. */
    public static final int DEFAULT_CHUNK_BYTES = 65_536;

    private static final NdjsonExportOptions DEFAULTS = new Builder().build();

    /** Which lines have the stored bytes of their value beside its notation. */
    public enum RawValues {
        /** Those whose value the notation does not carry. The default. */
        WHERE_NEEDED,
        /** All: an import here then restores every value byte for byte. Files grow by half. */
        ALWAYS,
        /** None: values that the notation does not carry arrive changed. */
        NEVER
    }

    private final KvSelector selector;
    private final RawValues rawValues;
    private final NdjsonOnError onError;
    private final int chunkBytes;
    private final NdjsonObserver observer;

    private NdjsonExportOptions(Builder builder) {
        this.selector = builder.selector;
        this.rawValues = builder.rawValues;
        this.onError = builder.onError;
        this.chunkBytes = builder.chunkBytes;
        this.observer = builder.observer;
    }

    /**
     * Everything in the database.
     *
     * @return the defaults
     */
    public static NdjsonExportOptions defaults() {
        return DEFAULTS;
    }

    /**
     * A builder that begins with the defaults.
     *
     * @return a builder; not thread-safe
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that begins with these options.
     *
     * @return a builder; not thread-safe
     */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.selector = selector;
        builder.rawValues = rawValues;
        builder.onError = onError;
        builder.chunkBytes = chunkBytes;
        builder.observer = observer;
        return builder;
    }

    /**
     * Which entries are exported, and how they are read.
     *
     * @return the selector
     */
    public KvSelector selector() {
        return selector;
    }

    /**
     * Which lines have stored bytes.
     *
     * @return the choice
     */
    public RawValues rawValues() {
        return rawValues;
    }

    /**
     * What happens to an entry that no line can carry.
     *
     * @return the choice
     */
    public NdjsonOnError onError() {
        return onError;
    }

    /**
     * From which size on a chunk of bytes is given.
     *
     * @return bytes
     */
    public int chunkBytes() {
        return chunkBytes;
    }

    /**
     * Who is told how it goes on.
     *
     * @return the observer
     */
    public NdjsonObserver observer() {
        return observer;
    }

    /** Builds {@link NdjsonExportOptions}. Not thread-safe. */
    public static final class Builder {
        private KvSelector selector = KvSelector.prefix();
        private RawValues rawValues = RawValues.WHERE_NEEDED;
        private NdjsonOnError onError = NdjsonOnError.STOP;
        private int chunkBytes = DEFAULT_CHUNK_BYTES;
        private NdjsonObserver observer = NdjsonObserver.NONE;

        private Builder() {}

        /**
         * Exports the entries of a selector, in its order. The default is everything. What the selector says of entries that cannot be decoded
         * does not count: values are not decoded.
         *
         * @param selector which entries, and how they are read
         * @return this builder
         */
        public Builder selector(KvSelector selector) {
            this.selector = Objects.requireNonNull(selector, "selector");
            return this;
        }

        /**
         * Chooses which lines have the stored bytes of their value. The default is {@link RawValues#WHERE_NEEDED}.
         *
         * @param rawValues the choice
         * @return this builder
         */
        public Builder rawValues(RawValues rawValues) {
            this.rawValues = Objects.requireNonNull(rawValues, "rawValues");
            return this;
        }

        /**
         * Decides about entries whose key is malformed or whose row is damaged, which no line can carry. The default is
         * {@link NdjsonOnError#STOP}: an export that left them out would look whole.
         *
         * @param onError what to do
         * @return this builder
         */
        public Builder onError(NdjsonOnError onError) {
            this.onError = Objects.requireNonNull(onError, "onError");
            return this;
        }

        /**
         * Gives bytes in chunks of at least this size, but for the last; a chunk ends with a whole line. The default is
         * {@value NdjsonExportOptions#DEFAULT_CHUNK_BYTES}.
         *
         * @param chunkBytes 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder chunkBytes(int chunkBytes) {
            if (chunkBytes < 1) {
                throw new IllegalArgumentException("chunkBytes must be 1 or more: " + chunkBytes);
            }
            this.chunkBytes = chunkBytes;
            return this;
        }

        /**
         * Tells an observer how it goes on. The default takes no notice.
         *
         * @param observer the observer
         * @return this builder
         */
        public Builder observer(NdjsonObserver observer) {
            this.observer = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public NdjsonExportOptions build() {
            return new NdjsonExportOptions(this);
        }
    }
}
