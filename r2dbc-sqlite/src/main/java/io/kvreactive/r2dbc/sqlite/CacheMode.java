// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** Whether the connections of this process share one page cache for a database. */
public enum CacheMode {
    /** Each connection has a cache of its own: SQLite's default for files, and the better choice for them. */
    PRIVATE,

    /**
     * One cache for all connections of this process that ask for it. They lock whole tables instead of the file. What named databases in memory
     * need.
     */
    SHARED
}
