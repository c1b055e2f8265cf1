// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database that does wrong what the faults say, and everything else as the one behind it. */
record FaultyDatabase(Database database, Faults faults) implements Database {

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return faults.onRead(database.snapshotRead(ranges, consistency));
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return faults.onWrite(database.atomicWrite(write));
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return database.watch(keys);
    }

    @Override
    public Flux<RawMessage> dequeue() {
        return database.dequeue();
    }

    @Override
    public <T> Optional<T> ability(Class<T> type) {
        return database.ability(type);
    }

    @Override
    public DatabaseLimits limits() {
        return database.limits();
    }

    @Override
    public Mono<Void> close() {
        return database.close();
    }
}
