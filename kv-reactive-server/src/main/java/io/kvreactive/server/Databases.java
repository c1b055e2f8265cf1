// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The databases of a server: the one under {@code /}, which is open all the time, and named ones, which are opened when they are first asked
 * for, and closed when nobody has for a while or others need their place. Thread-safe.
 */
final class Databases {

    private static final Logger LOG = Loggers.getLogger(KvConnectServer.class);

    @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace.
    private static final Refusal NOT_OPENED_IN_TIME = Refusal.unavailable("The database could not be opened in time.");
    /** The closing of idle databases may be late by so much of the time that they may be idle. */
    private static final int LOOKS_PER_IDLE_TIME = 4;

    private final ServerOptions options;
    private final Observers observers;
    private final KvOptions kvOptions;
    private final @Nullable ServedDatabase main;
    private final Map<String, NamedDatabase> named = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();
    private final Disposable.Swap looks = Disposables.swap();
    private volatile @Nullable Database mainDatabase;

    Databases(ServerOptions options, Observers observers, Scheduler scheduler) {
        this.options = options;
        this.observers = observers;
        this.kvOptions = options.databaseOptions().mutate().scheduler(scheduler).build();
        this.main = options.databaseUrl() == null && options.database() == null
                ? null
                : ServedDatabase.of("", mainId(options), options.accessToken());
    }

    private static UUID mainId(ServerOptions options) {
        UUID given = options.databaseId();
        if (given != null) {
            return given;
        }
        DatabaseUrl url = Objects.requireNonNull(options.databaseUrl(), "databaseUrl");
        boolean isFile = url.scheme() == null
                || url.scheme().equals("sqlite")
                || url.scheme().equals("file");
        return DatabaseName.idOf(
                isFile ? "file " + Path.of(url.rest()).toAbsolutePath().normalize() : "url " + url);
    }

    Clock clock() {
        return kvOptions.clock();
    }

    /** Opens the database under {@code /}, if there is one. */
    Mono<Void> open() {
        Duration idleTime = options.limits().databaseIdleTime();
        long pause = Math.max(1, idleTime.toMillis() / LOOKS_PER_IDLE_TIME);
        looks.update(Schedulers.parallel()
                .schedulePeriodically(() -> closeIdle(idleTime), pause, pause, TimeUnit.MILLISECONDS));
        Mono<Database> given = options.database();
        DatabaseUrl url = options.databaseUrl();
        Mono<Database> opening = given != null ? given : url == null ? Mono.empty() : open(url);
        return opening.doOnNext(database -> {
                    mainDatabase = database;
                    observers.tell(observer -> observer.databaseOpened(""));
                })
                .then();
    }

    private Mono<Database> open(DatabaseUrl url) {
        // To look for backends is to read jars.
        return Mono.fromSupplier(() -> DatabaseHandler.of(url))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(handler -> handler.open(url, kvOptions));
    }

    /** The database of a name, whether or not it is open or was ever made; throws {@link Refusal}. */
    ServedDatabase find(String name) {
        if (name.isEmpty()) {
            if (main == null) {
                throw Refusal.of(404, "There is no database here; there are named ones under /db/NAME.");
            }
            return main;
        }
        if (options.limits().databases() == 0) {
            throw Refusal.of(404, "There are no named databases here.");
        }
        NamedDatabase known = named.get(name);
        // Nothing is kept of a name before somebody has shown a token for it.
        return known != null
                ? known.served()
                : ServedDatabase.of(
                        name,
                        DatabaseName.idOf("name " + name),
                        options.databaseTokens().getOrDefault(name, options.accessToken()));
    }

