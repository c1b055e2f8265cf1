// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens connections to one SQLite database. Each connection has a thread of its own, which ends when it is closed; pool them when they are
 * many and short-lived.
 *
 * <p>A named database in memory lives as long as a connection to it is open; the factory keeps one open from the first {@link #create} to its
 * own {@link #close}. For other databases closing the factory does nothing.
 */
public final class SqliteConnectionFactory implements ConnectionFactory, Closeable {

    private final SqliteConnectionConfiguration configuration;
    private final AtomicReference<@Nullable SqliteConnection> anchor = new AtomicReference<>();
    private final Mono<SqliteConnection> anchored;

    private SqliteConnectionFactory(SqliteConnectionConfiguration configuration) {
        this.configuration = configuration;
        this.anchored = open().doOnNext(anchor::set).cacheInvalidateIf(c -> c != anchor.get());
    }

    /**
     * A factory for the database that a configuration names. Nothing is opened yet.
     *
     * @param configuration where the database is and how to open it
     * @return the factory
     */
    public static SqliteConnectionFactory from(SqliteConnectionConfiguration configuration) {
        if (configuration == null) {
            throw new IllegalArgumentException("configuration must not be null");
        }
        return new SqliteConnectionFactory(configuration);
    }

    /**
     * Opens a connection, on its own new thread, when subscribed to. Cancelling before it is emitted closes it. One that was emitted to a
     * subscriber who had just given up, or that is forgotten for another reason, is closed when it has been garbage-collected.
     *
     * @return the connection, or an {@code R2dbcException} when the file cannot be opened
     */
    @Override
    public Mono<SqliteConnection> create() {
        return configuration.isNamedMemory() ? anchored.then(open()) : open();
    }

    private Mono<SqliteConnection> open() {
        return Mono.defer(() -> {
            SqliteSession session = new SqliteSession(configuration);
            session.start();
            return new WorkerMono<>(session, false, operation -> opened(session, operation), session::shutdown);
        });
    }

    private static SqliteConnection opened(SqliteSession session, Operation operation) {
        try {
            session.open(operation);
            return new SqliteConnection(session);
        } catch (RuntimeException failure) {
            session.shutdown();
            throw failure;
        }
    }

    /** {@inheritDoc} */
    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return SqliteConnectionFactoryMetadata.INSTANCE;
    }

    /**
     * Lets go of a named database in memory, which ends with its last connection.
     *
     * @return completes when it is done
     */
    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            SqliteConnection held = anchor.getAndSet(null);
            return held == null ? Mono.empty() : held.close();
        });
    }

    @Override
    public String toString() {
        return "SqliteConnectionFactory[" + configuration + "]";
    }
}
