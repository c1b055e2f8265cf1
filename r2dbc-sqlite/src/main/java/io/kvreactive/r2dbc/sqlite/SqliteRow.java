// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/** A row: either a view of the one that a statement stands on, read column by column when asked, or a copy. */
final class SqliteRow implements Row {

    private final SqliteRowMetadata metadata;
    private @Nullable NativeStatement live;
    private @Nullable Object @Nullable [] copied;

    SqliteRow(SqliteRowMetadata metadata) {
        this.metadata = metadata;
    }

    SqliteRow(SqliteRowMetadata metadata, @Nullable Object[] copied) {
        this.metadata = metadata;
        this.copied = copied;
    }

    void show(NativeStatement statement) {
        live = statement;
        copied = null;
    }

    void show(@Nullable Object[] values) {
        live = null;
        copied = values;
    }

    /** The mapping function has returned; from here on there is nothing to read. */
    void hide() {
        live = null;
        copied = null;
    }

    /** The row as a value of its own. */
    SqliteRow copy() {
        @Nullable Object[] values = copied;
        if (values == null) {
            values = new Object[metadata.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = stored(i);
            }
        }
        return new SqliteRow(metadata, values);
    }

    @Override
    public SqliteRowMetadata getMetadata() {
        return metadata;
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (type == null) {
            throw new IllegalArgumentException("type must not be null");
        }
        return Decoding.decode(stored(index), type, metadata.column(index).getName());
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return get(metadata.indexOf(name), type);
    }

    @Override
    public @Nullable Object get(int index) {
        return Decoding.natural(stored(index), metadata.column(index).sqliteType());
    }

    @Override
    public @Nullable Object get(String name) {
        return get(metadata.indexOf(name));
    }

    private @Nullable Object stored(int index) {
        metadata.column(index);
        @Nullable Object[] values = copied;
        if (values != null) {
            return values[index];
        }
        NativeStatement statement = live;
        if (statement == null) {
            throw new IllegalStateException("a row can be read only inside the mapping function");
        }
        return read(statement, index);
    }

    static @Nullable Object read(NativeStatement statement, int index) {
        return switch (statement.storageClass(index)) {
            case NativeStatement.INTEGER -> statement.integer(index);
            case NativeStatement.REAL -> statement.real(index);
            case NativeStatement.TEXT -> statement.text(index);
            case NativeStatement.BLOB -> statement.blob(index);
            default -> null;
        };
    }

    @Override
    public String toString() {
        // The columns, never the values.
        return "SqliteRow" + metadata.getColumnMetadatas();
    }
}
