// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.sqlite.SqliteOptions;

/** A bean that changes how SQLite files are used, after the properties below {@code kv-reactive.sqlite} have been applied. */
@FunctionalInterface
public interface SqliteOptionsCustomizer {

    /**
     * Changes options.
     *
     * @param options the options so far
     * @param database the name of the database, which is that of its bean
     */
    void customize(SqliteOptions.Builder options, String database);
}
