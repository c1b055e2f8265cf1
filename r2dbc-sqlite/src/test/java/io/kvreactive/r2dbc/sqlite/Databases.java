// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One test's database, its connections, and the few words in which the tests speak to them. */
final class Databases implements BeforeEachCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<SqliteConnection> opened = new ArrayList<>();
    private final List<SqliteConnectionFactory> factories = new ArrayList<>();
    private Path folder;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("r2dbc-sqlite");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        opened.forEach(connection -> now(connection.close()));
        factories.forEach(factory -> now(factory.close()));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isDeleted() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    /** Deletes the folder; a connection that somebody else closes may be about to write or remove its own files. */
    private boolean isDeleted() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException again) {
            return false;
        }
    }

    /** A file of this test's own. */
    Path file(String name) {
        return folder.resolve(name);
    }

    /** No test pulls the plug, so none waits for the disk. */
    SqliteConnectionConfiguration.Builder configuration() {
        return SqliteConnectionConfiguration.builder()
                .path(file("test.db"))
                .journalMode(JournalMode.WAL)
                .synchronous(Synchronous.OFF);
    }

    SqliteConnection open() {
        return open(configuration().build());
    }

    SqliteConnection open(SqliteConnectionConfiguration configuration) {
        SqliteConnection connection =
                now(SqliteConnectionFactory.from(configuration).create());
        opened.add(connection);
        return connection;
    }

    /** A factory that is closed when the test is over. */
    SqliteConnectionFactory factory(SqliteConnectionConfiguration configuration) {
        SqliteConnectionFactory factory = SqliteConnectionFactory.from(configuration);
        factories.add(factory);
        return factory;
    }

    /** A connection to a file with a table {@code t(id integer primary key, v)} of so many rows with values of 100 bytes. */
    SqliteConnection filled(int rows) {
        SqliteConnection connection = open();
        now(run(connection, "create table t(id integer primary key, v)"));
        now(run(
                connection,
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < " + rows
                        + ") insert into t select i, randomblob(100) from n"));
        return connection;
    }

    static Mono<Void> run(SqliteConnection connection, String sql, Object... values) {
        return Flux.from(statement(connection, sql, values).execute())
                .flatMap(Result::getRowsUpdated)
                .then();
    }

    static Flux<Long> longs(SqliteConnection connection, String sql, Object... values) {
        return Flux.from(statement(connection, sql, values).execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)));
    }

    static Statement statement(SqliteConnection connection, String sql, Object... values) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.bind(i, values[i]);
        }
        return statement;
    }

    /**
     * Waits until no more than so many threads of connections are left. One has said that it ends shortly before it does.
     *
     * @param meanwhile done again and again while there are more
     */
    static void awaitThreads(String namePrefix, int most, Runnable meanwhile) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().startsWith(namePrefix))
                        .count()
                > most) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("more than " + most + " threads named " + namePrefix + "... are left");
            }
            meanwhile.run();
        }
    }

    static <T> T now(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    static <T> List<T> all(Flux<T> flux) {
        return now(flux.collectList());
    }

    /** Whether another connection can empty the write-ahead log: not when anybody still reads an old state of the file. */
    boolean checkpointIsFree() {
        SqliteConnection other =
                open(configuration().lockWaitTimeout(Duration.ZERO).build());
        return all(longs(other, "pragma wal_checkpoint(truncate)")).equals(Arrays.asList(0L));
    }
}
