// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite.spring;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Optional;
import org.springframework.data.r2dbc.dialect.DialectResolver;
import org.springframework.data.r2dbc.dialect.R2dbcDialect;

/** Tells Spring Data R2DBC how SQLite writes its SQL; Spring finds it in {@code spring.factories}. */
public final class SqliteDialectProvider implements DialectResolver.R2dbcDialectProvider {

    /** For Spring. */
    public SqliteDialectProvider() {}

    /** {@inheritDoc} */
    @Override
    public Optional<R2dbcDialect> getDialect(ConnectionFactory connectionFactory) {
        return SqliteBindMarkersProvider.isSqlite(connectionFactory)
                ? Optional.of(SqliteDialect.INSTANCE)
                : Optional.empty();
    }
}
