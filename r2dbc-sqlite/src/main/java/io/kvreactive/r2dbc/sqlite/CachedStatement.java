// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A compiled statement and what is known of its columns. Worker only. */
final class CachedStatement {

    /** Where a text takes its columns' names from the schema instead of writing them out; a few more than need be do no harm. */
    private static final Pattern NAMES_OF_THE_SCHEMA = Pattern.compile("[*]|rowid|oid", Pattern.CASE_INSENSITIVE);

    private final String sql;
    private final NativeStatement compiled;
    private final int generation;
    private final boolean namedBySchema;
    private @Nullable SqliteRowMetadata metadata;

    CachedStatement(String sql, NativeStatement compiled, int generation) {
        this.sql = sql;
        this.compiled = compiled;
        this.generation = generation;
        this.namedBySchema = NAMES_OF_THE_SCHEMA.matcher(sql).find();
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
     * The columns of the row that the statement stands on. SQLite recompiles a statement without a word when another connection has changed the
     * schema, so what may have changed with it is compared each time: the number of the columns and, unless the text says them, their names.
     */
    SqliteRowMetadata metadata() {
        int columns = compiled.columnCount();
        SqliteRowMetadata known = metadata;
        if (known == null || known.size() != columns || (namedBySchema && !known.isNamedAs(compiled))) {
            known = SqliteRowMetadata.read(compiled, columns);
            metadata = known;
        }
        return known;
    }
}
