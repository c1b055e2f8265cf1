// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** How a transaction begins. */
public enum TransactionMode {
    /** Takes no lock until the first statement asks for one. */
    DEFERRED,

    /** Takes the write lock at once, so that no later statement can fail for want of it. */
    IMMEDIATE,

    /** Takes the write lock, and outside WAL mode keeps readers out too. */
    EXCLUSIVE
}
