// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/** A database whose writes and limits are the test's, over another. */
final class WrappedDatabase implements Database {

    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    private final Database database;
    private DatabaseLimits limits = DatabaseLimits.DENO;
    private BiFunction<Database, AtomicWrite, Mono<CommitResult>> onWrite = Database::atomicWrite;

    WrappedDatabase(Database database) {
        this.database = database;
    }

    WrappedDatabase limits(DatabaseLimits limits) {
        this.limits = limits;
        return this;
    }

    WrappedDatabase onWrite(BiFunction<Database, AtomicWrite, Mono<CommitResult>> onWrite) {
        this.onWrite = onWrite;
        return this;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        reads.incrementAndGet();
        return database.snapshotRead(ranges, consistency);
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        writes.incrementAndGet();
        return onWrite.apply(database, write);
    }

    @Override
    public DatabaseLimits limits() {
        return limits;
    }

    @Override
    public Mono<Void> close() {
        return database.close();
    }
}
