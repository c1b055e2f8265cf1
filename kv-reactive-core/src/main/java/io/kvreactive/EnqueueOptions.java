// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a message is delivered. Immutable. */
public final class EnqueueOptions {

    private static final EnqueueOptions DEFAULTS = new Builder().build();

    private final Duration delay;
    private final @Nullable List<Duration> backoffSchedule;
    private final List<KvKey> keysIfUndelivered;
    private final @Nullable KvKey deadLetters;

    private EnqueueOptions(Builder builder) {
        this.delay = builder.delay;
        this.backoffSchedule = builder.backoffSchedule;
        this.keysIfUndelivered = builder.keysIfUndelivered;
        this.deadLetters = builder.deadLetters;
    }

    /**
     * Delivery at once, with Deno's backoff schedule, and nothing kept of a message that cannot be delivered.
     *
     * @return the defaults
     */
    public static EnqueueOptions defaults() {
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
        builder.delay = delay;
        builder.backoffSchedule = backoffSchedule;
        builder.keysIfUndelivered = keysIfUndelivered;
        builder.deadLetters = deadLetters;
        return builder;
    }

    /**
     * How long after the commit the message is delivered.
     *
     * @return the time
     */
    public Duration delay() {
        return delay;
    }

    /**
     * How long to wait after each failed delivery.
     *
     * @return the intervals, or null for the default of the database
     */
    public @Nullable List<Duration> backoffSchedule() {
        return backoffSchedule;
    }

    /**
     * Where the message is set when every delivery failed.
     *
     * @return the keys
     */
    public List<KvKey> keysIfUndelivered() {
        return keysIfUndelivered;
    }

    /**
     * Below which key the message is set, under a name of its own, when every delivery failed.
     *
     * @return the prefix, or null for none
     */
    public @Nullable KvKey deadLetters() {
        return deadLetters;
    }

    /** Builds {@link EnqueueOptions}. Not thread-safe. */
    public static final class Builder {
        private Duration delay = Duration.ZERO;
        private @Nullable List<Duration> backoffSchedule;
        private List<KvKey> keysIfUndelivered = List.of();
        private @Nullable KvKey deadLetters;

        private Builder() {}

        /**
         * Delivers the message some time after the commit. The default is at once.
         *
         * @param delay zero or more, at most 30 days in Deno; parts of a millisecond are dropped
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder delay(Duration delay) {
            this.delay = notNegative("delay", delay);
            return this;
        }

        /**
         * Waits so long after each failed delivery, and gives up after the last. The default is 100 ms, 1 s, 5 s, 30 s and 60 s.
         *
         * @param intervals one for each further delivery, none for one delivery only; at most five of at most an hour in Deno
         * @return this builder
         * @throws IllegalArgumentException if one is negative
         */
        public Builder backoffSchedule(Duration... intervals) {
            for (int i = 0; i < intervals.length; i++) {
                notNegative("interval " + i + " of the backoffSchedule", intervals[i]);
            }
            this.backoffSchedule = List.of(intervals);
            return this;
        }

        /**
         * Sets the message under keys when every delivery failed. The default is to drop it.
         *
         * @param keys the keys; at most ten
         * @return this builder
         * @throws IllegalArgumentException if one is empty
         */
        public Builder keysIfUndelivered(KvKey... keys) {
            for (KvKey key : keys) {
                AtomicOperation.writable(key);
            }
            this.keysIfUndelivered = List.of(keys);
            return this;
        }

        /**
         * Sets the message below a prefix, under a key that no other message has, when every delivery failed; {@link KvQueue#deadLetters} lists
         * them. It counts as one of the keys of {@link #keysIfUndelivered}, to which it is added. The default is not to.
         *
         * @param prefix the common beginning of the keys of dead letters; not empty
         * @return this builder
         * @throws IllegalArgumentException if it is empty
         */
        public Builder deadLetters(KvKey prefix) {
            AtomicOperation.writable(prefix);
            this.deadLetters = prefix;
            return this;
        }

        private static Duration notNegative(String name, Duration duration) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException(name + " must not be negative: " + duration);
            }
            return duration;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public EnqueueOptions build() {
            return new EnqueueOptions(this);
        }
    }
}
