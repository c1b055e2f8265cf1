// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvOptions;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.spi.Backup;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.NewFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Copies of a file while it is used. Each has a connection and a thread of its own, so that neither readers nor the writer wait for it, and is
 * made by {@code VACUUM INTO}: one read transaction, which sees one snapshot however long it takes. (SQLite's stepwise backup begins anew
 * whenever another process has written, and would not end while one does so without pause.) Until it is over, the log keeps what is written
 * meanwhile.
 */
final class Backups implements Backup {

    private static final String VACUUM = "vacuum into ?1";

    /** What the copy takes at the most: it has no free pages. */
    private static final String SIZE = """
            select (page_count - freelist_count) * page_size
            from pragma_page_count(), pragma_freelist_count(), pragma_page_size()""";

    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(250);

    /** Of the number of those that run: the database is closing, and takes no new ones. */
    private static final int CLOSING = Integer.MIN_VALUE;

    private final Path path;
    private final SqliteOptions own;
    private final BusyRetry busyRetry;
    private final SqliteErrors errors;
    private final KvObserver observer;
    private final Scheduler scheduler;
    private final AtomicInteger running = new AtomicInteger();
    private final Sinks.Empty<Void> allOver = Sinks.empty();

    Backups(Path path, SqliteOptions own, KvOptions options, BusyRetry busyRetry, SqliteErrors errors) {
        this.path = path;
        this.own = own;
        this.busyRetry = busyRetry;
        this.errors = errors;
        this.observer = options.observer();
        this.scheduler = options.scheduler();
    }

    @Override
    public Mono<Long> backup(Path target) {
        return NewFile.write("backup of " + path, target, file -> copy(target, file))
                .doOnNext(size -> observer.backupProgressed(target, size, size))
                .onErrorMap(error -> errors.translate("backup to " + target, error))
                .publishOn(scheduler);
    }

    /** Waits for those that run. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            if (running.getAndUpdate(count -> count | CLOSING) == 0) {
                allOver.tryEmitEmpty();
            }
            return allOver.asMono();
        });
    }

    private Mono<Void> copy(Path target, NewFile file) {
        if (running.getAndUpdate(count -> count < 0 ? count : count + 1) < 0) {
            throw new KvClosedException("backup of " + path + ": the database was closed; create a new Kv");
        }
        Connections connections = Connections.of(path, own);
        AtomicBoolean isOver = new AtomicBoolean();
        // Stops what runs, and waits until nothing writes into the file any more.
        Mono<Void> close = connections.close().doFinally(closed -> {
            if (isOver.compareAndSet(false, true) && running.decrementAndGet() == CLOSING) {
                allOver.tryEmitEmpty();
            }
        });
        file.closeFirst(close);
        return connections
                .openReader()
                .flatMap(connection -> copy(connection, target, file.path()))
                .then(close);
    }

    private Mono<Void> copy(SqliteConnection connection, Path target, Path temporary) {
        Mono<Long> size = Rows.first(connection.createStatement(SIZE), row -> Rows.number(row, 0, "page_count"));
        Mono<Long> vacuum = Rows.change(connection.createStatement(VACUUM).bind(0, temporary.toString()));
        return busyRetry
                .on(busyRetry.start(), size)
                .flatMap(expected -> KvObserver.NONE.equals(observer)
                        ? vacuum
                        : vacuum.takeUntilOther(reports(target, temporary, expected)))
                .then();
    }

    /** Looks from time to time how far the copy has come; never ends. */
    private Mono<Void> reports(Path target, Path temporary, long expected) {
        return Flux.interval(BETWEEN_REPORTS)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic(), 1)
                .doOnNext(tick -> observer.backupProgressed(target, sizeOf(temporary), expected))
                .then(Mono.never());
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // It is not there yet, or not any more.
            return 0;
        }
    }
}
