// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.time.Duration;

/**
 * What a database takes, {@code docs/spec/keys-and-values.md} section 4. Immutable.
 */
public final class DatabaseLimits {

    /** The limits of Deno itself, which an embedded database keeps so that Deno can read and write all of its file. */
    public static final DatabaseLimits DENO = new Builder().build();

    private final int keyBytes;
    private final int boundBytes;
    private final int valueBytes;
    private final int rangesPerRead;
    private final int entriesPerRead;
    private final int checksPerWrite;
    private final int mutationsPerWrite;
    private final int writeBytes;
    private final int writeKeyBytes;
    private final int watchedKeys;
    private final int payloadBytes;
    private final int backoffIntervals;
    private final int keysIfUndelivered;
    private final Duration backoffInterval;
    private final Duration delay;

    private DatabaseLimits(Builder builder) {
        this.keyBytes = builder.keyBytes;
        this.boundBytes = builder.boundBytes;
        this.valueBytes = builder.valueBytes;
        this.rangesPerRead = builder.rangesPerRead;
        this.entriesPerRead = builder.entriesPerRead;
        this.checksPerWrite = builder.checksPerWrite;
        this.mutationsPerWrite = builder.mutationsPerWrite;
        this.writeBytes = builder.writeBytes;
        this.writeKeyBytes = builder.writeKeyBytes;
        this.watchedKeys = builder.watchedKeys;
        this.payloadBytes = builder.payloadBytes;
        this.backoffIntervals = builder.backoffIntervals;
        this.keysIfUndelivered = builder.keysIfUndelivered;
        this.backoffInterval = builder.backoffInterval;
        this.delay = builder.delay;
    }

    /**
     * A builder that begins with {@link #DENO}.
     *
     * @return a builder; not thread-safe
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Bounds the encoded size of a key that is written or checked.
     *
     * @return bytes
     */
    public int keyBytes() {
        return keyBytes;
    }

    /**
     * Bounds the encoded size of a bound of a range that is read.
     *
     * @return bytes
     */
    public int boundBytes() {
        return boundBytes;
    }

    /**
     * Bounds the stored size of a value.
     *
     * @return bytes
     */
    public int valueBytes() {
        return valueBytes;
    }

    /**
     * Bounds ranges in one read.
     *
     * @return a number
     */
    public int rangesPerRead() {
        return rangesPerRead;
    }

    /**
     * Bounds entries in one read: the sum of the limits of its ranges.
     *
     * @return a number
     */
    public int entriesPerRead() {
        return entriesPerRead;
    }

    /**
     * Bounds keys in one read, each of which is a range with one entry at most.
     *
     * @return a number: that of ranges or that of entries, whichever is smaller
     */
    public int keysPerRead() {
        return Math.min(rangesPerRead, entriesPerRead);
    }

    /**
     * Bounds checks in one write.
     *
     * @return a number
     */
    public int checksPerWrite() {
        return checksPerWrite;
    }

    /**
     * Bounds mutations in one write.
     *
     * @return a number
     */
    public int mutationsPerWrite() {
        return mutationsPerWrite;
    }

    /**
     * Bounds keys of checks, and keys and values of mutations, in one write.
     *
     * @return bytes
     */
    public int writeBytes() {
        return writeBytes;
    }

    /**
     * Bounds keys of those mutations of one write that carry a value.
     *
     * @return bytes
     */
    public int writeKeyBytes() {
        return writeKeyBytes;
    }

    /**
     * Bounds keys in one watch.
     *
     * @return a number
     */
    public int watchedKeys() {
        return watchedKeys;
    }

    /**
     * Bounds the stored size of a message.
     *
     * @return bytes
     */
    public int payloadBytes() {
        return payloadBytes;
    }

    /**
     * Bounds intervals in the backoff schedule of a message.
     *
     * @return a number
     */
    public int backoffIntervals() {
        return backoffIntervals;
    }

    /**
     * Bounds keys under which an undelivered message is set.
     *
     * @return a number
     */
    public int keysIfUndelivered() {
        return keysIfUndelivered;
    }

    /**
     * Bounds one interval of the backoff schedule of a message.
     *
     * @return the time, inclusive
     */
    public Duration backoffInterval() {
        return backoffInterval;
    }

    /**
     * Bounds the delay of a message.
     *
     * @return the time, inclusive
     */
    public Duration delay() {
        return delay;
    }

