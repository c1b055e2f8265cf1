// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.OpenMode;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionConfiguration;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory;
import io.kvreactive.r2dbc.sqlite.Synchronous;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** The connections to one file, on their way from closed to open: whatever was opened is closed again if the rest fails or is cancelled. */
final class Connections {

    private final Path path;
    private final SqliteOptions options;
    private final List<SqliteConnection> opened = new CopyOnWriteArrayList<>();
    private volatile @Nullable SqliteConnection writer;
    private volatile @Nullable FileIdentity file;
    private volatile boolean isClosed;

    private Connections(Path path, SqliteOptions options) {
        this.path = path;
        this.options = options;
    }

    /** None of them open yet. */
    static Connections of(Path path, SqliteOptions options) {
        return new Connections(path, options);
    }

    /** Opens all, once. When one cannot be opened, the others are closed. */
    Mono<Connections> open() {
        return openAll().onErrorResume(error -> close().onErrorComplete().then(Mono.error(error)));
    }

    Path path() {
        return path;
    }

    /** The file that was opened. */
    FileIdentity file() {
        return Objects.requireNonNull(file);
    }

    /** The connection that writes; null if the file is only read. */
    @Nullable
    SqliteConnection writer() {
        return writer;
    }

    List<SqliteConnection> readers() {
        return opened.stream().filter(connection -> connection != writer).toList();
    }

    private Mono<Connections> openAll() {
        Mono<Void> first = options.access() == SqliteOptions.Access.READ_ONLY ? Mono.empty() : openWriter();
        return first.then(openReaders()).then(Mono.defer(this::requireFormat)).thenReturn(this);
    }

    private Mono<Void> openWriter() {
        SqliteConnectionConfiguration configuration = configuration(
                        options.access() == SqliteOptions.Access.CREATE
                                ? OpenMode.READ_WRITE_CREATE
                                : OpenMode.READ_WRITE)
                .synchronous(
                        options.synchronous() == SqliteOptions.Synchronous.FULL ? Synchronous.FULL : Synchronous.NORMAL)
                .build();
        // The format first: a file that is not ours to write must stay as it is, its journal mode too.
        return open(configuration)
                .flatMap(connection -> Schema.version(connection).flatMap(version -> {
                    boolean isNewer = version > Schema.VERSION;
                    if (isNewer && options.newerFormat() == SqliteOptions.NewerFormat.REFUSE) {
                        return Mono.error(newerFormat(version));
                    }
                    if (isNewer && options.newerFormat() == SqliteOptions.NewerFormat.READ_ONLY) {
                        opened.remove(connection);
                        return connection.close();
                    }
                    writer = connection;
                    return Schema.useLog(connection, path).then(Schema.migrate(connection));
                }));
    }

    private Mono<Void> openReaders() {
        return Flux.range(0, options.readers()).concatMap(i -> openReader(), 0).then();
    }

    /** Opens one that reads. */
    Mono<SqliteConnection> openReader() {
        return open(configuration(OpenMode.READ_ONLY).build());
    }

    private Mono<SqliteConnection> open(SqliteConnectionConfiguration configuration) {
        return SqliteConnectionFactory.from(configuration).create().doOnNext(this::add);
    }

    private SqliteConnectionConfiguration.Builder configuration(OpenMode mode) {
        return SqliteConnectionConfiguration.builder()
                .path(path)
                .openMode(mode)
                .lockWaitTimeout(options.lockWaitTimeout())
                .cacheSize(options.cacheBytes());
    }

    private Mono<Void> requireFormat() {
        return Schema.version(opened.get(0)).flatMap(version -> {
            file = FileIdentity.of(path);
            if (version < Schema.VERSION) {
                return Mono.error(new KvDatabaseException(
                        "open " + path + ": the file has the format " + version
                                + " of Deno KV, and opening it read-only cannot migrate it to " + Schema.VERSION,
                        null));
            }
            boolean isRefused = version > Schema.VERSION && options.newerFormat() == SqliteOptions.NewerFormat.REFUSE;
            return isRefused ? Mono.error(newerFormat(version)) : Mono.empty();
        });
    }

    private KvDatabaseException newerFormat(long version) {
        return new KvDatabaseException(
                "open " + path + ": a newer Deno has migrated the file to the format " + version
                        + ", this version knows " + Schema.VERSION
                        + "; update kv-reactive, or choose with SqliteOptions.newerFormat",
                null);
    }

    private void add(SqliteConnection connection) {
        opened.add(connection);
        if (isClosed) {
            // It was on its way when the others were closed.
            connection.close().subscribe(done -> {}, error -> Operators.onErrorDropped(error, Context.empty()));
        }
    }

    /** Closes what is open, and what is still on its way. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            isClosed = true;
            // The writer, which is the first, is closed last: the last connection of all writes the log back into the
            // file.
            List<SqliteConnection> backwards = new ArrayList<>(opened);
            Collections.reverse(backwards);
            return Flux.fromIterable(backwards)
                    .concatMapDelayError(SqliteConnection::close)
                    .then();
        });
    }
}
