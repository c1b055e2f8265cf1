// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.RowMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/** The columns of a result, in their order; names are found whatever their case, the first of equal ones. */
final class SqliteRowMetadata implements RowMetadata {

    private final List<SqliteColumnMetadata> columns;

    private SqliteRowMetadata(List<SqliteColumnMetadata> columns) {
        this.columns = List.copyOf(columns);
    }

    static SqliteRowMetadata read(NativeStatement statement, int count) {
        List<SqliteColumnMetadata> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(new SqliteColumnMetadata(statement.columnName(i), statement.declaredType(i)));
        }
        return new SqliteRowMetadata(columns);
    }

    int size() {
        return columns.size();
    }

    /** Whether a statement with as many columns calls them by the same names. */
    boolean isNamedAs(NativeStatement statement) {
        for (int i = 0; i < columns.size(); i++) {
            if (!columns.get(i).getName().equals(statement.columnName(i))) {
                return false;
            }
        }
        return true;
    }

    int indexOf(String name) {
        if (name == null) {
            throw new IllegalArgumentException("name must not be null");
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).getName().equalsIgnoreCase(name)) {
                return i;
            }
        }
        throw new NoSuchElementException("no column named " + name + " in " + columns);
    }

    SqliteColumnMetadata column(int index) {
        if (index < 0 || index >= columns.size()) {
            throw new IndexOutOfBoundsException("column index " + index + " of " + columns.size() + " columns");
        }
        return columns.get(index);
    }

    @Override
    public SqliteColumnMetadata getColumnMetadata(int index) {
        return column(index);
    }

    @Override
    public SqliteColumnMetadata getColumnMetadata(String name) {
        return columns.get(indexOf(name));
    }

    @Override
    public List<SqliteColumnMetadata> getColumnMetadatas() {
        return columns;
    }

    @Override
    public boolean contains(String columnName) {
        return columns.stream().anyMatch(c -> c.getName().equalsIgnoreCase(columnName));
    }
}
