// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds this driver for {@code r2dbc:sqlite:} URLs; {@code ServiceLoader} creates it.
 *
 * <table>
 *   <caption>URLs</caption>
 *   <tr><td>{@code r2dbc:sqlite:///data/app.db}</td><td>the file {@code data/app.db}, relative to the working directory</td></tr>
 *   <tr><td>{@code r2dbc:sqlite:////data/app.db}</td><td>the file {@code /data/app.db}: an absolute path takes four slashes</td></tr>
 *   <tr><td>{@code r2dbc:sqlite:file:////data/app.db}</td><td>the same</td></tr>
 *   <tr><td>{@code r2dbc:sqlite:memory:///}, {@code r2dbc:sqlite:///:memory:}</td><td>a database in memory for each connection</td></tr>
 *   <tr><td>{@code r2dbc:sqlite:memory:///name}</td><td>a database in memory that the connections share</td></tr>
 * </table>
 *
 * <p>What looks right and means something else is refused with the right spelling, where it can be told apart: a host, a user, a path that
 * begins with {@code ~} or {@code file:}, SQLite's own option names. That three slashes mean a relative path cannot be told; when such a file
 * cannot be opened, the error says so.
 *
 * <p>Options, in the URL's query or by name: {@code mode} (ro, rw, rwc, memory), {@code cache} (private, shared), {@code journalMode}, {@code synchronous},
 * {@code foreignKeys}, {@code cacheSize}, {@code mmapSize} (bytes), {@code lockWaitTimeout}, {@code statementTimeout}, {@code spin}
 * (ISO-8601 durations), {@code statementCacheSize}, {@code transactionMode}.
 */
public final class SqliteConnectionFactoryProvider implements ConnectionFactoryProvider {

    /** The driver's name in options and URLs. */
    public static final String SQLITE_DRIVER = "sqlite";

    /** Opens the file: {@code ro}, {@code rw}, {@code rwc}; or {@code memory}. */
    public static final Option<String> MODE = Option.valueOf("mode");

    /** Whether the connections of this process share one cache. */
    public static final Option<CacheMode> CACHE = Option.valueOf("cache");

    /** The journal mode. */
    public static final Option<JournalMode> JOURNAL_MODE = Option.valueOf("journalMode");

    /** When a commit waits for the disk. */
    public static final Option<Synchronous> SYNCHRONOUS = Option.valueOf("synchronous");

    /** Whether foreign keys are enforced. */
    public static final Option<Boolean> FOREIGN_KEYS = Option.valueOf("foreignKeys");

    /** The page cache, in bytes. */
    public static final Option<Long> CACHE_SIZE = Option.valueOf("cacheSize");

    /** The part of the file that is mapped into memory, in bytes. */
    public static final Option<Long> MMAP_SIZE = Option.valueOf("mmapSize");

    /** How many compiled statements a connection keeps. */
    public static final Option<Integer> STATEMENT_CACHE_SIZE = Option.valueOf("statementCacheSize");

    /** How a transaction begins when nothing else is asked for. */
    public static final Option<TransactionMode> TRANSACTION_MODE = Option.valueOf("transactionMode");

    /** How long a connection's thread looks for more work before it parks. */
    public static final Option<Duration> SPIN = Option.valueOf("spin");

    /** For {@code ServiceLoader}. */
    public SqliteConnectionFactoryProvider() {}

    /**
     * A factory for the database that the options name.
     *
     * @param options as the table in the class comment says
     * @return the factory; nothing is opened yet
     * @throws IllegalArgumentException when an option cannot be understood
     */
    @Override
    public SqliteConnectionFactory create(ConnectionFactoryOptions options) {
        if (options == null) {
            throw new IllegalArgumentException("options must not be null");
        }
        return SqliteConnectionFactory.from(configuration(options));
    }

    /** {@inheritDoc} */
    @Override
    public boolean supports(ConnectionFactoryOptions options) {
        if (options == null) {
            throw new IllegalArgumentException("options must not be null");
        }
        return SQLITE_DRIVER.equals(options.getValue(ConnectionFactoryOptions.DRIVER));
    }

    /** {@inheritDoc} */
    @Override
    public String getDriver() {
        return SQLITE_DRIVER;
    }

    static SqliteConnectionConfiguration configuration(ConnectionFactoryOptions options) {
        SqliteConnectionConfiguration.Builder builder = SqliteConnectionConfiguration.builder();
        locate(builder, options);
        JournalMode journalMode = constant(options, JOURNAL_MODE, JournalMode.class);
        if (journalMode != null) {
            builder.journalMode(journalMode);
        }
        Synchronous synchronous = constant(options, SYNCHRONOUS, Synchronous.class);
        if (synchronous != null) {
            builder.synchronous(synchronous);
        }
        TransactionMode transactionMode = constant(options, TRANSACTION_MODE, TransactionMode.class);
        if (transactionMode != null) {
            builder.transactionMode(transactionMode);
        }
        Boolean foreignKeys = value(options, FOREIGN_KEYS, Boolean.class, SqliteConnectionFactoryProvider::truth);
        if (foreignKeys != null) {
            builder.foreignKeys(foreignKeys);
        }
        Number cacheSize = value(options, CACHE_SIZE, Number.class, Long::valueOf);
        if (cacheSize != null) {
            builder.cacheSize(cacheSize.longValue());
        }
        Number mmapSize = value(options, MMAP_SIZE, Number.class, Long::valueOf);
        if (mmapSize != null) {
            builder.mmapSize(mmapSize.longValue());
        }
        Number cached = value(options, STATEMENT_CACHE_SIZE, Number.class, Integer::valueOf);
        if (cached != null) {
            builder.statementCacheSize(cached.intValue());
        }
        durations(builder, options);
        return builder.build();
    }

    private static void durations(SqliteConnectionConfiguration.Builder builder, ConnectionFactoryOptions options) {
        Duration lockWait = value(options, ConnectionFactoryOptions.LOCK_WAIT_TIMEOUT, Duration.class, Duration::parse);
        if (lockWait != null) {
            builder.lockWaitTimeout(lockWait);
        }
        Duration statement =
                value(options, ConnectionFactoryOptions.STATEMENT_TIMEOUT, Duration.class, Duration::parse);
        if (statement != null) {
            builder.statementTimeout(statement);
        }
        Duration spin = value(options, SPIN, Duration.class, Duration::parse);
        if (spin != null) {
            builder.spin(spin);
        }
    }

    private static void locate(SqliteConnectionConfiguration.Builder builder, ConnectionFactoryOptions options) {
        UrlTraps.refuseOptions(options);
        Object database = options.getValue(ConnectionFactoryOptions.DATABASE);
        Object protocol = options.getValue(ConnectionFactoryOptions.PROTOCOL);
        Object mode = options.getValue(MODE);
        CacheMode cache = constant(options, CACHE, CacheMode.class);
        String name = database == null ? "" : database.toString();
        if ("memory".equals(protocol) || "memory".equals(mode) || name.equals(":memory:")) {
            String shared = name.equals(":memory:") ? "" : name;
            UrlTraps.refuseMemory(shared, cache, mode);
            if (shared.isEmpty()) {
                builder.memory();
            } else {
                builder.memory(shared);
            }
            return;
        }
        if (protocol != null && !protocol.toString().isEmpty() && !protocol.equals("file")) {
            throw new IllegalArgumentException("protocol " + protocol + " is neither file nor memory");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "no database is named; write r2dbc:sqlite:///app.db for a relative path, "
                            + "r2dbc:sqlite:////data/app.db for an absolute one, r2dbc:sqlite:memory:/// for one in memory");
        }
        UrlTraps.refusePath(name);
        builder.path(Path.of(name));
        if (mode != null) {
            builder.openMode(openMode(mode.toString()));
        }
        if (cache != null) {
            builder.cacheMode(cache);
        }
    }

    private static OpenMode openMode(String mode) {
        return switch (mode) {
            case "ro" -> OpenMode.READ_ONLY;
            case "rw" -> OpenMode.READ_WRITE;
            case "rwc" -> OpenMode.READ_WRITE_CREATE;
            default -> throw new IllegalArgumentException("mode " + mode + " is none of ro, rw, rwc, memory");
        };
    }

    private static boolean truth(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "on", "1", "yes" -> true;
            case "false", "off", "0", "no" -> false;
            default -> throw new IllegalArgumentException(text + " is neither true nor false");
        };
    }

    private static <E extends Enum<E>> @Nullable E constant(
            ConnectionFactoryOptions options, Option<E> option, Class<E> type) {
        return value(options, option, type, text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT)));
    }

    /** An option given as its type, or as text in a URL. */
    private static <T> @Nullable T value(
            ConnectionFactoryOptions options, Option<?> option, Class<T> type, Function<String, ? extends T> parse) {
        Object value = options.getValue(option);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        try {
            return parse.apply(value.toString());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("option " + option.name() + " cannot be " + value, e);
        }
    }
}