    /** Does something with a database that the client has shown a token for, and keeps it open until the request is over. */
    <T> Mono<T> use(Exchange exchange, ServedDatabase database, Function<Database, Mono<T>> work) {
        if (database.name().isEmpty()) {
            Database open = mainDatabase;
            return open == null ? Mono.error(Refusal.unavailable("The database is not open.")) : work.apply(open);
        }
        NamedDatabase known = named.get(database.name());
        if (known == null) {
            if (!takePlace()) {
                return makePlace(exchange).then(Mono.defer(() -> use(exchange, database, work)));
            }
            known = add(database);
        }
        if (!known.tryUse()) {
            return exchange.onLoop(known.closed(), NOT_OPENED_IN_TIME)
                    .then(Mono.defer(() -> use(exchange, database, work)));
        }
        exchange.hold(known);
        Database open = known.ifOpen();
        return open != null
                ? work.apply(open)
                : exchange.onLoop(known.opening(), NOT_OPENED_IN_TIME).flatMap(work);
    }

    private boolean takePlace() {
        int most = options.limits().databases();
        return places.getAndUpdate(now -> now < most ? now + 1 : now) < most;
    }

    private NamedDatabase add(ServedDatabase database) {
        String name = database.name();
        DatabaseUrl url = DatabaseUrl.parse(options.namedDatabases().apply(name));
        boolean isInMemory = "memory".equals(url.scheme());
        NamedDatabase[] added = new NamedDatabase[1];
        Mono<Database> opening = open(url)
                .doOnNext(opened -> observers.tell(observer -> observer.databaseOpened(name)))
                // The next who asks for it tries again.
                .doOnError(error -> forget(added[0]));
        added[0] = new NamedDatabase(database, isInMemory, opening);
        NamedDatabase other = named.putIfAbsent(name, added[0]);
        if (other != null) {
            places.decrementAndGet();
            return other;
        }
        if (isInMemory) {
            LOG.info("the database {} is kept in memory: it ends with the server", name);
        }
        return added[0];
    }

    private void forget(NamedDatabase database) {
        if (named.remove(database.served().name(), database)) {
            places.decrementAndGet();
        }
    }

    /** Closes whichever has not been used for longest; an error if all are in use. */
    private Mono<Void> makePlace(Exchange exchange) {
        Optional<NamedDatabase> idle = named.values().stream()
                .filter(database -> database.idleSince() != null)
                .min(Comparator.comparingLong(database -> Objects.requireNonNullElse(database.idleSince(), 0L)));
        if (idle.isPresent()) {
            NamedDatabase longest = idle.get();
            if (longest.tryClose()) {
                close(longest);
            }
            // If somebody has begun to use it meanwhile, there is another, or there is none.
            return longest.isClosing() ? exchange.onLoop(longest.closed(), NOT_OPENED_IN_TIME) : Mono.empty();
        }
        String text = "The server has as many databases open as it takes, "
                + options.limits().databases() + ".";
        boolean mayPass = named.values().stream().anyMatch(database -> !database.isInMemory());
        return Mono.error(mayPass ? Refusal.unavailable(text) : Refusal.of(429, text));
    }

    private void closeIdle(Duration idleTime) {
        for (NamedDatabase database : named.values()) {
            Long since = database.idleSince();
            if (since != null && System.nanoTime() - since >= idleTime.toNanos() && database.tryClose()) {
                close(database);
            }
        }
    }

    private void close(NamedDatabase database) {
        closing(database).subscribe();
    }

    private Mono<Void> closing(NamedDatabase database) {
        String name = database.served().name();
        return database.opening()
                .flatMap(Database::close)
                .onErrorResume(error -> {
                    LOG.error("the database " + name + " could not be closed in order", error);
                    return Mono.empty();
                })
                .doFinally(signal -> {
                    forget(database);
                    if (database.markClosed()) {
                        observers.tell(observer -> observer.databaseClosed(name));
                    }
                });
    }

    /** How many databases are open, or about to be. */
    int count() {
        return named.size() + (mainDatabase == null ? 0 : 1);
    }

    /** Closes all of them. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            looks.dispose();
            Database open = mainDatabase;
            mainDatabase = null;
            Mono<Void> closeMain = open == null
                    ? Mono.empty()
                    : open.close().doFinally(signal -> observers.tell(observer -> observer.databaseClosed("")));
            return Flux.fromIterable(named.values()).flatMap(this::closing).then(closeMain);
        });
    }
}
