// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.JournalMode;
import io.kvreactive.r2dbc.sqlite.OpenMode;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionConfiguration;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory;
import io.kvreactive.r2dbc.sqlite.Synchronous;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The connections to one file, on their way from closed to open: whatever was opened is closed again if the rest fails or is cancelled. */
final class Connections {

    private final Path path;
    private final SqliteOptions options;
    private final List<SqliteConnection> opened = new CopyOnWriteArrayList<>();
    private volatile @Nullable SqliteConnection writer;

    private Connections(Path path, SqliteOptions options) {
        this.path = path;
        this.options = options;
    }

    static Mono<Connections> open(Path path, SqliteOptions options) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new Connections(path, options)),
                Connections::openAll,
                connections -> Mono.empty(),
                (connections, error) -> connections.closeAll(),
                Connections::closeAll);
    }

    Path path() {
        return path;
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
        return first.then(openReaders()).then(Mono.defer(this::checkFormat)).thenReturn(this);
    }

    private Mono<Void> openWriter() {
        SqliteConnectionConfiguration configuration = configuration(
                        options.access() == SqliteOptions.Access.CREATE
                                ? OpenMode.READ_WRITE_CREATE
                                : OpenMode.READ_WRITE)
                .journalMode(JournalMode.WAL)
                .synchronous(
                        options.synchronous() == SqliteOptions.Synchronous.FULL ? Synchronous.FULL : Synchronous.NORMAL)
                .build();
        return open(configuration).doOnNext(connection -> writer = connection).flatMap(Schema::migrate);
    }

    private Mono<Void> openReaders() {
        SqliteConnectionConfiguration configuration =
                configuration(OpenMode.READ_ONLY).build();
        return Flux.range(0, options.readers())
                .concatMap(i -> open(configuration), 0)
                .then();
    }

    private Mono<SqliteConnection> open(SqliteConnectionConfiguration configuration) {
        return SqliteConnectionFactory.from(configuration).create().doOnNext(opened::add);
    }

    private SqliteConnectionConfiguration.Builder configuration(OpenMode mode) {
        return SqliteConnectionConfiguration.builder()
                .path(path)
                .openMode(mode)
                .lockWaitTimeout(options.lockWaitTimeout())
                .cacheSize(options.cacheBytes());
    }

    private Mono<Void> checkFormat() {
        return Schema.version(opened.get(0)).flatMap(version -> {
            if (version < Schema.VERSION) {
                return Mono.error(new KvDatabaseException(
                        "open " + path + ": the file has the format " + version
                                + " of Deno KV, and opening it read-only cannot migrate it to " + Schema.VERSION,
                        null));
            }
            return version == Schema.VERSION ? Mono.empty() : newerFormat(version);
        });
    }

    private Mono<Void> newerFormat(long version) {
        return switch (options.newerFormat()) {
            case REFUSE ->
                Mono.error(new KvDatabaseException(
                        "open " + path + ": a newer Deno has migrated the file to the format " + version
                                + ", this version knows " + Schema.VERSION
                                + "; update kv-reactive, or choose with SqliteOptions.newerFormat",
                        null));
            case READ_ONLY -> {
                SqliteConnection unused = writer;
                writer = null;
                opened.remove(unused);
                yield unused == null ? Mono.empty() : unused.close();
            }
            case WRITE -> Mono.empty();
        };
    }

    private Mono<Void> closeAll() {
        return Flux.fromIterable(opened)
                .concatMapDelayError(SqliteConnection::close)
                .then();
    }
}
