// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Nullability;
import io.r2dbc.spi.Type;
import org.jspecify.annotations.Nullable;

/** A column of a result. SQLite tells its name and its declared type, and no more. */
final class SqliteColumnMetadata implements ColumnMetadata {

    private final String name;
    private final @Nullable String declared;
    private final SqliteType type;

    SqliteColumnMetadata(String name, @Nullable String declared) {
        this.name = name;
        this.declared = declared;
        this.type = SqliteType.of(declared);
    }

    SqliteType sqliteType() {
        return type;
    }

    @Override
    public Class<?> getJavaType() {
        return type.getJavaType();
    }

    @Override
    public Type getType() {
        return type.standard();
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public @Nullable Object getNativeTypeMetadata() {
        return declared;
    }

    @Override
    public Nullability getNullability() {
        return Nullability.UNKNOWN;
    }

    @Override
    public String toString() {
        return declared == null ? name : name + " " + declared;
    }
}
