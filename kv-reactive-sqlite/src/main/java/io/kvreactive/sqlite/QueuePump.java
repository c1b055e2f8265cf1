// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Takes messages out of the queue when they are ready and somebody wants them, and gives them to those who do in turn
 * ({@code docs/spec/sqlite-format.md}, section 7). One batch is under way at a time, so that the order is kept. Its state is touched by its
 * tasks only.
 */
final class QueuePump {

    /** A batch is one part of a write transaction. */
    private static final int MOST_MESSAGES = 128;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private static final String TASK = "take messages";

    private final WriteLane writer;
    private final ReadLanes readers;
    private final Leases leases;
    private final PassedOver passedOver;
    private final Clock clock;
    private final ForeignCommits foreignCommits;
    private final Complaints complaints;
    private final Supplier<? extends Throwable> closed;
    private final SerialTasks tasks;
    private final EarliestAlarm alarm;
    // Changed by tasks, read by any thread.
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> idle = Sinks.empty();
    private volatile boolean isClosed;
    private boolean isBusy;
    // Whether the last batch was nothing but rows that are no messages: then more are looked at, to get through them.
    // Read by the next take.
    private volatile boolean isAmongDefective;
    // Who was given the last message.
    private int turn;
    // When the next message is ready, if it is known; and the earliest of those of which was heard during the read that
    // is under way.
    private long readyAt = Aftermath.NEVER;
    private long heardOf = Aftermath.NEVER;
    private boolean isKnown;

    QueuePump(
            WriteLane writer,
            ReadLanes readers,
            Leases leases,
            PassedOver passedOver,
            Clock clock,
            Scheduler scheduler,
            ForeignCommits foreignCommits,
            Complaints complaints,
            Supplier<? extends Throwable> closed) {
        this.writer = writer;
        this.readers = readers;
        this.leases = leases;
        this.passedOver = passedOver;
        this.clock = clock;
        this.foreignCommits = foreignCommits;
        this.complaints = complaints;
        this.closed = closed;
        this.tasks = new SerialTasks(scheduler);
        this.alarm = new EarliestAlarm(clock, () -> tasks.execute(this::serve));
        leases.whenFree(() -> isReady(0));
    }

