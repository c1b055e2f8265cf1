// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How messages are taken out of the queue. Immutable. */
public final class ListenOptions {

    /** Enough to keep handlers that wait for others busy, few enough for handlers that compute. */
    public static final int DEFAULT_CONCURRENCY = 64;

    private static final ListenOptions DEFAULTS = new Builder().build();

    private final int concurrency;
    private final @Nullable Duration handlingTimeout;

    private ListenOptions(Builder builder) {
        this.concurrency = builder.concurrency;
        this.handlingTimeout = builder.handlingTimeout;
    }

    /**
     * {@value #DEFAULT_CONCURRENCY} handlers at a time, each for as long as it takes.
     *
     * @return the defaults
     */
    public static ListenOptions defaults() {
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
        builder.concurrency = concurrency;
        builder.handlingTimeout = handlingTimeout;
        return builder;
    }

    /**
     * How many handlers of {@link Kv#listenQueue} run at a time.
     *
     * @return 1 or more
     */
    public int concurrency() {
        return concurrency;
    }

    /**
     * How long a message may be out.
     *
     * @return the time, or null for no limit
     */
    public @Nullable Duration handlingTimeout() {
        return handlingTimeout;
    }

    /** Builds {@link ListenOptions}. Not thread-safe. */
    public static final class Builder {
        private int concurrency = DEFAULT_CONCURRENCY;
        private @Nullable Duration handlingTimeout;

        private Builder() {}

        /**
         * Runs so many handlers of {@link Kv#listenQueue} at a time; no more messages are out. The default is
         * {@value ListenOptions#DEFAULT_CONCURRENCY}. Of {@link Kv#messages}, the subscriber's demand says how many are out.
         *
         * @param concurrency 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder concurrency(int concurrency) {
            if (concurrency < 1) {
                throw new IllegalArgumentException("concurrency must be 1 or more: " + concurrency);
            }
            this.concurrency = concurrency;
            return this;
        }

        /**
         * Lets a message be out for so long; then it counts as a failed delivery, and its handler is cancelled. The default is no limit: a
         * message is its handler's for as long as that runs.
         *
         * @param timeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder handlingTimeout(Duration timeout) {
            if (timeout.isZero() || timeout.isNegative()) {
                throw new IllegalArgumentException("handlingTimeout must be more than zero: " + timeout);
            }
            this.handlingTimeout = timeout;
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public ListenOptions build() {
            return new ListenOptions(this);
        }
    }
}
