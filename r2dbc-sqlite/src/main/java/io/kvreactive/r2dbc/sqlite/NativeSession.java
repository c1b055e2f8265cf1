// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/**
 * One open database handle of SQLite, and the seam behind which the native binding can change. Confined to the connection's worker: nothing
 * here is thread-safe.
 */
interface NativeSession {

    /** Opens the database that the configuration names and asks the guard from then on whether to stop, and whether to wait for locks. */
    static NativeSession open(SqliteConnectionConfiguration configuration, ExecutionGuard guard) {
        return JniSession.open(configuration, guard);
    }

    /** Compiles one statement; whatever follows the first is ignored by SQLite, so the text must hold one. */
    NativeStatement prepare(String sql);

    /** Rows changed by the last completed INSERT, UPDATE or DELETE. */
    long changes();

    String libraryVersion();

    /** Finalises what is left and closes the handle. */
    void close();
}
