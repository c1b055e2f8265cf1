// SPDX-License-Identifier: Apache-2.0
/**
 * What Spring looks up by name to work with SQLite: {@link io.kvreactive.r2dbc.sqlite.spring.SqliteBindMarkersProvider} for {@code DatabaseClient}
 * and {@link io.kvreactive.r2dbc.sqlite.spring.SqliteDialectProvider} for Spring Data R2DBC. Nothing here has to be called, and nothing of the
 * driver refers to it, so that the driver needs neither.
 */
@NullMarked
package io.kvreactive.r2dbc.sqlite.spring;

import org.jspecify.annotations.NullMarked;
