// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ConnectionMetadata;

/** Tells the product and the version of the SQLite library in use. */
final class SqliteConnectionMetadata implements ConnectionMetadata {

    private final String version;

    SqliteConnectionMetadata(String version) {
        this.version = version;
    }

    @Override
    public String getDatabaseProductName() {
        return "SQLite";
    }

    @Override
    public String getDatabaseVersion() {
        return version;
    }
}
