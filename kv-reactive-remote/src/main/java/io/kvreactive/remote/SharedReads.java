// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Reads of keys, and the requests that they share. While few requests are under way each read is one of its own, at once. Beyond that, reads
 * wait for company: until they fill a request, an answer comes, or a moment has passed. So on a near network the answers set the pace, and on a far
 * one the moment is nothing beside the way there and back. Thread-safe.
 */
final class SharedReads {

    /** With so many requests under way the next read waits for company. */
    static final int UNSHARED_REQUESTS = 4;

    /** So long a read waits at most. */
    static final Duration LONGEST_WAIT = Duration.ofMillis(1);

    private final int mostRanges;
    private final Function<List<ReadRange>, Mono<List<List<RawEntry>>>> sender;
    private final Scheduler timers;
    private final Queue<SharedRead> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingRanges = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    /** Who raises it from zero sends, for all who raise it meanwhile. */
    private final AtomicInteger wanted = new AtomicInteger();

    private volatile boolean isTimerSet;

    /**
     * @param mostRanges how many ranges a request takes
     * @param sender what makes a request of ranges
     * @param timers tells the time, and when a moment has passed
     */
    SharedReads(int mostRanges, Function<List<ReadRange>, Mono<List<List<RawEntry>>>> sender, Scheduler timers) {
        this.mostRanges = mostRanges;
        this.sender = sender;
        this.timers = timers;
    }

    /** Whether a read is of keys alone. */
    static boolean canShare(List<ReadRange> ranges) {
        for (ReadRange range : ranges) {
            if (range.limit() != 1 || !range.isPoint()) {
                return false;
            }
        }
        return true;
    }

    /** Reads keys. An error is that of the request. */
    Mono<List<List<RawEntry>>> read(List<ReadRange> ranges) {
        return Mono.create(sink -> {
            waiting.offer(new SharedRead(ranges, sink, now()));
            waitingRanges.addAndGet(ranges.size());
            sendWhatMay();
        });
    }

    private long now() {
        return timers.now(TimeUnit.NANOSECONDS);
    }

    private void sendWhatMay() {
        if (wanted.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (SharedRead first = waiting.peek(); first != null && mayGo(first); first = waiting.peek()) {
                send(nextRequest());
            }
            seen = wanted.addAndGet(-seen);
        } while (seen != 0);
    }

    private boolean mayGo(SharedRead first) {
        if (underWay.get() < UNSHARED_REQUESTS || waitingRanges.get() >= mostRanges) {
            return true;
        }
        long left = first.since() + LONGEST_WAIT.toNanos() - now();
        return left <= 0 || !setTimer(left);
    }

    /** Tells whether there is a timer now. */
    private boolean setTimer(long nanos) {
        if (!isTimerSet) {
            isTimerSet = true;
            try {
                timers.schedule(this::aMomentHasPassed, nanos, TimeUnit.NANOSECONDS);
            } catch (RuntimeException disposed) {
                isTimerSet = false;
                return false;
            }
        }
        return true;
    }

    private void aMomentHasPassed() {
        isTimerSet = false;
        sendWhatMay();
    }

    private Request nextRequest() {
        Request request = new Request();
        for (SharedRead next = waiting.peek(); next != null && request.hasRoomFor(next); next = waiting.peek()) {
            waiting.remove();
            waitingRanges.addAndGet(-next.ranges().size());
            request.add(next, null);
        }
        return request;
    }

    private void send(Request request) {
        if (request.reads.isEmpty()) {
            return;
        }
        underWay.incrementAndGet();
        try {
            request.context = SharedRead.contextOf(request.reads);
            // One who goes on after errors does so for itself, and not in the midst of what is shared.
            sender.apply(request.ranges()).onErrorStop().subscribe(request);
        } catch (Throwable e) {
            // Whoever sends does it for others, too: they go on, and those of this request are told.
            request.onError(e);
        }
        request.leave();
    }

    /** Reads that go together, and the subscriber of their request, which goes on while one of their subscribers is there. */
    private final class Request extends BaseSubscriber<List<List<RawEntry>>> implements SharedRead.Request {
        private final List<SharedRead> reads = new ArrayList<>();
        private int ranges;
        private boolean isAnswered;
        private Context context = Context.empty();

        /** How many care for the answer; one more while the request is put together. */
        private final AtomicInteger interested = new AtomicInteger(1);

        boolean hasRoomFor(SharedRead next) {
            return reads.isEmpty() || ranges + next.ranges().size() <= mostRanges;
        }

        void add(SharedRead read, @Nullable Request from) {
            interested.incrementAndGet();
            if (read.move(from, this)) {
                reads.add(read);
                ranges += read.ranges().size();
            } else {
                interested.decrementAndGet();
            }
        }

        List<ReadRange> ranges() {
            if (reads.size() == 1) {
                return reads.get(0).ranges();
            }
            List<ReadRange> all = new ArrayList<>(ranges);
            reads.forEach(read -> all.addAll(read.ranges()));
            return all;
        }

        @Override
        public void leave() {
            if (interested.decrementAndGet() == 0) {
                dispose();
            }
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        protected void hookOnNext(List<List<RawEntry>> found) {
            isAnswered = true;
            int at = 0;
            for (SharedRead read : reads) {
                int end = at + read.ranges().size();
                List<List<RawEntry>> own = reads.size() == 1 ? found : found.subList(at, end);
                deliver(() -> read.succeed(own));
                at = end;
            }
        }

        @Override
        protected void hookOnComplete() {
            if (!isAnswered) {
                // None is left waiting, whatever made the request.
                reads.forEach(read -> deliver(read::end));
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            if (reads.size() > 1 && error instanceof KvDatabaseException) {
                // The server refuses it for good: none is to suffer for another, or for their number.
                reads.forEach(this::sendAlone);
            } else {
                reads.forEach(read -> deliver(() -> read.fail(error)));
            }
        }

        private void sendAlone(SharedRead read) {
            Request alone = new Request();
            alone.add(read, this);
            send(alone);
        }

        private void deliver(Runnable delivery) {
            try {
                delivery.run();
            } catch (Throwable e) {
                // A subscriber that throws must not keep the others from their results.
                Operators.onErrorDropped(e, Context.empty());
            }
        }

        @Override
        protected void hookFinally(SignalType type) {
            // After the delivery, so that what is asked for because of these results goes together again.
            underWay.decrementAndGet();
            sendWhatMay();
        }
    }
}
