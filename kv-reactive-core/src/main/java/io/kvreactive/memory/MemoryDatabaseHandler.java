// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import reactor.core.publisher.Mono;

/** Opens {@code memory:}: each opening is a new, empty database of its own, gone when it is closed. */
public final class MemoryDatabaseHandler implements DatabaseHandler {

    /** For {@code ServiceLoader}. */
    public MemoryDatabaseHandler() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return "memory".equals(url.scheme()) && url.rest().isEmpty();
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        return Mono.fromSupplier(() -> new InMemoryDatabase(options));
    }
}
