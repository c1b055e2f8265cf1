// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ConnectionFactoryMetadata;

/** Tells the product's name. */
enum SqliteConnectionFactoryMetadata implements ConnectionFactoryMetadata {
    INSTANCE;

    @Override
    public String getName() {
        return "SQLite";
    }
}
