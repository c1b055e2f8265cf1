// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/** A compiled statement and what is known of its columns. Worker only. */
final class CachedStatement {

    private final String sql;
    private final NativeStatement compiled;
    private final int generation;
    private @Nullable SqliteRowMetadata metadata;

    CachedStatement(String sql, NativeStatement compiled, int generation) {
        this.sql = sql;
        this.compiled = compiled;
        this.generation = generation;
    }

    String sql() {
        return sql;
    }

    NativeStatement compiled() {
        return compiled;
    }

    int generation() {
        return generation;
    }

    /**
     * The columns of the row that the statement stands on. They are compared each time, because SQLite recompiles a statement without a word when
     * another connection has changed the schema.
     */
    SqliteRowMetadata metadata() {
        int columns = compiled.columnCount();
        SqliteRowMetadata known = metadata;
        if (known == null || known.size() != columns || !known.isNamedAs(compiled)) {
            known = SqliteRowMetadata.read(compiled, columns);
            metadata = known;
        }
        return known;
    }
}
