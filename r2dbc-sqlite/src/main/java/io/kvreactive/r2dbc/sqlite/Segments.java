// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;

/** The parts that a result is made of. */
final class Segments {

    private Segments() {}

    record OfRow(Row row) implements Result.RowSegment {}

    record Count(long value) implements Result.UpdateCount {}

    record Failure(R2dbcException exception) implements Result.Message {

        @Override
        public int errorCode() {
            return exception.getErrorCode();
        }

        @Override
        public String sqlState() {
            String state = exception.getSqlState();
            return state == null ? "HY000" : state;
        }

        @Override
        public String message() {
            return String.valueOf(exception.getMessage());
        }
    }
}
