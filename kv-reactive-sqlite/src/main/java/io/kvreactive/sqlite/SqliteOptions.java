// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.BackendOptions;
import java.time.Duration;
import java.util.Objects;

/**
 * How a SQLite file is used: {@code KvOptions.builder().with(SqliteOptions.builder().readers(4).build())}. Immutable.
 */
public final class SqliteOptions implements BackendOptions {

    /** What may be done with the file. */
    public enum Access {
        /** Read and write; a file that is not there is made. The default. */
        CREATE,
        /** Read and write; opening fails if the file is not there. */
        EXISTING,
        /** Read only; writes fail. The tables must be there. */
        READ_ONLY
    }

    /** How far a commit must have reached when it is acknowledged. */
    public enum Synchronous {
        /** On the disk: an acknowledged write survives a crash of the machine. The default, as in Deno. */
        FULL,
        /** With the operating system: it survives the end of the process, but the last commits may be lost when the machine crashes. */
        NORMAL
    }

    /** What to do with a file that a newer Deno migrated to a format unknown to this version. */
    public enum NewerFormat {
        /** Opening fails. The default. */
        REFUSE,
        /** The file is read, never written. */
        READ_ONLY,
        /** The file is written as if it were of the known format. */
        WRITE
    }

    /** Two: one can serve short reads while a long listing keeps the other busy, on a machine with few processors. */
    public static final int DEFAULT_READERS = 2;

    /** As long as Deno waits. */
    public static final Duration DEFAULT_LOCK_WAIT_TIMEOUT = Duration.ofSeconds(5);

    /** Sixteen mebibytes: enough for the inner pages of a large database. */
    public static final long DEFAULT_CACHE_BYTES = 16L << 20;

    /** Sixty-four mebibytes: sixty thousand small writes, far more than a server that keeps up has at a time. */
    public static final long DEFAULT_BACKLOG_BYTES = 64L << 20;

    /** A change by another process is told within a tenth of a second, the reading of it and a busy machine allowed for. */
    public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(50);

    /**
     * A minute, as long as Deno takes to look for dead messages itself: Deno does not renew the deadlines of messages that it handles, so that
     * a passed one does not tell that nobody does.
     */
    public static final Duration DEFAULT_DEAD_MESSAGE_GRACE = Duration.ofSeconds(60);

    /** As good as for ever, and its nanoseconds can still be counted. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(365);

    private static final SqliteOptions DEFAULTS = new Builder().build();

    private final Access access;
    private final Synchronous synchronous;
    private final NewerFormat newerFormat;
    private final int readers;
    private final Duration lockWaitTimeout;
    private final long cacheBytes;
    private final long backlogBytes;
    private final Duration pollInterval;
    private final Duration deadMessageGrace;

    private SqliteOptions(Builder builder) {
        this.access = builder.access;
        this.synchronous = builder.synchronous;
        this.newerFormat = builder.newerFormat;
        this.readers = builder.readers;
        this.lockWaitTimeout = builder.lockWaitTimeout;
        this.cacheBytes = builder.cacheBytes;
        this.backlogBytes = builder.backlogBytes;
        this.pollInterval = builder.pollInterval;
        this.deadMessageGrace = builder.deadMessageGrace;
    }

    /**
     * The options of a database that is given none.
     *
     * @return the defaults
     */
    public static SqliteOptions defaults() {
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
        builder.access = access;
        builder.synchronous = synchronous;
        builder.newerFormat = newerFormat;
        builder.readers = readers;
        builder.lockWaitTimeout = lockWaitTimeout;
        builder.cacheBytes = cacheBytes;
        builder.backlogBytes = backlogBytes;
        builder.pollInterval = pollInterval;
        builder.deadMessageGrace = deadMessageGrace;
        return builder;
    }

    /**
     * What may be done with the file.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /**
     * How far a commit must have reached when it is acknowledged.
     *
     * @return the durability
     */
    public Synchronous synchronous() {
        return synchronous;
    }

    /**
     * What to do with a file of a newer format.
     *
     * @return the decision
     */
    public NewerFormat newerFormat() {
        return newerFormat;
    }

    /**
     * How many connections serve reads.
     *
     * @return 1 or more; each has a thread of its own
     */
    public int readers() {
        return readers;
    }

    /**
     * How long an operation waits for a lock that another process holds.
     *
     * @return the time
     */
    public Duration lockWaitTimeout() {
        return lockWaitTimeout;
    }

    /**
     * The page cache of each connection.
     *
     * @return bytes
     */
    public long cacheBytes() {
        return cacheBytes;
    }

    /**
     * How much may wait to be written.
     *
     * @return bytes
     */
    public long backlogBytes() {
        return backlogBytes;
    }

    /**
     * How often the file is looked at for commits of others.
     *
     * @return the time between two looks
     */
    public Duration pollInterval() {
        return pollInterval;
    }

