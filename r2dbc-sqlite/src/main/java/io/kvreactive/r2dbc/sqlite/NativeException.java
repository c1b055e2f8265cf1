// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/** An error of the native binding, before {@link SqliteErrors} gives it its R2DBC form. */
final class NativeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    NativeException(int code, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.code = code;
    }

    /** The extended result code. */
    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
