// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvOptions;
import io.kvreactive.KvQueue;
import io.kvreactive.spi.Alarm;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.PrefixWatch;
import io.kvreactive.spi.QueueInspection;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawQueued;
import io.kvreactive.spi.ReadRange;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * A sorted map. Every operation is a task of one loop, which one thread at a time runs: that is what makes reads snapshots and writes
 * atomic, without a lock. Signals are given on the scheduler.
 */
final class InMemoryDatabase implements Database, PrefixWatch, QueueInspection {

    /** Nothing here grows with the number of watched keys but what the watcher asked for. */
    private static final DatabaseLimits LIMITS =
            DatabaseLimits.builder().watchedKeys(Integer.MAX_VALUE).build();

    private final Clock clock;
    private final Scheduler scheduler;
    private final TaskLoop loop = new TaskLoop();
    private final Disposable.Swap alarm = Disposables.swap();

    // Touched by tasks only.
    private boolean isClosed;
    private final Entries entries = new Entries(this::changed);
    private final Watches watches;
    private final Messages messages;
    private @Nullable Instant alarmAt;

    private final Disposable gauge;

    InMemoryDatabase(KvOptions options) {
        this.clock = options.clock();
        this.scheduler = options.scheduler();
        this.watches = new Watches(loop, entries, scheduler);
        this.messages = new Messages(loop, entries, clock, scheduler, this::change, this::tick);
        this.gauge = options.observer().gauge(KvMeasure.ENTRIES, "", entries::size);
    }

    private void changed(byte[] key) {
        watches.changed(key);
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return run(now -> ranges.stream().map(entries::read).toList());
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return run(now -> {
            CommitResult result = entries.write(write);
            if (result.isCommitted()) {
                messages.add(write.enqueues());
            }
            return result;
        });
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return watching(actual -> watches.keys(keys, actual), watches::begin);
    }

    @Override
    public Flux<RawChange> watchRange(byte[] start, byte[] end) {
        return watching(actual -> watches.range(start, end, actual), watches::begin);
    }

    @Override
    public Flux<RawMessage> dequeue() {
        return this.<RawMessage, Watcher<RawMessage>>watching(messages::listener, messages::begin);
    }

    @Override
    public Mono<KvQueue.Counts> counts() {
        return run(messages::counts);
    }

    @Override
    public Mono<List<RawQueued>> peek(int limit) {
        return run(now -> messages.peek(limit));
    }

    @Override
    public DatabaseLimits limits() {
        return LIMITS;
    }

    @Override
    public Mono<Void> close() {
        return Mono.<Void>create(sink -> loop.submit(() -> {
                    if (!isClosed) {
                        isClosed = true;
                        alarm.dispose();
                        gauge.dispose();
                        watches.completeAll();
                        messages.completeAll();
                        messages.clear();
                        entries.clear();
                    }
                    sink.success();
                }))
                .publishOn(scheduler);
    }

    private Mono<Void> change(Runnable work) {
        return run(now -> {
            work.run();
            return null;
        });
    }

    private <R> Mono<R> run(Function<Instant, ? extends @Nullable R> operation) {
        return Mono.<R>create(sink -> {
                    Operation<R> begun = new Operation<>(operation, sink);
                    sink.onCancel(() -> begun.isCancelled = true);
                    loop.submit(() -> run(begun));
                })
                .publishOn(scheduler);
    }

    private <R> void run(Operation<R> operation) {
        if (operation.isCancelled) {
            return;
        }
        if (isClosed) {
            operation.sink.error(closed());
            return;
        }
        try {
            Instant now = clock.instant();
            entries.collect(now);
            operation.sink.success(operation.work.apply(now));
        } catch (RuntimeException e) {
            // Of a mutation that does not fit, or of the clock that the user gave.
            operation.sink.error(e);
        }
        tick();
    }

    private <T, W extends Watcher<T>> Flux<T> watching(
            Function<CoreSubscriber<? super T>, W> kind, Consumer<? super W> begin) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                W watcher = kind.apply(actual);
                actual.onSubscribe(watcher);
                loop.submit(() -> {
                    if (isClosed) {
                        watcher.fail(closed());
                    } else if (!watcher.hasLeft()) {
                        begin.accept(watcher);
                        tick();
                    }
                });
            }
        };
    }

    /** Does what is due: what has expired goes, who watches is told, what is ready is delivered. */
    private void tick() {
        if (isClosed) {
            return;
        }
        Instant now = clock.instant();
        entries.collect(now);
        watches.serveTouched();
        messages.deliver(now);
        Instant next = earlier(entries.earliestExpiry(), messages.earliestDelivery());
        if (!Objects.equals(next, alarmAt)) {
            alarmAt = next;
            alarm.update(next == null ? Disposables.disposed() : wakeAt(next));
        }
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    private Disposable wakeAt(Instant when) {
        return Alarm.at(clock, when)
                .subscribe(
                        never -> {},
                        error -> {},
                        () -> loop.submit(() -> {
                            alarmAt = null;
                            tick();
                        }));
    }

    private static KvClosedException closed() {
        return new KvClosedException("the database in memory was closed; create a new Kv");
    }

    /** An operation that waits for its turn. */
    private static final class Operation<R> {
        private final Function<Instant, ? extends @Nullable R> work;
        private final MonoSink<R> sink;
        private volatile boolean isCancelled;

        Operation(Function<Instant, ? extends @Nullable R> work, MonoSink<R> sink) {
            this.work = work;
            this.sink = sink;
        }
    }
}
