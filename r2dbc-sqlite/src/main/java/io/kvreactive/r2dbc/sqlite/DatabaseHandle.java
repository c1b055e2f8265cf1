// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * What a connection holds open in SQLite: the native handle and its compiled statements. It does not know the session that uses it, so that it
 * can still be closed when that session has been forgotten. Worker only.
 */
final class DatabaseHandle {

    private @Nullable NativeSession database;
    private @Nullable StatementCache statements;

    void open(NativeSession opened, StatementCache cache) {
        database = opened;
        statements = cache;
    }

    boolean isOpen() {
        return database != null;
    }

    NativeSession database() {
        NativeSession opened = database;
        if (opened == null) {
            throw SqliteErrors.closed();
        }
        return opened;
    }

    StatementCache statements() {
        StatementCache cache = statements;
        if (cache == null) {
            throw SqliteErrors.closed();
        }
        return cache;
    }

    /** Finalises all statements and closes, which rolls an open transaction back; true when it was open. */
    boolean close() {
        NativeSession opened = database;
        if (opened == null) {
            return false;
        }
        database = null;
        statements().clear();
        opened.close();
        return true;
    }
}
