// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicLong;

/** What one connection counts. Only its worker writes, so an ordered store is exact and cheaper than an atomic addition; any thread reads. */
final class Counters {

    final AtomicLong hops = new AtomicLong();
    final AtomicLong prepared = new AtomicLong();
    final AtomicLong cacheHits = new AtomicLong();
    final AtomicLong executed = new AtomicLong();
    final AtomicLong rows = new AtomicLong();
    final AtomicLong begun = new AtomicLong();
    final AtomicLong committed = new AtomicLong();
    final AtomicLong rolledBack = new AtomicLong();
    final AtomicLong openCursors = new AtomicLong();
    final AtomicLong openStatements = new AtomicLong();

    static void increment(AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
    }

    static void decrement(AtomicLong counter) {
        counter.lazySet(counter.getPlain() - 1);
    }

    SqliteStatistics snapshot() {
        return new SqliteStatistics(
                hops.get(),
                prepared.get(),
                cacheHits.get(),
                executed.get(),
                rows.get(),
                begun.get(),
                committed.get(),
                rolledBack.get(),
                openCursors.get(),
                openStatements.get());
    }
}
