// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Backup;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.PrefixWatch;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A database that counts what reaches the one behind it. */
final class ObservedDatabase implements Database {

    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    final AtomicInteger underWay = new AtomicInteger();
    final Queue<ContextView> contexts = new ConcurrentLinkedQueue<>();

    private final Database database;

    ObservedDatabase(Database database) {
        this.database = database;
    }

    /** How many operations have reached the database. */
    int operations() {
        return reads.get() + writes.get();
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return observed(reads, database.snapshotRead(ranges, consistency));
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return observed(writes, database.atomicWrite(write));
    }

    private <R> Mono<R> observed(AtomicInteger counter, Mono<R> operation) {
        return Mono.deferContextual(context -> {
            Runnable over = begun(counter, context);
            return operation.doOnTerminate(over).doOnCancel(over);
        });
    }

    /** Counts an operation, and gives what is to be run when it is over. */
    private Runnable begun(AtomicInteger counter, ContextView context) {
        counter.incrementAndGet();
        contexts.add(context);
        underWay.incrementAndGet();
        AtomicBoolean isOver = new AtomicBoolean();
        // Counted before whoever waits for the end is told of it; a cancel may still come after that.
        return () -> {
            if (isOver.compareAndSet(false, true)) {
                underWay.decrementAndGet();
            }
        };
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return observedMany(database.watch(keys));
    }

    @Override
    public Flux<RawMessage> dequeue() {
        return observedMany(database.dequeue());
    }

    @Override
    public <T> Optional<T> ability(Class<T> type) {
        return database.ability(type).map(ability -> type.cast(observed(type, ability)));
    }

    private Object observed(Class<?> type, Object ability) {
        if (type == PrefixWatch.class) {
            return (PrefixWatch) (start, end) -> observedMany(((PrefixWatch) ability).watchRange(start, end));
        }
        return type == Backup.class ? (Backup) target -> observed(reads, ((Backup) ability).backup(target)) : ability;
    }

    private <R> Flux<R> observedMany(Flux<R> operation) {
        return Flux.deferContextual(context -> {
            Runnable over = begun(reads, context);
            return operation.doOnTerminate(over).doOnCancel(over);
        });
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
