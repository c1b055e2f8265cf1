// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.BackendOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Opens {@code testkit:} followed by the URL of another backend, and lets the test kit stand between the two. Nobody needs it by name. */
public final class TestDatabaseHandler implements DatabaseHandler {

    private static final String SCHEME = "testkit";

    /** For {@code ServiceLoader}. */
    public TestDatabaseHandler() {}

    @Override
    public String name() {
        return SCHEME;
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return SCHEME.equals(url.scheme());
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        DatabaseUrl inner = DatabaseUrl.parse(url.rest());
        return handlerOf(inner)
                .open(inner, options)
                .map(options.find(Between.class).orElse(Between.NOTHING).wrap);
    }

    @Override
    public <T> Optional<T> view(Class<T> type, Mono<Database> database) {
        // The URL is not known here, and the database itself answers for what it shows.
        return ServiceLoader.load(DatabaseHandler.class, DatabaseHandler.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(handler -> !(handler instanceof TestDatabaseHandler))
                .flatMap(handler -> handler.view(type, database).stream())
                .findFirst();
    }

    /** The URL of a database with the test kit in between. */
    static String around(String url) {
        return SCHEME + ":" + url;
    }

    static DatabaseHandler handlerOf(DatabaseUrl url) {
        return ServiceLoader.load(DatabaseHandler.class, DatabaseHandler.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .filter(handler -> handler.supports(url))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no backend on the class path opens " + url));
    }

    /** What stands between a {@code Kv} and its database; handed over as an option of this backend. */
    record Between(UnaryOperator<Database> wrap) implements BackendOptions {
        private static final Between NOTHING = new Between(database -> database);
    }
}
