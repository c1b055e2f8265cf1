// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite.spring;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.binding.BindMarkersFactory;
import org.springframework.r2dbc.core.binding.BindMarkersFactoryResolver;

/** Tells Spring's {@code DatabaseClient} to write SQLite's parameters as {@code ?1}, {@code ?2}; Spring finds it in {@code spring.factories}. */
public final class SqliteBindMarkersProvider implements BindMarkersFactoryResolver.BindMarkerFactoryProvider {

    /** Numbered, so that a name that occurs twice in the text is bound once. */
    static final BindMarkersFactory MARKERS = BindMarkersFactory.indexed("?", 1);

    /** For Spring. */
    public SqliteBindMarkersProvider() {}

    /** {@inheritDoc} */
    @Override
    public @Nullable BindMarkersFactory getBindMarkers(ConnectionFactory connectionFactory) {
        return isSqlite(connectionFactory) ? MARKERS : null;
    }

    /** Also through a pool or a proxy, which answer the metadata of what they wrap. */
    static boolean isSqlite(ConnectionFactory connectionFactory) {
        return connectionFactory.getMetadata().getName().equals("SQLite");
    }
}
