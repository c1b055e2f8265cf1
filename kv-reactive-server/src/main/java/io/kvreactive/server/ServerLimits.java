// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.time.Duration;

/**
 * What a server lets its clients take of it: sizes, numbers and times. What a single request may ask of a database is not here; that is Deno's
 * limits ({@code docs/spec/keys-and-values.md}, section 4). Immutable.
 */
public final class ServerLimits {

    /** Two mebibytes: more than twice the largest write that a database takes. */
    public static final int DEFAULT_BODY_BYTES = 2 << 20;

    /** Sixteen kibibytes, the double of what most servers take. */
    public static final int DEFAULT_HEADER_BYTES = 16 << 10;

    /** A client of HTTP/2 does everything over one connection, watches included, and would hang if it had not streams enough. */
    public static final int DEFAULT_STREAMS = 4_096;

    /** Each costs some kibibytes, and a file descriptor. */
    public static final int DEFAULT_CONNECTIONS = 10_000;

    /** Each costs about ten kibibytes. */
    public static final int DEFAULT_WATCHES = 50_000;

    /** A quarter of a gibibyte: four of the largest answers, or thousands of ordinary ones, that clients are slow to take. */
    public static final long DEFAULT_ANSWER_BYTES = 256L << 20;

    /** Twice as long as SQLite waits for a lock, and longer than any answer should take on a working network. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(15);

    /** As long as the load balancers of the large clouds leave a connection open that nobody uses, or longer. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(75);

    /** Several times what a round trip takes, and short enough that the memory of a frame is soon free. */
    public static final Duration DEFAULT_SLOW_WATCH_TIMEOUT = Duration.ofSeconds(30);

    /** Each SQLite file has three threads and some file descriptors. */
    public static final int DEFAULT_DATABASES = 100;

    /** Longer than the pauses of most programs, which need not wait for the file to be opened again, then. */
    public static final Duration DEFAULT_DATABASE_IDLE_TIME = Duration.ofMinutes(5);

    private static final ServerLimits DEFAULTS = new Builder().build();

    private final int bodyBytes;
    private final int headerBytes;
    private final int streams;
    private final int connections;
    private final int watches;
    private final long answerBytes;
    private final Duration requestTimeout;
    private final Duration idleTimeout;
    private final Duration slowWatchTimeout;
    private final int databases;
    private final Duration databaseIdleTime;

    private ServerLimits(Builder builder) {
        this.bodyBytes = builder.bodyBytes;
        this.headerBytes = builder.headerBytes;
        this.streams = builder.streams;
        this.connections = builder.connections;
        this.watches = builder.watches;
        this.answerBytes = builder.answerBytes;
        this.requestTimeout = builder.requestTimeout;
        this.idleTimeout = builder.idleTimeout;
        this.slowWatchTimeout = builder.slowWatchTimeout;
        this.databases = builder.databases;
        this.databaseIdleTime = builder.databaseIdleTime;
    }

    /**
     * The limits of a server that is given none.
     *
     * @return the defaults
     */
    public static ServerLimits defaults() {
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
     * A builder that begins with these limits.
     *
     * @return a builder; not thread-safe
     */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.bodyBytes = bodyBytes;
        builder.headerBytes = headerBytes;
        builder.streams = streams;
        builder.connections = connections;
        builder.watches = watches;
        builder.answerBytes = answerBytes;
        builder.requestTimeout = requestTimeout;
        builder.idleTimeout = idleTimeout;
        builder.slowWatchTimeout = slowWatchTimeout;
        builder.databases = databases;
        builder.databaseIdleTime = databaseIdleTime;
        return builder;
    }

    /**
     * Bounds the body of a request; a longer one is answered with 413.
     *
     * @return bytes
     */
    public int bodyBytes() {
        return bodyBytes;
    }

    /**
     * Bounds the headers of a request, all together; more are answered with 431.
     *
     * @return bytes
     */
    public int headerBytes() {
        return headerBytes;
    }

    /**
     * Bounds the requests under way on a connection of HTTP/2, watches included.
     *
     * @return a number
     */
    public int streams() {
        return streams;
    }

    /**
     * Bounds open connections; more are closed as they come.
     *
     * @return a number
     */
    public int connections() {
        return connections;
    }

    /**
     * Bounds open watches; more are answered with 503.
     *
     * @return a number
     */
    public int watches() {
        return watches;
    }

    /**
     * Bounds the bytes of answers that clients have not taken yet; while there are more, reads are answered with 503.
     *
     * @return bytes
     */
    public long answerBytes() {
        return answerBytes;
    }

    /**
     * Bounds the time of a request, from its head to the last byte of its answer; a watch has no such bound.
     *
     * @return the time
     */
    public Duration requestTimeout() {
        return requestTimeout;
    }

    /**
     * Bounds the time that a connection is open without a request under way, however many bytes it sends.
     *
     * @return the time
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * Bounds the time that a watch waits for its reader to take a frame; a slower reader is cut off.
     *
     * @return the time
     */
    public Duration slowWatchTimeout() {
        return slowWatchTimeout;
    }

