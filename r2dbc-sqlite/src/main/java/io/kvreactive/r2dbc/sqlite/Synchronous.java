// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** SQLite's {@code synchronous}: when a commit waits for the disk. */
public enum Synchronous {
    /** Never waits for the disk; a power failure may ruin the file. */
    OFF,

    /** Waits at the critical moments; in WAL mode the last transactions may be lost at a power failure, but the file stays whole. */
    NORMAL,

    /** Every commit has reached the disk before it is reported. */
    FULL,

    /** As {@link #FULL}, and the directory entry of a deleted journal too. */
    EXTRA
}
