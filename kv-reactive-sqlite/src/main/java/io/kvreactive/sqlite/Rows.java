// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How this module runs statements and reads rows. */
final class Rows {

    private Rows() {}

    /**
     * Begins a transaction; gives a value, for {@code flatMap} to go on with on the connection's thread. {@code then} would not do: when the
     * thread is faster than the one that subscribes, the latter goes on, and every further statement is a hop of its own.
     */
    static Mono<Optional<Void>> begin(SqliteConnection connection, SqliteTransactionDefinition definition) {
        return connection.beginTransaction(definition).singleOptional();
    }

    /**
     * Runs a statement for its rows. With {@code flatMap}, not {@code concatMap}, for the same reason: it asks for rows on the thread that
     * brings the result, not on the one that subscribes.
     */
    static <R> Flux<R> all(Statement statement, Function<Row, R> mapping) {
        return Flux.from(statement.execute()).flatMap(result -> result.map((row, metadata) -> mapping.apply(row)), 1);
    }

    /** Runs a statement that has one row at most. */
    static <R> Mono<R> first(Statement statement, Function<Row, R> mapping) {
        return all(statement, mapping).singleOrEmpty();
    }

    /** Runs a statement for its effect; the number of rows that it changed. */
    static Mono<Long> change(Statement statement) {
        return Flux.from(statement.execute())
                .flatMap(result -> result.getRowsUpdated(), 1)
                .reduce(0L, Long::sum);
    }

    /** The content of a column; null if it holds another storage class. */
    static <T> @Nullable T read(Row row, int column, Class<T> type) {
        try {
            return row.get(column, type);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** A number that the format requires. */
    static long number(Row row, int column, String name) {
        Long value = read(row, column, Long.class);
        if (value == null) {
            throw new KvDatabaseException(
                    "the column " + name + " of a row of the file has the wrong storage class; nothing was written",
                    null);
        }
        return value;
    }
}
