// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.BackendOptions;
import io.kvreactive.spi.DatabaseLimits;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How a database on a server is used: {@code KvOptions.builder().with(RemoteOptions.builder().deadline(Duration.ofSeconds(5)).build())}.
 * Immutable.
 */
public final class RemoteOptions implements BackendOptions {

    /** Rides out the restart of a server, and tells of an outage before most callers have lost patience. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    /** The first pause before a request is repeated. */
    public static final Duration DEFAULT_FIRST_BACKOFF = Duration.ofMillis(200);

    /** The longest pause before a request is repeated. */
    public static final Duration DEFAULT_LONGEST_BACKOFF = Duration.ofSeconds(30);

    /** A pause is up to so much of itself longer or shorter, so that many clients do not come back at the same moment. */
    public static final double DEFAULT_JITTER = 0.5;

    /** Six of the signs of life that the reference server gives. */
    public static final Duration DEFAULT_WATCH_SILENCE = Duration.ofSeconds(30);

    private static final RemoteOptions DEFAULTS = new Builder().build();

    private final @Nullable Mono<String> accessToken;
    private final @Nullable Duration deadline;
    private final Duration firstBackoff;
    private final Duration longestBackoff;
    private final double jitter;
    private final long maxAttempts;
    private final WriteRetry writeRetry;
    private final Duration watchSilence;
    private final @Nullable Set<String> redirectHosts;
    private final DatabaseLimits limits;
    private final HttpOptions http;

    private RemoteOptions(Builder builder) {
        this.accessToken = builder.accessToken;
        this.deadline = builder.deadline;
        this.firstBackoff = builder.firstBackoff;
        this.longestBackoff = builder.longestBackoff;
        this.jitter = builder.jitter;
        this.maxAttempts = builder.maxAttempts;
        this.writeRetry = builder.writeRetry;
        this.watchSilence = builder.watchSilence;
        this.redirectHosts = builder.redirectHosts;
        this.limits = builder.limits;
        this.http = builder.http;
    }

    /**
     * The options of a database that is given none.
     *
     * @return the defaults
     */
    public static RemoteOptions defaults() {
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
        builder.accessToken = accessToken;
        builder.deadline = deadline;
        builder.firstBackoff = firstBackoff;
        builder.longestBackoff = longestBackoff;
        builder.jitter = jitter;
        builder.maxAttempts = maxAttempts;
        builder.writeRetry = writeRetry;
        builder.watchSilence = watchSilence;
        builder.redirectHosts = redirectHosts;
        builder.limits = limits;
        builder.http = http;
        return builder;
    }

    @Nullable
    Mono<String> accessToken() {
        return accessToken;
    }

    /**
     * How long an operation may take, all attempts together.
     *
     * @return the time, or null for no limit
     */
    public @Nullable Duration deadline() {
        return deadline;
    }

    /**
     * The pause before the first repetition.
     *
     * @return the time; twice as long each time
     */
    public Duration firstBackoff() {
        return firstBackoff;
    }

    /**
     * The longest pause before a repetition.
     *
     * @return the time
     */
    public Duration longestBackoff() {
        return longestBackoff;
    }

    /**
     * By what part of itself a pause varies.
     *
     * @return from 0 to 1
     */
    public double jitter() {
        return jitter;
    }

    /**
     * How often a request is sent at the most.
     *
     * @return 1 or more; {@link Long#MAX_VALUE} for no limit
     */
    public long maxAttempts() {
        return maxAttempts;
    }

    /**
     * What to do with a write whose answer was lost.
     *
     * @return the decision
     */
    public WriteRetry writeRetry() {
        return writeRetry;
    }

    /**
     * How long a watch waits for a sign of life.
     *
     * @return the time
     */
    public Duration watchSilence() {
        return watchSilence;
    }

    /**
     * To which hosts the metadata exchange may be redirected.
     *
     * @return host names in lower case, or null for any
     */
    public @Nullable Set<String> redirectHosts() {
        return redirectHosts;
    }

    /**
     * What the server is taken to take.
     *
     * @return the limits
     */
    public DatabaseLimits limits() {
        return limits;
    }

    /**
     * How requests travel.
     *
     * @return the options of the HTTP client
     */
    public HttpOptions http() {
        return http;
    }

    /** What can be shown: no token. */
    @Override
    public String toString() {
        return "RemoteOptions(accessToken " + (accessToken == null ? "none" : "REDACTED") + ", deadline " + deadline
                + ", backoff " + firstBackoff + " to " + longestBackoff + ", jitter " + jitter + ", maxAttempts "
                + maxAttempts + ", writeRetry " + writeRetry + ", watchSilence " + watchSilence + ", redirectHosts "
                + (redirectHosts == null ? "any" : redirectHosts) + ", " + http + ")";
    }

