// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import reactor.core.publisher.Mono;

/** Opens {@code broken:} followed by what is wrong: a database in memory that does that one thing wrong. */
public final class BrokenDatabaseHandler implements DatabaseHandler {

    /** For {@code ServiceLoader}. */
    public BrokenDatabaseHandler() {}

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return name().equals(url.scheme());
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        Defect defect = Defect.valueOf(url.rest());
        DatabaseUrl memory = DatabaseUrl.parse("memory:");
        return TestDatabaseHandler.handlerOf(memory)
                .open(memory, options)
                .map(database -> new BrokenDatabase(database, defect, options));
    }
}
