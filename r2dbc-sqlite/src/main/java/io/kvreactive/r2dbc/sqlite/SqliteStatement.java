// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** A statement, or several in one text, with the values to run it with. Not thread-safe; each subscription to its execution runs it again. */
final class SqliteStatement implements Statement {

    private static final Object UNBOUND = new Object();
    private static final @Nullable Object[] NONE = new Object[0];

    private final SqliteSession session;
    private final SqlScript script;
    private final List<@Nullable Object[]> complete = new ArrayList<>(1);
    private @Nullable Object @Nullable [] current;
    private boolean handedOut;
    private boolean hasStreams;
    private @Nullable List<String> generated;

    SqliteStatement(SqliteSession session, SqlScript script) {
        this.session = session;
        this.script = script;
    }

    @Override
    public SqliteStatement add() {
        complete.add(completed());
        current = null;
        return this;
    }

    @Override
    public SqliteStatement bind(int index, Object value) {
        return set(index, SqliteCodecs.encode(value));
    }

    @Override
    public SqliteStatement bind(String name, Object value) {
        return set(index(name), SqliteCodecs.encode(value));
    }

    @Override
    public SqliteStatement bindNull(int index, Class<?> type) {
        requireType(type);
        return set(index, null);
    }

    @Override
    public SqliteStatement bindNull(String name, Class<?> type) {
        requireType(type);
        return set(index(name), null);
    }

    private static void requireType(@Nullable Class<?> type) {
        if (type == null) {
            throw new IllegalArgumentException("type must not be null");
        }
    }

    private int index(@Nullable String name) {
        if (name == null) {
            throw new IllegalArgumentException("name must not be null");
        }
        int index = script.indexOf(name);
        if (index < 0) {
            throw new NoSuchElementException("the statement has no parameter named " + name);
        }
        return index;
    }

    private SqliteStatement set(int index, @Nullable Object encoded) {
        if (index < 0 || index >= script.parameterCount() || !script.isUsed(index)) {
            throw new IndexOutOfBoundsException(
                    "the statement has " + script.parameterCount() + " parameters, none with index " + index);
        }
        @Nullable Object[] values = current;
        if (values == null) {
            values = new Object[script.parameterCount()];
            Arrays.fill(values, UNBOUND);
            current = values;
        } else if (handedOut) {
            // An execution that was asked for earlier keeps its values.
            values = values.clone();
            current = values;
        }
        handedOut = false;
        values[index] = encoded;
        hasStreams |= SqliteCodecs.isStream(encoded);
        return this;
    }

    @Override
    public SqliteStatement returnGeneratedValues(String... columns) {
        if (columns == null) {
            throw new IllegalArgumentException("columns must not be null");
        }
        List<String> names = new ArrayList<>(columns.length);
        for (String column : columns) {
            if (column == null) {
                throw new IllegalArgumentException("a column name must not be null");
            }
            // Not in double quotes: SQLite takes an unknown name in those for a text.
            names.add('`' + column.replace("`", "``") + '`');
        }
        generated = names;
        return this;
    }

    @Override
    public SqliteStatement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("fetch size must not be negative");
        }
        // There are no round trips to save.
        return this;
    }

    @Override
    public Flux<Result> execute() {
        List<@Nullable Object[]> bindings = bindings();
        List<SqlScript.Piece> pieces = pieces();
        if (!hasStreams) {
            return StatementExecution.of(session, pieces, bindings);
        }
        return Flux.fromIterable(bindings)
                .concatMap(SqliteCodecs::collect)
                .collectList()
                .flatMapMany(collected -> StatementExecution.of(session, pieces, collected));
    }

    private List<@Nullable Object[]> bindings() {
        if (complete.isEmpty()) {
            @Nullable Object[] only = completed();
            handedOut = true;
            return List.<@Nullable Object[]>of(only);
        }
        if (current == null && script.parameterCount() > 0) {
            throw new IllegalStateException("add() was called last: there are no values for one more run");
        }
        List<@Nullable Object[]> bindings = new ArrayList<>(complete);
        bindings.add(completed());
        handedOut = true;
        return bindings;
    }

    /** The current values, all of them bound. */
    private @Nullable Object[] completed() {
        int parameters = script.parameterCount();
        if (parameters == 0) {
            return NONE;
        }
        @Nullable Object[] values = current;
        for (int i = 0; i < parameters; i++) {
            if (script.isUsed(i)) {
                if (values == null || values[i] == UNBOUND) {
                    throw new IllegalStateException("no value is bound to the parameter with index " + i);
                }
            } else if (values != null) {
                values[i] = null;
            }
        }
        if (values == null) {
            throw new IllegalStateException("no value is bound");
        }
        return values;
    }

    private List<SqlScript.Piece> pieces() {
        List<String> columns = generated;
        if (columns == null) {
            return script.pieces();
        }
        return script.pieces().stream().map(piece -> piece.answering(columns)).toList();
    }
}
