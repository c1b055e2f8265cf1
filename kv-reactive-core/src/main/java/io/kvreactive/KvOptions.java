// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.KvObserver;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** How a {@link Kv} works. Immutable; {@link #builder()} makes one, {@link #mutate()} a changed one. */
public final class KvOptions {

    private static final KvOptions DEFAULTS = new Builder().build();

    private final Clock clock;
    private final Scheduler scheduler;
    private final KvObserver observer;
    private final Map<Class<?>, Object> backendOptions;

    private KvOptions(Builder builder) {
        this.clock = builder.clock;
        this.scheduler = builder.scheduler;
        this.observer = builder.observer;
        this.backendOptions = Map.copyOf(builder.backendOptions);
    }

    /**
     * The options of {@link Kv#create(String)}.
     *
     * @return the defaults
     */
    public static KvOptions defaults() {
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
        builder.clock = clock;
        builder.scheduler = scheduler;
        builder.observer = observer;
        builder.backendOptions.putAll(backendOptions);
        return builder;
    }

    /**
     * Where the time comes from, for expiry.
     *
     * @return the clock
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Where signals are given.
     *
     * @return the scheduler
     */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Who is told what is no signal.
     *
     * @return the observer
     */
    public KvObserver observer() {
        return observer;
    }

    /**
     * A backend's own options, as given to {@link Builder#with}.
     *
     * @param type the class of the options
     * @param <T> the type of the options
     * @return the options, if any of this class were given
     */
    public <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(backendOptions.get(type)));
    }

    /** Builds {@link KvOptions}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private Scheduler scheduler = Schedulers.parallel();
        private KvObserver observer = KvObserver.NONE;
        private final Map<Class<?>, Object> backendOptions = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Takes the time from a clock, by which entries expire. The default is the system's.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Gives signals on a scheduler. The default is {@link Schedulers#parallel()}, whose threads must not be blocked.
         *
         * @param scheduler the scheduler
         * @return this builder
         */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
            return this;
        }

        /**
         * Tells an observer what happens. The default takes no notice.
         *
         * @param observer the observer
         * @return this builder
         */
        public Builder observer(KvObserver observer) {
            this.observer = Objects.requireNonNull(observer, "observer");
            return this;
        }

        /**
         * Gives a backend its own options, such as {@code SqliteOptions}; earlier ones of the same class are replaced. A backend takes no
         * notice of another's.
         *
         * @param options an options object of a backend
         * @return this builder
         */
        public Builder with(Object options) {
            backendOptions.put(options.getClass(), options);
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public KvOptions build() {
            return new KvOptions(this);
        }
    }
}
