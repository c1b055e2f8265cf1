// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import java.net.URI;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** Opens a bare path, {@code sqlite:path} and {@code file:path}; {@code ///} begins an absolute path, as in other URLs. */
public final class SqliteDatabaseHandler implements DatabaseHandler {

    /** For {@code ServiceLoader}. */
    public SqliteDatabaseHandler() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return url.scheme() == null
                || url.scheme().equals("sqlite")
                || url.scheme().equals("file");
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        return SqliteDatabase.open(
                pathOf(url), options.find(SqliteOptions.class).orElse(SqliteOptions.defaults()), options);
    }

    static Path pathOf(DatabaseUrl url) {
        String rest = url.rest();
        if (url.scheme() != null && rest.startsWith("//")) {
            if (!rest.startsWith("///")) {
                throw new IllegalArgumentException(url + " names a host; a file is given as " + url.scheme()
                        + ":path or " + url.scheme() + ":///absolute/path");
            }
            return url.scheme().equals("file") ? Path.of(URI.create("file:" + rest)) : Path.of(rest.substring(2));
        }
        if (rest.isEmpty()) {
            throw new IllegalArgumentException(url + " names no file; write " + url + "path");
        }
        if (rest.startsWith(":")) {
            throw new IllegalArgumentException(
                    url + " is no file; a database in memory is memory:, and a file of that name is ./" + rest);
        }
        return Path.of(rest);
    }
}
