// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** How the database file is opened. */
public enum OpenMode {
    /** Reads only; the file must exist. */
    READ_ONLY,

    /** Reads and writes; the file must exist. */
    READ_WRITE,

    /** Reads and writes, and creates the file when it is missing. */
    READ_WRITE_CREATE
}