    /** Builds {@link RemoteOptions}. Not thread-safe. */
    public static final class Builder {
        private @Nullable Mono<String> accessToken;
        private @Nullable Duration deadline = DEFAULT_DEADLINE;
        private Duration firstBackoff = DEFAULT_FIRST_BACKOFF;
        private Duration longestBackoff = DEFAULT_LONGEST_BACKOFF;
        private double jitter = DEFAULT_JITTER;
        private long maxAttempts = Long.MAX_VALUE;
        private WriteRetry writeRetry = WriteRetry.WHEN_HARMLESS;
        private Duration watchSilence = DEFAULT_WATCH_SILENCE;
        private @Nullable Set<String> redirectHosts;
        private DatabaseLimits limits = DatabaseLimits.DENO;
        private HttpOptions http = HttpOptions.defaults();

        private Builder() {}

        /**
         * Asks for the access token anew before each metadata exchange, for tokens that change. One that never does is given with
         * {@code KvOptions.Builder.accessToken}, which this overrides.
         *
         * @param accessToken gives the token; subscribed to for each exchange. An error ends the exchange, and is told as the cause
         * @return this builder
         */
        public Builder accessToken(Mono<String> accessToken) {
            this.accessToken = Objects.requireNonNull(accessToken, "accessToken");
            return this;
        }

        /**
         * Ends every operation within a time, all attempts and pauses and the wait for metadata together; a listing, each of its reads. A
         * read ends with {@code KvTimeoutException}; a commit with {@code KvUnavailableException} if it was certainly not applied, else with
         * {@code KvOutcomeUnknownException}. The message tells what went wrong last. Watches have no deadline. The default is
         * {@link #DEFAULT_DEADLINE}.
         *
         * @param deadline more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder deadline(Duration deadline) {
            this.deadline = positive("deadline", deadline);
            return this;
        }

        /**
         * Goes on trying for as long as it takes, as the protocol proposes. A subscriber may still cancel.
         *
         * @return this builder
         */
        public Builder withoutDeadline() {
            this.deadline = null;
            return this;
        }

        /**
         * Pauses before a request is repeated: the first time so long, then twice as long each time, up to a longest.
         *
         * @param first the first pause, more than zero; {@link #DEFAULT_FIRST_BACKOFF} by default
         * @param longest the longest, not shorter; {@link #DEFAULT_LONGEST_BACKOFF} by default
         * @return this builder
         * @throws IllegalArgumentException if the first is zero or negative, or longer than the longest
         */
        public Builder backoff(Duration first, Duration longest) {
            if (positive("first", first).compareTo(longest) > 0) {
                throw new IllegalArgumentException("first is " + first + ", which is longer than longest, " + longest);
            }
            this.firstBackoff = first;
            this.longestBackoff = longest;
            return this;
        }

        /**
         * Varies each pause by up to this part of itself. The default is {@link #DEFAULT_JITTER}.
         *
         * @param jitter from 0 to 1
         * @return this builder
         * @throws IllegalArgumentException if it is outside
         */
        public Builder jitter(double jitter) {
            if (!(jitter >= 0 && jitter <= 1)) {
                throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
            }
            this.jitter = jitter;
            return this;
        }

        /**
         * Sends a request at most so often. The default is no limit but the deadline. For a watch it counts attempts in a row that brought
         * nothing.
         *
         * @param maxAttempts 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxAttempts(long maxAttempts) {
            if (maxAttempts < 1) {
                throw new IllegalArgumentException("maxAttempts must be 1 or more: " + maxAttempts);
            }
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Decides what to do with a write whose answer was lost. The default is {@link WriteRetry#WHEN_HARMLESS}.
         *
         * @param writeRetry the decision
         * @return this builder
         */
        public Builder writeRetry(WriteRetry writeRetry) {
            this.writeRetry = Objects.requireNonNull(writeRetry, "writeRetry");
            return this;
        }

        /**
         * Takes a watch for dead when nothing comes for so long, not even a sign of life, and begins it anew. The default is
         * {@link #DEFAULT_WATCH_SILENCE}.
         *
         * @param watchSilence more than zero; several times the pause between the server's signs of life
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder watchSilence(Duration watchSilence) {
            this.watchSilence = positive("watchSilence", watchSilence);
            return this;
        }

        /**
         * Follows a redirect of the metadata exchange to these hosts only; without names, to none but the host of the URL itself. The access
         * token goes where the redirect points. The default is any host.
         *
         * @param hosts host names, without ports; the host of the URL is always allowed
         * @return this builder
         */
        public Builder redirectHosts(String... hosts) {
            this.redirectHosts = Set.of(hosts).stream()
                    .map(host -> host.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /**
         * Holds requests to what the server takes, so that what is too large is told before it is sent, and what can be split is. The default
         * is {@link DatabaseLimits#DENO}; denokv takes ten checks in a commit, not a hundred. What a server refuses beyond that is told with
         * its own text.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder limits(DatabaseLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Decides how requests travel.
         *
         * @param http the options of the HTTP client
         * @return this builder
         */
        public Builder http(HttpOptions http) {
            this.http = Objects.requireNonNull(http, "http");
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public RemoteOptions build() {
            return new RemoteOptions(this);
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(name + " must be more than zero: " + duration);
            }
            return duration;
        }
    }
}