    /** Builds {@link DatabaseLimits}. Not thread-safe. */
    public static final class Builder {
        private int keyBytes = 2_048;
        private int boundBytes = 2_049;
        private int valueBytes = 65_536;
        private int rangesPerRead = 10;
        private int entriesPerRead = 1_000;
        private int checksPerWrite = 100;
        private int mutationsPerWrite = 1_000;
        private int writeBytes = 819_200;
        private int writeKeyBytes = 81_920;
        private int watchedKeys = 10;
        private int payloadBytes = 65_536;
        private int backoffIntervals = 5;
        private int keysIfUndelivered = 10;
        private Duration backoffInterval = Duration.ofHours(1);
        private Duration delay = Duration.ofDays(30);

        private Builder() {}

        /**
         * Bounds the encoded size of a key that is written or checked.
         *
         * @param keyBytes bytes; 2,048 in Deno
         * @return this builder
         */
        public Builder keyBytes(int keyBytes) {
            this.keyBytes = keyBytes;
            return this;
        }

        /**
         * Bounds the encoded size of a bound of a range that is read.
         *
         * @param boundBytes bytes; 2,049 in Deno
         * @return this builder
         */
        public Builder boundBytes(int boundBytes) {
            this.boundBytes = boundBytes;
            return this;
        }

        /**
         * Bounds the stored size of a value.
         *
         * @param valueBytes bytes; 65,536 in Deno
         * @return this builder
         */
        public Builder valueBytes(int valueBytes) {
            this.valueBytes = valueBytes;
            return this;
        }

        /**
         * Bounds ranges in one read.
         *
         * @param rangesPerRead a number; 10 in Deno
         * @return this builder
         */
        public Builder rangesPerRead(int rangesPerRead) {
            this.rangesPerRead = rangesPerRead;
            return this;
        }

        /**
         * Bounds entries in one read: the sum of the limits of its ranges.
         *
         * @param entriesPerRead a number; 1,000 in Deno
         * @return this builder
         */
        public Builder entriesPerRead(int entriesPerRead) {
            this.entriesPerRead = entriesPerRead;
            return this;
        }

        /**
         * Bounds checks in one write.
         *
         * @param checksPerWrite a number; 100 in Deno
         * @return this builder
         */
        public Builder checksPerWrite(int checksPerWrite) {
            this.checksPerWrite = checksPerWrite;
            return this;
        }

        /**
         * Bounds mutations in one write.
         *
         * @param mutationsPerWrite a number; 1,000 in Deno
         * @return this builder
         */
        public Builder mutationsPerWrite(int mutationsPerWrite) {
            this.mutationsPerWrite = mutationsPerWrite;
            return this;
        }

        /**
         * Bounds keys of checks, and keys and values of mutations, in one write.
         *
         * @param writeBytes bytes; 819,200 in Deno
         * @return this builder
         */
        public Builder writeBytes(int writeBytes) {
            this.writeBytes = writeBytes;
            return this;
        }

        /**
         * Bounds keys of those mutations of one write that carry a value.
         *
         * @param writeKeyBytes bytes; 81,920 in Deno
         * @return this builder
         */
        public Builder writeKeyBytes(int writeKeyBytes) {
            this.writeKeyBytes = writeKeyBytes;
            return this;
        }

        /**
         * Bounds keys in one watch.
         *
         * @param watchedKeys a number; 10 in Deno
         * @return this builder
         */
        public Builder watchedKeys(int watchedKeys) {
            this.watchedKeys = watchedKeys;
            return this;
        }

        /**
         * Bounds the stored size of a message.
         *
         * @param payloadBytes bytes; 65,536 in Deno
         * @return this builder
         */
        public Builder payloadBytes(int payloadBytes) {
            this.payloadBytes = payloadBytes;
            return this;
        }

        /**
         * Bounds intervals in the backoff schedule of a message.
         *
         * @param backoffIntervals a number; 5 in Deno
         * @return this builder
         */
        public Builder backoffIntervals(int backoffIntervals) {
            this.backoffIntervals = backoffIntervals;
            return this;
        }

        /**
         * Bounds keys under which an undelivered message is set.
         *
         * @param keysIfUndelivered a number; 10 in Deno
         * @return this builder
         */
        public Builder keysIfUndelivered(int keysIfUndelivered) {
            this.keysIfUndelivered = keysIfUndelivered;
            return this;
        }

        /**
         * Bounds one interval of the backoff schedule of a message.
         *
         * @param backoffInterval the time, inclusive; an hour in Deno
         * @return this builder
         */
        public Builder backoffInterval(Duration backoffInterval) {
            this.backoffInterval = backoffInterval;
            return this;
        }

        /**
         * Bounds the delay of a message.
         *
         * @param delay the time, inclusive; 30 days in Deno
         * @return this builder
         */
        public Builder delay(Duration delay) {
            this.delay = delay;
            return this;
        }

        /**
         * The limits.
         *
         * @return what was set
         */
        public DatabaseLimits build() {
            return new DatabaseLimits(this);
        }
    }
}
