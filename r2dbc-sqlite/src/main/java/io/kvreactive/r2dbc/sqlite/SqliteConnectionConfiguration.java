// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and how to open it. Immutable; {@link #mutate} begins a changed copy. What is not set is left as SQLite has it.
 */
public final class SqliteConnectionConfiguration {

    /** Long enough for the short transactions of another process, short enough to notice a forgotten one. */
    public static final Duration DEFAULT_LOCK_WAIT_TIMEOUT = Duration.ofSeconds(5);

    /** More than an application's usual number of texts; each costs a few kilobytes. */
    public static final int DEFAULT_STATEMENT_CACHE_SIZE = 64;

    /** About what it costs to wake a parked thread. */
    public static final Duration DEFAULT_SPIN = Duration.ofNanos(20_000);

    private final @Nullable Path path;
    private final @Nullable String memoryName;
    private final OpenMode openMode;
    private final CacheMode cacheMode;
    private final Duration lockWaitTimeout;
    private final Duration statementTimeout;
    private final TransactionMode transactionMode;
    private final int statementCacheSize;
    private final Duration spin;
    private final @Nullable JournalMode journalMode;
    private final @Nullable Synchronous synchronous;
    private final @Nullable Boolean foreignKeys;
    private final @Nullable Long cacheSize;
    private final @Nullable Long mmapSize;

    private SqliteConnectionConfiguration(Builder builder) {
        path = builder.path;
        memoryName = builder.memoryName;
        openMode = builder.openMode;
        cacheMode = builder.cacheMode;
        lockWaitTimeout = builder.lockWaitTimeout;
        statementTimeout = builder.statementTimeout;
        transactionMode = builder.transactionMode;
        statementCacheSize = builder.statementCacheSize;
        spin = builder.spin;
        journalMode = builder.journalMode;
        synchronous = builder.synchronous;
        foreignKeys = builder.foreignKeys;
        cacheSize = builder.cacheSize;
        mmapSize = builder.mmapSize;
    }

