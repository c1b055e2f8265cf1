// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvOptions;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Opens the databases of one backend. Registered as a service: in {@code META-INF/services/io.kvreactive.spi.DatabaseHandler}, with a public
 * constructor without parameters. Stateless and thread-safe.
 */
public interface DatabaseHandler {

    /**
     * Finds the backend on the class path that opens a URL.
     *
     * @param url what the user gave
     * @return the first that supports it
     * @throws IllegalArgumentException if none does; the message names those that there are
     */
    static DatabaseHandler of(DatabaseUrl url) {
        List<DatabaseHandler> handlers =
                ServiceLoader.load(DatabaseHandler.class, DatabaseHandler.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return handlers.stream()
                .filter(handler -> handler.supports(url))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "no backend opens " + url + "; found on the class path: "
                                        + handlers.stream()
                                                .map(DatabaseHandler::name)
                                                .sorted()
                                                .collect(Collectors.joining(", "))
                                        + ". Add the backend's module, or correct the URL (a file whose name looks like a URL is given as sqlite:NAME)"));
    }

    /**
     * The name of the backend, for messages.
     *
     * @return a word, such as {@code sqlite}
     */
    String name();

    /**
     * Tells whether this backend opens such URLs. No I/O.
     *
     * @param url what the user gave
     * @return true if so
     */
    boolean supports(DatabaseUrl url);

    /**
     * Opens a database.
     *
     * @param url one that this handler supports
     * @param options the user's options; a backend finds its own with {@link KvOptions#find}
     * @return the open database; each subscription opens one. A cancelled opening leaves nothing open. Errors are
     *     {@code KvException}s, and {@link IllegalArgumentException} for options that do not fit
     */
    Mono<Database> open(DatabaseUrl url, KvOptions options);

    /**
     * What this backend shows of its own, for {@code Kv.unwrap}: an object whose methods may be called before the database is open.
     *
     * @param type the interface that is asked for
     * @param database the open database; subscribing opens it if need be
     * @param <T> the interface
     * @return the object, or nothing if the backend has no such thing, which is the default
     */
    default <T> Optional<T> view(Class<T> type, Mono<Database> database) {
        return Optional.empty();
    }
}
