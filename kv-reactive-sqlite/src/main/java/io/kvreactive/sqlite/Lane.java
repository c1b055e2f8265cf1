// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvClosedException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.concurrent.Queues;

/**
 * One connection, and the tasks that wait for it: they run one after the other in the order of their subscriptions, so that no statement of
 * another comes between those of a transaction. The first task hops to the connection's thread; one that waited is begun there, without a
 * hop. Signals come on that thread.
 */
final class Lane {

    /** What cancelling a running task does. */
    enum OnCancel {
        /** Stops it: for single statements outside a transaction. */
        STOP,
        /** Nothing but drop its result: a transaction must come to its end before another can begin. */
        FINISH
    }

    private static final AtomicIntegerFieldUpdater<Lane> WIP = AtomicIntegerFieldUpdater.newUpdater(Lane.class, "wip");

    private final SqliteConnection connection;
    private final String name;
    private final Queue<Task<?>> waiting =
            Queues.<Task<?>>unboundedMultiproducer().get();
    private final AtomicInteger depth = new AtomicInteger();
    private final Mono<Void> close;

    private volatile int wip;
    private volatile boolean isBusy;
    private volatile boolean isClosing;
    // Read and written inside the drain loop.
    private boolean isClosed;

    Lane(SqliteConnection connection, String name) {
        this.connection = connection;
        this.name = name;
        this.close = Mono.<Void>create(sink -> {
                    isClosing = true;
                    submit(new Task<>(c -> c.close().doOnTerminate(() -> isClosed = true), OnCancel.FINISH, sink));
                })
                .cache();
    }

    /** The name of the database, for messages. */
    String name() {
        return name;
    }

    /** The one of several with the fewest tasks, the first of these. */
    static Lane leastBusy(List<Lane> lanes) {
        Lane least = lanes.get(0);
        for (Lane lane : lanes) {
            if (lane.depth() < least.depth()) {
                least = lane;
            }
        }
        return least;
    }

    /** How many tasks wait or run. */
    int depth() {
        return depth.get();
    }

    SqliteStatistics statistics() {
        return connection.statistics();
    }

    /** Runs a task in its turn. A task that is cancelled before its turn is not begun. */
    <R> Mono<R> run(OnCancel onCancel, Function<SqliteConnection, Mono<R>> work) {
        return Mono.create(sink -> {
            if (isClosing) {
                sink.error(closed());
                return;
            }
            submit(new Task<>(work, onCancel, sink));
        });
    }

    /** Finishes what waits, then closes the connection. */
    Mono<Void> close() {
        return close;
    }

    private KvClosedException closed() {
        return closed(name);
    }

    /** The error of who comes too late. */
    static KvClosedException closed(String name) {
        return new KvClosedException("the database " + name + " was closed; create a new Kv");
    }

    private void submit(Task<?> task) {
        depth.incrementAndGet();
        task.sink.onCancel(task::cancel);
        waiting.offer(task);
        drain();
    }

    private void drain() {
        if (WIP.getAndIncrement(this) != 0) {
            return;
        }
        int missed = 1;
        do {
            while (!isBusy) {
                Task<?> task = waiting.poll();
                if (task == null) {
                    break;
                }
                begin(task);
            }
            missed = WIP.addAndGet(this, -missed);
        } while (missed != 0);
    }

    private void begin(Task<?> task) {
        if (isClosed) {
            task.refuse(closed());
            return;
        }
        isBusy = true;
        if (!task.start()) {
            isBusy = false;
        }
    }

    /** One task, from waiting over running to over. */
    private final class Task<R> {
        private static final int WAITING = 0;
        private static final int RUNNING = 1;
        private static final int OVER = 2;

        // Null once it is over: what waits in the queue after a cancel must not hold its data.
        private volatile @Nullable Function<SqliteConnection, Mono<R>> work;
        private final OnCancel onCancel;
        private final MonoSink<R> sink;
        private final AtomicInteger state = new AtomicInteger(WAITING);
        private final Disposable.Swap running = Disposables.swap();
        private volatile boolean isAbandoned;
        // Set and read by the one signal after the other.
        private @Nullable R result;

        Task(Function<SqliteConnection, Mono<R>> work, OnCancel onCancel, MonoSink<R> sink) {
            this.work = work;
            this.onCancel = onCancel;
            this.sink = sink;
        }

        /** False if it was cancelled while it waited. */
        boolean start() {
            Function<SqliteConnection, Mono<R>> begun = work;
            if (begun == null || !enter(WAITING, RUNNING)) {
                return false;
            }
            running.update(Mono.defer(() -> begun.apply(connection))
                    .contextWrite(sink.contextView())
                    .subscribe(value -> result = value, this::fail, this::complete));
            return true;
        }

        void refuse(Throwable error) {
            if (enter(WAITING, OVER)) {
                sink.error(error);
            }
        }

        void cancel() {
            isAbandoned = true;
            if (enter(WAITING, OVER)) {
                return;
            }
            if (onCancel == OnCancel.STOP && enter(RUNNING, OVER)) {
                running.dispose();
                // What the next task sends waits on the connection's thread until this one's statement has been
                // stopped.
                isBusy = false;
                drain();
            }
        }

        private void complete() {
            over(() -> sink.success(result));
        }

        private void fail(Throwable error) {
            over(() -> sink.error(error));
        }

        /** The lane is free before the result is given on: whoever has it finds the lane as if it had never been busy. */
        private void over(Runnable signal) {
            if (enter(RUNNING, OVER)) {
                isBusy = false;
                try {
                    if (!isAbandoned) {
                        signal.run();
                    }
                } finally {
                    drain();
                }
            }
        }

        private boolean enter(int from, int to) {
            if (!state.compareAndSet(from, to)) {
                return false;
            }
            if (to == OVER) {
                work = null;
                depth.decrementAndGet();
            }
            return true;
        }
    }
}