    /** Messages for one receiver, as {@code Database.dequeue} says. */
    Flux<RawMessage> dequeue() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super RawMessage> actual) {
                if (isClosed) {
                    Operators.error(actual, closed.get());
                    return;
                }
                foreignCommits.watch();
                Listener listener = new Listener(actual);
                listener.begin();
                tasks.execute(() -> {
                    if (isClosed) {
                        listener.complete();
                    } else if (!listener.isOver()) {
                        listeners.add(listener);
                        serve();
                    }
                });
            }
        };
    }

    /** A message has been put into the queue: never, if {@link Aftermath#NEVER}. On any thread; quick. */
    void isReady(long millis) {
        // Who comes later looks by himself.
        if (millis != Aftermath.NEVER && !listeners.isEmpty()) {
            tasks.execute(() -> {
                heardOf = Math.min(heardOf, millis);
                readyAt = Math.min(readyAt, millis);
                serve();
            });
        }
    }

    /** Somebody else may have put messages into the queue. On any thread; quick. */
    void othersCommitted() {
        if (!listeners.isEmpty()) {
            tasks.execute(() -> {
                isKnown = false;
                serve();
            });
        }
    }

    /** Completes all receivers; what is on its way to them is put back. */
    Mono<Void> close() {
        return Mono.defer(() -> {
            isClosed = true;
            alarm.stop();
            tasks.execute(() -> {
                listeners.forEach(Listener::complete);
                if (!isBusy) {
                    idle.tryEmitEmpty();
                }
            });
            return idle.asMono();
        });
    }

    private long demand() {
        long demand = 0;
        for (Listener listener : listeners) {
            demand = Operators.addCap(demand, listener.demand());
        }
        return demand;
    }

    private void serve() {
        if (isBusy || isClosed || demand() == 0) {
            return;
        }
        if (!isKnown) {
            look();
        } else if (readyAt <= clock.millis()) {
            take();
        } else if (readyAt != Aftermath.NEVER) {
            alarm.at(Instant.ofEpochMilli(readyAt));
        }
    }

    /** A reader tells when the next message is ready, so that an empty queue is not written to. */
    private void look() {
        isBusy = true;
        isKnown = true;
        heardOf = Aftermath.NEVER;
        readers.onFirst(connection -> Rows.all(
                                connection
                                        .createStatement(Statements.QUEUE_PLACES)
                                        .bind(0, 1 + passedOver.size() + leases.lost()),
                                QueueTable.Place::of)
                        .filter(place -> !isPassedOver(place))
                        .next()
                        .map(QueueTable.Place::time)
                        .defaultIfEmpty(Aftermath.NEVER))
                .subscribe(earliest -> tasks.execute(() -> looked(earliest)), this::failed);
    }

    private boolean isPassedOver(QueueTable.Place place) {
        return passedOver.contains(place) || leases.isOut(place.id());
    }

    private void looked(long earliest) {
        readyAt = Math.min(earliest, heardOf);
        rest();
    }

    private void take() {
        isBusy = true;
        heardOf = Aftermath.NEVER;
        writer.maintain(transaction -> QueueTable.take(transaction, demandNow()))
                .subscribe(taken -> tasks.execute(() -> taken(taken)), this::failed);
    }

    private QueueTable.Demand demandNow() {
        int most = (int) Math.min(MOST_MESSAGES, demand());
        return new QueueTable.Demand(
                Leases.LEASE.toMillis(),
                most,
                isAmongDefective ? MOST_MESSAGES : most,
                (int) (passedOver.size() + leases.lost()),
                this::isPassedOver);
    }

    private void taken(QueueTable.Taken taken) {
        isAmongDefective = taken.messages().isEmpty() && !taken.defective().isEmpty();
        readyAt = Math.min(taken.earliestReady(), heardOf);
        taken.passedOver().forEach(leases::lose);
        List<Mono<Void>> returned = new ArrayList<>();
        for (StoredMessage message : taken.messages()) {
            Lease lease = leases.begin(message, taken.deadline());
            if (!give(lease)) {
                returned.add(lease.settle(Settlement.RETURNED).onErrorComplete());
            }
        }
        Mono.when(returned)
                .then(Mono.fromRunnable(() -> taken.defective().forEach(passedOver::add)))
                .subscribe(done -> {}, this::failed, () -> tasks.execute(this::rest));
    }

    /** Gives a message to whom it is due; false if nobody wants it any more. */
    private boolean give(Lease lease) {
        int count = listeners.size();
        for (int i = 0; i < count; i++) {
            turn = (turn + 1) % count;
            Listener listener = listeners.get(turn);
            if (listener.demand() > 0 && listener.next(lease)) {
                return true;
            }
        }
        return false;
    }

    private void rest() {
        complaints.succeeded(TASK);
        isBusy = false;
        if (isClosed) {
            idle.tryEmitEmpty();
        }
        serve();
    }

    private void failed(Throwable error) {
        if (!isClosed) {
            complaints.failed(TASK, error);
        }
        Mono.delay(isClosed ? Duration.ZERO : PAUSE_AFTER_FAILURE, Schedulers.parallel())
                .subscribe(tick -> tasks.execute(() -> {
                    isKnown = false;
                    isBusy = false;
                    if (isClosed) {
                        idle.tryEmitEmpty();
                    }
                    serve();
                }));
    }

    private void leave(Listener listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            // Nobody has listened to what comes from here on.
            isKnown = false;
        }
    }

    private final class Listener extends Receiver<RawMessage> {

        Listener(CoreSubscriber<? super RawMessage> actual) {
            super(actual);
        }

        @Override
        void asked() {
            tasks.execute(QueuePump.this::serve);
        }

        @Override
        void over() {
            foreignCommits.unwatch();
            tasks.execute(() -> leave(this));
        }
    }
}
