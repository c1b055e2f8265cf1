// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

/** Something that a subscriber asked for and may cancel while SQLite works on it. */
abstract class Operation {

    /** Set by any thread; read by the worker, also from inside a running statement. */
    volatile boolean cancelled;

    /** Time spent inside SQLite so far, counted only when there is a statement timeout; worker only. */
    long spentNanos;
}
