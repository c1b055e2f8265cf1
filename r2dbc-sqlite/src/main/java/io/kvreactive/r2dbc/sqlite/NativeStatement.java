// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/** A compiled statement of a {@link NativeSession}. Columns count from zero and can be read only while the statement stands on a row. */
interface NativeStatement {

    int INTEGER = 1;
    int REAL = 2;
    int TEXT = 3;
    int BLOB = 4;
    int NULL = 5;

    /**
     * Binds all parameters and makes the first step. Values are null, {@code Integer}, {@code Long}, {@code Double}, {@code String} or
     * {@code byte[]}. After a false answer the statement has been reset.
     *
     * @return whether the statement stands on a row
     */
    boolean start(@Nullable Object[] values);

    /** One more step: whether the statement stands on a row. It has to be reset after a false answer. */
    boolean step();

    void reset();

    void finalise();

    /** Whether the statement is gone: some errors of {@link #start} finalise it. */
    boolean isFinalised();

    int columnCount();

    String columnName(int column);

    @Nullable
    String declaredType(int column);

    /** One of {@link #INTEGER}, {@link #REAL}, {@link #TEXT}, {@link #BLOB}, {@link #NULL}. */
    int storageClass(int column);

    long integer(int column);

    double real(int column);

    String text(int column);

    /** A fresh array. */
    byte[] blob(int column);
}
