// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.ReadRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database whose every operation ends within a deadline. What is late is cancelled. */
final class Deadlines implements Database {

    private final Database database;
    private final Duration deadline;

    private Deadlines(Database database, Duration deadline) {
        this.database = database;
        this.deadline = deadline;
    }

    /** The opening within the deadline of the options, if they have one, and then every operation. */
    static Mono<Database> on(Mono<Database> open, KvOptions options) {
        Duration deadline = options.deadline();
        if (deadline == null) {
            return open;
        }
        return open.timeout(deadline)
                .onErrorMap(TimeoutException.class, e -> new KvTimeoutException("open", deadline))
                .map(database -> new Deadlines(database, deadline));
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return database.snapshotRead(ranges, consistency)
                .timeout(deadline)
                .onErrorMap(TimeoutException.class, e -> new KvTimeoutException("read", deadline));
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return database.atomicWrite(write)
                .timeout(deadline)
                .onErrorMap(
                        TimeoutException.class,
                        e -> new KvOutcomeUnknownException(
                                "commit took longer than the deadline of " + deadline
                                        + ", and it may or may not have taken effect; read before you write again",
                                e));
    }

    /** A watch has no end that could be late. */
    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return database.watch(keys);
    }

    /** A message may be long in coming. */
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
