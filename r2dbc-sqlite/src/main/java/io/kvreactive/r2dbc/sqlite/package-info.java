// SPDX-License-Identifier: Apache-2.0
/** An R2DBC driver for SQLite. */
@NullMarked
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.NullMarked;
