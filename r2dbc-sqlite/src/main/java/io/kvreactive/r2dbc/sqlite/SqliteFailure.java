// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/** An error that will not go away by itself and for which the SPI has no closer type. */
final class SqliteFailure extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    SqliteFailure(String reason, String sqlState, int code, @Nullable String sql, @Nullable Throwable cause) {
        super(reason, sqlState, code, sql, cause);
    }
}
