// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.backend;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import reactor.core.publisher.Mono;

/** Opens {@code treemap:}. */
public final class TreeMapDatabaseHandler implements DatabaseHandler {

    @Override
    public String name() {
        return "treemap";
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return "treemap".equals(url.scheme());
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        return Mono.fromSupplier(() -> new TreeMapDatabase(options));
    }
}
