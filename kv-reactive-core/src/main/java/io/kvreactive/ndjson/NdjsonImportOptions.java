// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvKey;
import java.util.Objects;

/** What an {@link NdjsonImport} does with the lines it is given. Immutable; {@link #builder()} makes one, {@link #mutate()} a changed one. */
public final class NdjsonImportOptions {

    /** Enough for the cost of a commit not to count, few enough for other writers not to notice. */
    public static final int DEFAULT_BATCH_SIZE = 500;

    /** One batch is read while another is written, and a database that is far away is kept busy. */
    public static final int DEFAULT_CONCURRENCY = 4;

    /** Longer than any line of an entry that Deno takes: 65,536 bytes of booleans are two million characters. */
    public static final int DEFAULT_MAX_LINE_BYTES = 4 * 1024 * 1024;

    private static final NdjsonImportOptions DEFAULTS = new Builder().build();

    /** What happens to a line whose key exists. */
    public enum Existing {
        /** It is skipped, and what exists stays. The default. */
        SKIP,
        /** What exists is replaced. */
        OVERWRITE
    }

    private final KvKey prefix;
    private final Existing existing;
    private final NdjsonOnError onError;
    private final int batchSize;
    private final int concurrency;
    private final int maxLineBytes;
    private final NdjsonObserver observer;

    private NdjsonImportOptions(Builder builder) {
        this.prefix = builder.prefix;
        this.existing = builder.existing;
        this.onError = builder.onError;
        this.batchSize = builder.batchSize;
        this.concurrency = builder.concurrency;
        this.maxLineBytes = builder.maxLineBytes;
        this.observer = builder.observer;
    }

    /**
     * The keys as they are written; what exists stays; bad lines are counted.
     *
     * @return the defaults
     */
    public static NdjsonImportOptions defaults() {
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
        builder.prefix = prefix;
        builder.existing = existing;
        builder.onError = onError;
        builder.batchSize = batchSize;
        builder.concurrency = concurrency;
        builder.maxLineBytes = maxLineBytes;
        builder.observer = observer;
        return builder;
    }

    /**
     * What is put before each key.
     *
     * @return the prefix, empty for none
     */
    public KvKey prefix() {
        return prefix;
    }

    /**
     * What happens to a line whose key exists.
     *
     * @return the choice
     */
    public Existing existing() {
        return existing;
    }

    /**
     * What happens to a line that cannot be imported.
     *
     * @return the choice
     */
    public NdjsonOnError onError() {
        return onError;
    }

    /**
     * The most lines of one commit.
     *
     * @return 1 or more
     */
    public int batchSize() {
        return batchSize;
    }

    /**
     * The most commits under way.
     *
     * @return 1 or more
     */
    public int concurrency() {
        return concurrency;
    }

    /**
     * The length of the longest line.
     *
     * @return bytes
     */
    public int maxLineBytes() {
        return maxLineBytes;
    }

    /**
     * Who is told how it goes on.
     *
     * @return the observer
     */
    public NdjsonObserver observer() {
        return observer;
    }

    /** Builds {@link NdjsonImportOptions}. Not thread-safe. */
    public static final class Builder {
        private KvKey prefix = KvKey.empty();
        private Existing existing = Existing.SKIP;
        private NdjsonOnError onError = NdjsonOnError.CONTINUE;
        private int batchSize = DEFAULT_BATCH_SIZE;
        private int concurrency = DEFAULT_CONCURRENCY;
        private int maxLineBytes = DEFAULT_MAX_LINE_BYTES;
        private NdjsonObserver observer = NdjsonObserver.NONE;

        private Builder() {}

        /**
         * Puts parts before each key. The default is none.
         *
         * @param prefix the parts
         * @return this builder
         */
        public Builder prefix(KvKey prefix) {
            this.prefix = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /**
         * Decides about lines whose key exists. The default is {@link Existing#SKIP}. Of two lines with one key, the first counts when what
         * exists is skipped, the last when it is overwritten.
         *
         * @param existing what to do
         * @return this builder
         */
        public Builder existing(Existing existing) {
            this.existing = Objects.requireNonNull(existing, "existing");
            return this;
        }

        /**
         * Decides about lines that cannot be imported. The default is {@link NdjsonOnError#CONTINUE}. To stop at the first one, batches are
         * written one after the other.
         *
         * @param onError what to do
         * @return this builder
         */
        public Builder onError(NdjsonOnError onError) {
            this.onError = Objects.requireNonNull(onError, "onError");
            return this;
        }

        /**
         * Writes at most so many lines in one commit; fewer if they are large, or if the database takes fewer. The default is
         * {@value NdjsonImportOptions#DEFAULT_BATCH_SIZE}.
         *
         * @param batchSize 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder batchSize(int batchSize) {
            requirePositive("batchSize", batchSize);
            this.batchSize = batchSize;
            return this;
        }

        /**
         * Lets at most so many commits be under way; no more lines are held than they have, and one batch. The default is
         * {@value NdjsonImportOptions#DEFAULT_CONCURRENCY}.
         *
         * @param concurrency 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder concurrency(int concurrency) {
            requirePositive("concurrency", concurrency);
            this.concurrency = concurrency;
            return this;
        }

        /**
         * Refuses lines that are longer: of bytes, counted in bytes; of strings, in UTF-16 units. No more than this is held of a line. The
         * default is {@value NdjsonImportOptions#DEFAULT_MAX_LINE_BYTES}.
         *
         * @param maxLineBytes 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxLineBytes(int maxLineBytes) {
            requirePositive("maxLineBytes", maxLineBytes);
            this.maxLineBytes = maxLineBytes;
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
        public NdjsonImportOptions build() {
            return new NdjsonImportOptions(this);
        }

        private static void requirePositive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " must be 1 or more: " + value);
            }
        }
    }
}