    /**
     * How long after the end of its lease a message that another process has taken is left to it.
     *
     * @return the time
     */
    public Duration deadMessageGrace() {
        return deadMessageGrace;
    }

    /** Builds {@link SqliteOptions}. Not thread-safe. */
    public static final class Builder {
        private Access access = Access.CREATE;
        private Synchronous synchronous = Synchronous.FULL;
        private NewerFormat newerFormat = NewerFormat.REFUSE;
        private int readers = DEFAULT_READERS;
        private Duration lockWaitTimeout = DEFAULT_LOCK_WAIT_TIMEOUT;
        private long cacheBytes = DEFAULT_CACHE_BYTES;
        private long backlogBytes = DEFAULT_BACKLOG_BYTES;
        private Duration pollInterval = DEFAULT_POLL_INTERVAL;
        private Duration deadMessageGrace = DEFAULT_DEAD_MESSAGE_GRACE;

        private Builder() {}

        /**
         * Decides what may be done with the file.
         *
         * @param access the access
         * @return this builder
         */
        public Builder access(Access access) {
            this.access = Objects.requireNonNull(access, "access");
            return this;
        }

        /**
         * Decides how far a commit must have reached when it is acknowledged.
         *
         * @param synchronous the durability
         * @return this builder
         */
        public Builder synchronous(Synchronous synchronous) {
            this.synchronous = Objects.requireNonNull(synchronous, "synchronous");
            return this;
        }

        /**
         * Decides what to do with a file of a newer format.
         *
         * @param newerFormat the decision
         * @return this builder
         */
        public Builder newerFormat(NewerFormat newerFormat) {
            this.newerFormat = Objects.requireNonNull(newerFormat, "newerFormat");
            return this;
        }

        /**
         * Reads over so many connections, so that reads do not wait behind writes, nor behind one another.
         *
         * @param readers 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder readers(int readers) {
            if (readers < 1) {
                throw new IllegalArgumentException("readers must be 1 or more: " + readers);
            }
            this.readers = readers;
            return this;
        }

        /**
         * Waits so long for a lock that another process holds, then the operation ends with {@code KvUnavailableException}. A write's
         * wait counts from its subscription, the time behind other writes included.
         *
         * @param lockWaitTimeout zero for no wait at all; more than a year counts as a year
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder lockWaitTimeout(Duration lockWaitTimeout) {
            if (lockWaitTimeout.isNegative()) {
                throw new IllegalArgumentException("lockWaitTimeout must not be negative: " + lockWaitTimeout);
            }
            this.lockWaitTimeout = atMostAYear(lockWaitTimeout);
            return this;
        }

        /**
         * Gives each connection a page cache.
         *
         * @param cacheBytes bytes, 0 or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder cacheBytes(long cacheBytes) {
            this.cacheBytes = notNegative("cacheBytes", cacheBytes);
            return this;
        }

        /**
         * Lets so much wait to be written, so that writes which come faster than the disk takes them cannot fill the memory. A write beyond
         * it ends at once with {@code KvUnavailableException}; nothing of it was written. Each counts its keys and values and 1,024 bytes
         * more. One alone is taken whatever its size.
         *
         * @param backlogBytes bytes, 0 or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder backlogBytes(long backlogBytes) {
            this.backlogBytes = notNegative("backlogBytes", backlogBytes);
            return this;
        }

        /**
         * Looks at the file so often for commits of other processes, and of other {@code Kv}s of this one, as long as somebody watches or
         * takes messages. A look reads some bytes of shared memory; only after a commit of others more is read.
         *
         * @param pollInterval more than zero; more than a year counts as a year
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder pollInterval(Duration pollInterval) {
            if (pollInterval.isZero() || pollInterval.isNegative()) {
                throw new IllegalArgumentException("pollInterval must be more than zero: " + pollInterval);
            }
            this.pollInterval = atMostAYear(pollInterval);
            return this;
        }

        /**
         * Leaves a message that another process has taken to it for so long after the end of its lease; then it counts as a failed delivery,
         * if nothing has happened to it meanwhile. A process of ours renews its leases, of five seconds, as long as it lives: where no Deno
         * takes messages from the file, a short time, or none, brings the messages of a process that was killed back sooner.
         *
         * @param deadMessageGrace zero or more; more than a year counts as a year
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder deadMessageGrace(Duration deadMessageGrace) {
            if (deadMessageGrace.isNegative()) {
                throw new IllegalArgumentException("deadMessageGrace must not be negative: " + deadMessageGrace);
            }
            this.deadMessageGrace = atMostAYear(deadMessageGrace);
            return this;
        }

        private static Duration atMostAYear(Duration duration) {
            return duration.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : duration;
        }

        private static long notNegative(String name, long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException(name + " must not be negative: " + bytes);
            }
            return bytes;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public SqliteOptions build() {
            return new SqliteOptions(this);
        }
    }
}
