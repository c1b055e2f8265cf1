// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import io.kvreactive.KvQueue;
import io.kvreactive.KvValue;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawQueued;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The queue of a database in memory. Messages need no lease: who has one lives in the same process. Touched by tasks of the loop only. */
final class Messages {

    private static final Comparator<Message> BY_TIME = Comparator.<Message, Instant>comparing(
                    message -> message.readyAt)
            .thenComparingLong(message -> message.number);

    private final TaskLoop loop;
    private final Entries entries;
    private final Clock clock;
    private final Scheduler scheduler;
    private final Function<Runnable, Mono<Void>> run;
    private final Runnable tick;
    private final NavigableSet<Message> waiting = new TreeSet<>(BY_TIME);
    private final Set<Message> out = new LinkedHashSet<>();
    // Those who want a message now and have waited longest come first.
    private final Deque<Listener> listeners = new ArrayDeque<>();
    private long lastNumber;

    /** {@code run} makes an operation of what is to be done by a task; {@code tick}, called by a task, does what is due. */
    Messages(
            TaskLoop loop,
            Entries entries,
            Clock clock,
            Scheduler scheduler,
            Function<Runnable, Mono<Void>> run,
            Runnable tick) {
        this.loop = loop;
        this.entries = entries;
        this.clock = clock;
        this.scheduler = scheduler;
        this.run = run;
        this.tick = tick;
    }

    void add(List<Enqueue> enqueues) {
        for (Enqueue enqueue : enqueues) {
            waiting.add(new Message(Enqueue.randomId(), enqueue));
        }
    }

    /** Gives what is ready to those who want it, in turn. */
    void deliver(Instant now) {
        for (int idle = 0; idle < listeners.size() && hasReady(now); ) {
            Listener first = listeners.removeFirst();
            listeners.addLast(first);
            if (first.isWanting()) {
                first.give(first.next());
                idle = 0;
            } else {
                idle++;
            }
        }
    }

    private boolean hasReady(Instant now) {
        return !waiting.isEmpty() && !waiting.first().readyAt.isAfter(now);
    }

    /** When there is something to do for a listener; null for never. */
    @Nullable
    Instant earliestDelivery() {
        return waiting.isEmpty() || listeners.stream().noneMatch(Watcher::isWanting) ? null : waiting.first().readyAt;
    }

    Watcher<RawMessage> listener(CoreSubscriber<? super RawMessage> actual) {
        return new Listener(actual);
    }

    void begin(Watcher<RawMessage> listener) {
        listeners.addLast((Listener) listener);
    }

    void completeAll() {
        List.copyOf(listeners).forEach(Watcher::complete);
    }

    KvQueue.Counts counts(Instant now) {
        long ready = waiting.stream()
                .takeWhile(message -> !message.readyAt.isAfter(now))
                .count();
        return new KvQueue.Counts(ready, waiting.size() - ready, out.size());
    }

    List<RawQueued> peek(int limit) {
        return Stream.concat(
                        out.stream().map(message -> message.queued(true)),
                        waiting.stream().map(message -> message.queued(false)))
                .limit(limit)
                .toList();
    }

    void clear() {
        waiting.clear();
        out.clear();
    }

    private void settle(Message message, RawMessage.Settlement settlement) {
        if (!out.remove(message)) {
            return;
        }
        Instant now = clock.instant();
        switch (settlement) {
            case HANDLED -> {}
            case RETURNED -> waiting.add(message.at(now));
            case FAILED -> {
                if (message.backoff.isEmpty()) {
                    giveUp(message);
                } else {
                    waiting.add(message.later(now));
                }
            }
        }
    }

    private void giveUp(Message message) {
        if (!message.keysIfUndelivered.isEmpty()) {
            KvValue value = KvValue.wrap(KvValue.V8, message.payload);
            entries.write(AtomicWrite.of(
                    List.of(),
                    message.keysIfUndelivered.stream()
                            .map(key -> Mutation.set(key, value, null))
                            .toList()));
        }
    }

    /** One message, as it waits or is out. */
    private final class Message {
        private final String id;
        private final long number = ++lastNumber;
        private final byte[] payload;
        private final Instant readyAt;
        private final List<Duration> backoff;
        private final List<byte[]> keysIfUndelivered;

        Message(String id, Enqueue enqueue) {
            this(
                    id,
                    enqueue.payload(),
                    enqueue.readyAt(),
                    enqueue.backoffSchedule() == null ? Enqueue.DEFAULT_BACKOFF_SCHEDULE : enqueue.backoffSchedule(),
                    enqueue.keysIfUndelivered());
        }

        private Message(
                String id, byte[] payload, Instant readyAt, List<Duration> backoff, List<byte[]> keysIfUndelivered) {
            this.id = id;
            this.payload = payload;
            this.readyAt = readyAt;
            this.backoff = backoff;
            this.keysIfUndelivered = keysIfUndelivered;
        }

        Message at(Instant when) {
            return new Message(id, payload, when, backoff, keysIfUndelivered);
        }

        Message later(Instant now) {
            return new Message(
                    id, payload, now.plus(backoff.get(0)), backoff.subList(1, backoff.size()), keysIfUndelivered);
        }

        RawQueued queued(boolean isRunning) {
            return isRunning
                    ? RawQueued.running(id, payload, Instant.MAX, backoff.size(), keysIfUndelivered)
                    : RawQueued.waiting(id, payload, readyAt, backoff.size(), keysIfUndelivered);
        }
    }

    /** A message that is out. */
    private final class Delivery implements RawMessage {
        private final Message message;

        Delivery(Message message) {
            this.message = message;
        }

        @Override
        public String id() {
            return message.id;
        }

        @Override
        public byte[] payload() {
            return message.payload;
        }

        @Override
        public int retriesLeft() {
            return message.backoff.size();
        }

        @Override
        public Mono<Void> settle(Settlement settlement) {
            return run.apply(() -> Messages.this.settle(message, settlement));
        }
    }

    /** Somebody who takes messages. */
    private final class Listener extends Watcher<RawMessage> {

        Listener(CoreSubscriber<? super RawMessage> actual) {
            super(loop, actual, scheduler);
        }

        @Override
        void wanted() {
            tick.run();
        }

        /** The next message, when it is this listener's turn. */
        @Override
        RawMessage next() {
            Message first = waiting.first();
            waiting.remove(first);
            out.add(first);
            return new Delivery(first);
        }

        @Override
        void undelivered(RawMessage value) {
            Messages.this.settle(((Delivery) value).message, RawMessage.Settlement.RETURNED);
        }

        @Override
        void left() {
            listeners.remove(this);
        }
    }
}
