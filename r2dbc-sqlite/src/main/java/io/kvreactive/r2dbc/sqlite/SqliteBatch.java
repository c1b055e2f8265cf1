// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Statements without parameters, run one after the other. Not thread-safe. */
final class SqliteBatch implements Batch {

    private final SqliteSession session;
    private final List<SqlScript.Piece> pieces = new ArrayList<>();

    SqliteBatch(SqliteSession session) {
        this.session = session;
    }

    @Override
    public SqliteBatch add(String sql) {
        if (sql == null) {
            throw new IllegalArgumentException("sql must not be null");
        }
        SqlScript script = SqlScript.parse(sql);
        if (script.parameterCount() > 0) {
            throw new IllegalArgumentException("a batch takes no parameters; use a statement");
        }
        pieces.addAll(script.pieces());
        return this;
    }

    @Override
    public Flux<Result> execute() {
        return StatementExecution.of(session, List.copyOf(pieces), List.<@Nullable Object[]>of(new Object[0]));
    }
}