    /**
     * Bounds named databases that are open at a time.
     *
     * @return a number; 0 for none at all
     */
    public int databases() {
        return databases;
    }

    /**
     * How long a named database that is not in memory stays open after its last request.
     *
     * @return the time
     */
    public Duration databaseIdleTime() {
        return databaseIdleTime;
    }

    /** Everything. */
    @Override
    public String toString() {
        return "ServerLimits(body " + bodyBytes + " bytes, header " + headerBytes + " bytes, " + streams + " streams, "
                + connections + " connections, " + watches + " watches, answers " + answerBytes + " bytes, request "
                + requestTimeout + ", idle " + idleTimeout + ", slow watch " + slowWatchTimeout + ", " + databases
                + " databases, idle " + databaseIdleTime + ")";
    }

    /** Builds {@link ServerLimits}. Not thread-safe. */
    public static final class Builder {
        private int bodyBytes = DEFAULT_BODY_BYTES;
        private int headerBytes = DEFAULT_HEADER_BYTES;
        private int streams = DEFAULT_STREAMS;
        private int connections = DEFAULT_CONNECTIONS;
        private int watches = DEFAULT_WATCHES;
        private long answerBytes = DEFAULT_ANSWER_BYTES;
        private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
        private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
        private Duration slowWatchTimeout = DEFAULT_SLOW_WATCH_TIMEOUT;
        private int databases = DEFAULT_DATABASES;
        private Duration databaseIdleTime = DEFAULT_DATABASE_IDLE_TIME;

        private Builder() {}

        /**
         * Bounds the body of a request. The default is {@link #DEFAULT_BODY_BYTES}.
         *
         * @param bodyBytes bytes, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder bodyBytes(int bodyBytes) {
            this.bodyBytes = positive("bodyBytes", bodyBytes);
            return this;
        }

        /**
         * Bounds the headers of a request, all together. The default is {@link #DEFAULT_HEADER_BYTES}.
         *
         * @param headerBytes bytes, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder headerBytes(int headerBytes) {
            this.headerBytes = positive("headerBytes", headerBytes);
            return this;
        }

        /**
         * Bounds the requests under way on a connection of HTTP/2. The default is {@link #DEFAULT_STREAMS}.
         *
         * @param streams a number, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder streams(int streams) {
            this.streams = positive("streams", streams);
            return this;
        }

        /**
         * Bounds open connections. The default is {@link #DEFAULT_CONNECTIONS}.
         *
         * @param connections a number, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder connections(int connections) {
            this.connections = positive("connections", connections);
            return this;
        }

        /**
         * Bounds open watches. The default is {@link #DEFAULT_WATCHES}.
         *
         * @param watches a number, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder watches(int watches) {
            this.watches = positive("watches", watches);
            return this;
        }

        /**
         * Bounds the bytes of answers that clients have not taken yet. The default is {@link #DEFAULT_ANSWER_BYTES}.
         *
         * @param answerBytes bytes, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder answerBytes(long answerBytes) {
            if (answerBytes < 1) {
                throw new IllegalArgumentException("answerBytes must be 1 or more: " + answerBytes);
            }
            this.answerBytes = answerBytes;
            return this;
        }

        /**
         * Bounds the time of a request. The default is {@link #DEFAULT_REQUEST_TIMEOUT}.
         *
         * @param requestTimeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout = positive("requestTimeout", requestTimeout);
            return this;
        }

        /**
         * Bounds the time that a connection is open without a request under way. The default is {@link #DEFAULT_IDLE_TIMEOUT}.
         *
         * @param idleTimeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = positive("idleTimeout", idleTimeout);
            return this;
        }

        /**
         * Bounds the time that a watch waits for its reader. The default is {@link #DEFAULT_SLOW_WATCH_TIMEOUT}.
         *
         * @param slowWatchTimeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder slowWatchTimeout(Duration slowWatchTimeout) {
            this.slowWatchTimeout = positive("slowWatchTimeout", slowWatchTimeout);
            return this;
        }

        /**
         * Bounds named databases that are open at a time. The default is {@link #DEFAULT_DATABASES}.
         *
         * @param databases a number, 0 for no named databases at all
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder databases(int databases) {
            if (databases < 0) {
                throw new IllegalArgumentException("databases must not be negative: " + databases);
            }
            this.databases = databases;
            return this;
        }

        /**
         * Keeps a named database that is not in memory open so long after its last request. The default is
         * {@link #DEFAULT_DATABASE_IDLE_TIME}.
         *
         * @param databaseIdleTime more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder databaseIdleTime(Duration databaseIdleTime) {
            this.databaseIdleTime = positive("databaseIdleTime", databaseIdleTime);
            return this;
        }

        /**
         * The limits.
         *
         * @return what was set
         */
        public ServerLimits build() {
            return new ServerLimits(this);
        }

        private static int positive(String name, int number) {
            if (number < 1) {
                throw new IllegalArgumentException(name + " must be 1 or more: " + number);
            }
            return number;
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(name + " must be more than zero: " + duration);
            }
            return duration;
        }
    }
}
