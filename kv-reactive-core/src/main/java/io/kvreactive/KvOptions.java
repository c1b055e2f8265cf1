// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.BackendOptions;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.v8.jackson.V8Mapper;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** How a {@link Kv} works. Immutable; {@link #builder()} makes one, {@link #mutate()} a changed one. */
public final class KvOptions {

    /** With the jitter between them, enough for dozens who want the same few keys, and an end in about two seconds. */
    public static final int DEFAULT_TRANSACT_ATTEMPTS = 50;

    /** Longer than most handlers run, shorter than those who stop a process wait. */
    public static final Duration DEFAULT_CLOSE_GRACE = Duration.ofSeconds(10);

    private static final KvOptions DEFAULTS = new Builder().build();

    private final Clock clock;
    private final Scheduler scheduler;
    private final KvObserver observer;
    private final @Nullable String accessToken;
    private final @Nullable Duration deadline;
    private final Duration closeGrace;
    private final int transactAttempts;
    private final V8Mapper mapper;
    private final Map<Class<?>, BackendOptions> backendOptions;

    private KvOptions(Builder builder) {
        this.clock = builder.clock;
        this.scheduler = builder.scheduler;
        this.observer = builder.observer;
        this.accessToken = builder.accessToken;
        this.deadline = builder.deadline;
        this.closeGrace = builder.closeGrace;
        this.transactAttempts = builder.transactAttempts;
        this.mapper = builder.mapper;
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
        builder.accessToken = accessToken;
        builder.deadline = deadline;
        builder.closeGrace = closeGrace;
        builder.transactAttempts = transactAttempts;
        builder.mapper = mapper;
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
     * Who is told of operations and of what is no signal.
     *
     * @return the observer that was given, or one around it that drops what it throws; {@link KvObserver#NONE} if none was given
     */
    public KvObserver observer() {
        return observer;
    }

    /**
     * What opens a database on a server. For backends; never shown in a text.
     *
     * @return the token, or null if none was given
     */
    public @Nullable String accessToken() {
        return accessToken;
    }

    /**
     * How long an operation may take.
     *
     * @return the time, or null for no limit but those of the backend
     */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /**
     * How long closing waits for the handlers of messages.
     *
     * @return the time, zero for not at all
     */
    public Duration closeGrace() {
        return closeGrace;
    }

    /**
     * How often a transaction is run before its conflict becomes an error.
     *
     * @return 1 or more
     */
    public int transactAttempts() {
        return transactAttempts;
    }

    V8Mapper mapper() {
        return mapper;
    }

    /**
     * A backend's own options, as given to {@link Builder#with}.
     *
     * @param type the class of the options
     * @param <T> the type of the options
     * @return the options, if any of this class were given
     */
    public <T extends BackendOptions> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(backendOptions.get(type)));
    }

    /** What can be shown: no token. */
    @Override
    public String toString() {
        return "KvOptions(accessToken " + (accessToken == null ? "none" : "REDACTED") + ", deadline " + deadline
                + ", closeGrace " + closeGrace + ", transactAttempts " + transactAttempts + ", "
                + backendOptions.values() + ")";
    }

    /** Builds {@link KvOptions}. Not thread-safe. */
    public static final class Builder {
        private Clock clock = Clock.systemUTC();
        private Scheduler scheduler = Schedulers.parallel();
        private KvObserver observer = KvObserver.NONE;
        private @Nullable String accessToken;
        private @Nullable Duration deadline;
        private Duration closeGrace = DEFAULT_CLOSE_GRACE;
        private int transactAttempts = DEFAULT_TRANSACT_ATTEMPTS;
        private V8Mapper mapper = V8Mapper.shared();
        private final Map<Class<?>, BackendOptions> backendOptions = new LinkedHashMap<>();

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
         * Gives signals on a scheduler. The default is {@link Schedulers#parallel()}, whose threads must not be blocked. Results that were got
         * together are given one after the other on one thread, so a subscriber that blocks keeps others waiting on any scheduler.
         *
         * @param scheduler the scheduler
         * @return this builder
         */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
            return this;
        }

        /**
         * Tells an observer what is done and what happens. The default takes no notice, and costs nothing.
         *
         * @param observer the observer
         * @return this builder
         */
        public Builder observer(KvObserver observer) {
            this.observer = GuardedObserver.around(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Opens a database on a server with a token. The default is the environment variable {@code DENO_KV_ACCESS_TOKEN}. An embedded
         * database takes no notice of it.
         *
         * @param token the token; not empty
         * @return this builder
         * @throws IllegalArgumentException if it is empty
         */
        public Builder accessToken(String token) {
            if (token.isEmpty()) {
                throw new IllegalArgumentException("accessToken must not be empty");
            }
            this.accessToken = token;
            return this;
        }

        /**
         * Ends every read, every commit and the opening within a time; a listing, each of its reads. A read then ends with
         * {@link KvTimeoutException}, a commit with {@link KvOutcomeUnknownException}. The default is no deadline: an embedded database bounds
         * its waits by itself.
         *
         * @param deadline more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder deadline(Duration deadline) {
            if (deadline.isZero() || deadline.isNegative()) {
                throw new IllegalArgumentException("deadline must be more than zero: " + deadline);
            }
            this.deadline = deadline;
            return this;
        }

        /**
         * Waits so long, when the database is closed, for the handlers of messages that are out; their messages are then put back. The default
         * is ten seconds.
         *
         * @param grace zero or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder closeGrace(Duration grace) {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("closeGrace must not be negative: " + grace);
            }
            this.closeGrace = grace;
            return this;
        }

        /**
         * Runs a transaction at most so often. The default is {@value KvOptions#DEFAULT_TRANSACT_ATTEMPTS}.
         *
         * @param attempts 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder transactAttempts(int attempts) {
            if (attempts < 1) {
                throw new IllegalArgumentException("transactAttempts must be 1 or more: " + attempts);
            }
            this.transactAttempts = attempts;
            return this;
        }

        /**
         * Maps classes of the user's with a mapper: records, beans, and whatever else Jackson knows. The default is
         * {@link V8Mapper#shared()}. Ordinary values do not go through it.
         *
         * @param mapper the mapper, with the modules, mix-ins and features that the classes need
         * @return this builder
         */
        public Builder mapper(V8Mapper mapper) {
            this.mapper = Objects.requireNonNull(mapper, "mapper");
            return this;
        }

        /**
         * Gives a backend its own options, such as {@code SqliteOptions}; earlier ones of the same class are replaced. A backend takes no
         * notice of another's.
         *
         * @param options an options object of a backend
         * @return this builder
         */
        public Builder with(BackendOptions options) {
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
