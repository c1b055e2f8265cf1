// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Databases in memory. */
class MemoryIT {

    private static final String TABLES = "select count(*) from sqlite_schema";

    @Test
    void aNamedDatabaseOutlivesItsConnectionsUntilTheFactoryIsClosed() {
        SqliteConnectionFactory factory = SqliteConnectionFactory.from(
                SqliteConnectionConfiguration.builder().memory("shared one").build());
        SqliteConnection first = now(factory.create());
        now(run(first, "create table t(a)").then(first.close()));

        SqliteConnection second = now(factory.create());
        assertThat(now(longs(second, TABLES).single())).isEqualTo(1);
        now(second.close().then(factory.close()));

        SqliteConnection third = now(factory.create());
        assertThat(now(longs(third, TABLES).single())).isZero();
        now(third.close().then(factory.close()));
    }

    @Test
    void anUnnamedDatabaseBelongsToItsConnection() {
        SqliteConnectionFactory factory = SqliteConnectionFactory.from(
                SqliteConnectionConfiguration.builder().memory().build());
        SqliteConnection first = now(factory.create());
        SqliteConnection second = now(factory.create());
        now(run(first, "create table t(a)"));

        assertThat(now(longs(second, TABLES).single())).isZero();
        now(first.close().then(second.close()));
    }
}