    /**
     * Begins a configuration; say {@code path} or {@code memory} next.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins a changed copy.
     *
     * @return a builder with everything as it is here
     */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.path = path;
        builder.memoryName = memoryName;
        builder.located = true;
        builder.openMode = openMode;
        builder.cacheMode = cacheMode;
        builder.lockWaitTimeout = lockWaitTimeout;
        builder.statementTimeout = statementTimeout;
        builder.transactionMode = transactionMode;
        builder.statementCacheSize = statementCacheSize;
        builder.spin = spin;
        builder.journalMode = journalMode;
        builder.synchronous = synchronous;
        builder.foreignKeys = foreignKeys;
        builder.cacheSize = cacheSize;
        builder.mmapSize = mmapSize;
        return builder;
    }

    /** What SQLite is told to open. */
    String location() {
        if (path != null) {
            String plain = path.toAbsolutePath().toString();
            // The library below would take a question mark for the beginning of its own parameters.
            return plain.indexOf('?') < 0
                    ? plain
                    : "file://" + path.toAbsolutePath().toUri().getRawPath();
        }
        if (memoryName == null) {
            return ":memory:";
        }
        String name = URLEncoder.encode(memoryName, StandardCharsets.UTF_8).replace("+", "%20");
        return "file:" + name + "?mode=memory&cache=shared";
    }

    /** A short name for threads and messages. */
    String label() {
        if (path != null) {
            return String.valueOf(path.getFileName());
        }
        return memoryName == null ? "memory" : "memory:" + memoryName;
    }

    boolean isNamedMemory() {
        return path == null && memoryName != null;
    }

    /** What a person wants to know when the database cannot be used as configured; looks at the file system. */
    String explain() {
        if (path == null) {
            return "it is a database in memory";
        }
        Path absolute = path.toAbsolutePath();
        String where = "the file is " + absolute;
        Path folder = absolute.getParent();
        if (Files.isDirectory(absolute)) {
            return where + ", which is a folder";
        }
        if (folder == null || Files.isDirectory(folder)) {
            return where;
        }
        Path fromRoot = Path.of("/").resolve(path);
        Path otherFolder = fromRoot.getParent();
        boolean meant = !path.isAbsolute() && otherFolder != null && Files.isDirectory(otherFolder);
        return where + ", whose folder does not exist"
                + (meant ? "; for " + fromRoot + " a URL takes four slashes: r2dbc:sqlite:///" + fromRoot : "");
    }

    @Nullable
    JournalMode journalMode() {
        return journalMode;
    }

    /** The settings that a new connection begins with. */
    List<String> pragmas() {
        List<String> pragmas = new ArrayList<>();
        if (cacheSize != null) {
            // Negative means kibibytes, positive pages.
            pragmas.add("PRAGMA cache_size = " + -Math.max(1, cacheSize / 1024));
        }
        if (mmapSize != null) {
            pragmas.add("PRAGMA mmap_size = " + mmapSize);
        }
        if (synchronous != null) {
            pragmas.add("PRAGMA synchronous = " + synchronous);
        }
        if (foreignKeys != null) {
            pragmas.add("PRAGMA foreign_keys = " + (foreignKeys ? "ON" : "OFF"));
        }
        return pragmas;
    }

    /**
     * How the file is opened.
     *
     * @return the mode
     */
    public OpenMode openMode() {
        return openMode;
    }

    /**
     * Whether the connections of this process share one cache for the file.
     *
     * @return the mode
     */
    public CacheMode cacheMode() {
        return cacheMode;
    }

    /**
     * How long a statement waits for a lock of another connection.
     *
     * @return the longest wait; zero does not wait
     */
    public Duration lockWaitTimeout() {
        return lockWaitTimeout;
    }

    /**
     * How long a statement may run.
     *
     * @return the longest run; zero sets no limit
     */
    public Duration statementTimeout() {
        return statementTimeout;
    }

    /**
     * How a transaction begins when nothing else is asked for.
     *
     * @return the mode
     */
    public TransactionMode transactionMode() {
        return transactionMode;
    }

    /**
     * How many compiled statements a connection keeps.
     *
     * @return the number
     */
    public int statementCacheSize() {
        return statementCacheSize;
    }

    /**
     * How long a connection's thread looks for more work before it parks.
     *
     * @return the time
     */
    public Duration spin() {
        return spin;
    }

    @Override
    public String toString() {
        String journal = journalMode == null ? "" : ", journal mode " + journalMode;
        return location() + ", " + openMode + journal + pragmas();
    }

    /** Builds a {@link SqliteConnectionConfiguration}. Mutable, not thread-safe. */
    public static final class Builder {

        private @Nullable Path path;
        private @Nullable String memoryName;
        private boolean located;
        private OpenMode openMode = OpenMode.READ_WRITE_CREATE;
        private CacheMode cacheMode = CacheMode.PRIVATE;
        private Duration lockWaitTimeout = DEFAULT_LOCK_WAIT_TIMEOUT;
        private Duration statementTimeout = Duration.ZERO;
        private TransactionMode transactionMode = TransactionMode.DEFERRED;
        private int statementCacheSize = DEFAULT_STATEMENT_CACHE_SIZE;
        private Duration spin = DEFAULT_SPIN;
        private @Nullable JournalMode journalMode;
        private @Nullable Synchronous synchronous;
        private @Nullable Boolean foreignKeys;
        private @Nullable Long cacheSize;
        private @Nullable Long mmapSize;

        private Builder() {}

        /**
         * The database is this file.
         *
         * @param path the file, taken relative to the working directory when not absolute
         * @return this builder
         */
        public Builder path(Path path) {
            this.path = required(path, "path");
            this.memoryName = null;
            this.located = true;
            return this;
        }

        /**
         * Each connection has a database of its own, in memory, that ends with it.
         *
         * @return this builder
         */
        public Builder memory() {
            this.path = null;
            this.memoryName = null;
            this.located = true;
            return this;
        }

        /**
         * All connections of this process that say the same name share a database in memory. They lock whole tables: a reader waits for the
         * transaction that has written to its table, and the other way round.
         *
         * @param name the name
         * @return this builder
         */
        public Builder memory(String name) {
            this.path = null;
            this.memoryName = required(name, "name");
            this.located = true;
            return this;
        }

        /**
         * How the file is opened.
         *
         * @param mode by default the file is created when it is missing
         * @return this builder
         */
        public Builder openMode(OpenMode mode) {
            this.openMode = required(mode, "mode");
            return this;
        }

        /**
         * Whether the connections of this process share one cache for the file. Has no effect on databases in memory, which are shared when they
         * have a name.
         *
         * @param mode by default each connection has its own
         * @return this builder
         */
        public Builder cacheMode(CacheMode mode) {
            this.cacheMode = required(mode, "mode");
            return this;
        }

        /**
         * How long a statement waits for a lock of another connection, or process, before it fails.
         *
         * @param timeout the longest wait; zero does not wait; by default {@link #DEFAULT_LOCK_WAIT_TIMEOUT}
         * @return this builder
         */
        public Builder lockWaitTimeout(Duration timeout) {
            this.lockWaitTimeout = SqliteTransactionDefinition.requireNotNegative(timeout);
            return this;
        }

        /**
         * How long a statement may run.
         *
         * @param timeout the longest run; zero, the default, sets no limit
         * @return this builder
         */
        public Builder statementTimeout(Duration timeout) {
            this.statementTimeout = SqliteTransactionDefinition.requireNotNegative(timeout);
            return this;
        }

        /**
         * How a transaction begins when nothing else is asked for.
         *
         * @param mode by default deferred, as in SQLite
         * @return this builder
         */
        public Builder transactionMode(TransactionMode mode) {
            this.transactionMode = required(mode, "mode");
            return this;
        }

        /**
         * How many compiled statements a connection keeps.
         *
         * @param statements the number; zero keeps none; by default {@link #DEFAULT_STATEMENT_CACHE_SIZE}
         * @return this builder
         */
        public Builder statementCacheSize(int statements) {
            this.statementCacheSize = (int) notNegative(statements, "statements");
            return this;
        }

        /**
         * How long a connection's thread looks for more work before it parks. Waking it up costs more than most statements.
         *
         * @param time zero parks at once; by default {@link #DEFAULT_SPIN}
         * @return this builder
         */
        public Builder spin(Duration time) {
            this.spin = SqliteTransactionDefinition.requireNotNegative(time);
            return this;
        }

        /**
         * The journal mode. Opening fails when the database does not take it: one in memory keeps its own, and so does a file that may only be
         * read.
         *
         * @param mode the mode; unset leaves the file's own
         * @return this builder
         */
        public Builder journalMode(JournalMode mode) {
            this.journalMode = required(mode, "mode");
            return this;
        }

        /**
         * When a commit waits for the disk.
         *
         * @param setting the setting; unset leaves SQLite's own, which is full
         * @return this builder
         */
        public Builder synchronous(Synchronous setting) {
            this.synchronous = required(setting, "setting");
            return this;
        }

        /**
         * Whether foreign keys are enforced.
         *
         * @param enforced unset leaves SQLite's own, which is not to
         * @return this builder
         */
        public Builder foreignKeys(boolean enforced) {
            this.foreignKeys = enforced;
            return this;
        }

        /**
         * How much of the file a connection caches.
         *
         * @param bytes the most, in bytes; unset leaves SQLite's own, which is 2 MB
         * @return this builder
         */
        public Builder cacheSize(long bytes) {
            this.cacheSize = notNegative(bytes, "bytes");
            return this;
        }

        /**
         * How much of the file is mapped into memory instead of being read.
         *
         * @param bytes the most, in bytes; zero maps nothing; unset leaves SQLite's own
         * @return this builder
         */
        public Builder mmapSize(long bytes) {
            this.mmapSize = notNegative(bytes, "bytes");
            return this;
        }

        /**
         * The configuration.
         *
         * @return what has been set
         * @throws IllegalStateException when neither a path nor memory was chosen
         */
        public SqliteConnectionConfiguration build() {
            if (!located) {
                throw new IllegalStateException("say path or memory");
            }
            return new SqliteConnectionConfiguration(this);
        }

        private static <T> T required(@Nullable T value, String name) {
            if (value == null) {
                throw new IllegalArgumentException(name + " must not be null");
            }
            return value;
        }

        private static long notNegative(long value, String name) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " must not be negative: " + value);
            }
            return value;
        }
    }
}
