// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.Database;
import io.kvreactive.spi.LimitChecks;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The entries of a selector, read batch by batch as the subscriber asks. One batch at most is read ahead: it is asked for once half of the
 * one before has been given, so at most two batches are held at a time.
 */
final class EntryScan<T> extends Flux<T> {

    private final Database database;
    private final KvSelector selector;
    private final Function<RawEntry, @Nullable T> decoder;

    /** {@code decoder} gives null for an entry to leave out, and throws to end the listing. */
    EntryScan(Database database, KvSelector selector, Function<RawEntry, @Nullable T> decoder) {
        this.database = database;
        this.selector = selector;
        this.decoder = decoder;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(new Scan<>(database, selector, decoder, actual));
    }

    /**
     * One subscription. Fields without a comment on threads are touched only inside the drain loop, which {@code wip} lets one thread enter at
     * a time.
     */
    private static final class Scan<T> implements Subscription {

        private final Database database;
        private final KvSelector selector;
        private final Function<RawEntry, @Nullable T> decoder;
        private final CoreSubscriber<? super T> actual;
        private final int batchSize;

        // Written by any thread.
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger wip = new AtomicInteger();
        private volatile boolean isCancelled;
        // Written by the thread of the read, seen through wip.
        private volatile @Nullable Batch arrived;
        private volatile @Nullable Throwable failure;

        private byte[] start;
        private byte[] end;
        private List<RawEntry> current = List.of();
        private int next;
        private @Nullable List<RawEntry> ahead;
        private @Nullable Batch reading;
        private boolean isExhausted;
        private boolean isDone;
        private long given;

        Scan(
                Database database,
                KvSelector selector,
                Function<RawEntry, @Nullable T> decoder,
                CoreSubscriber<? super T> actual) {
            this.database = database;
            this.selector = selector;
            this.decoder = decoder;
            this.actual = actual;
            this.batchSize = selector.effectiveBatchSize();
            this.start = selector.startBound();
            this.end = selector.endBound();
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.getAndAccumulate(n, Operators::addCap);
                drain();
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
            drain();
        }

        private void drain() {
            if (wip.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                step();
                missed = wip.addAndGet(-missed);
            } while (missed != 0);
        }

        private void step() {
            if (isDone) {
                return;
            }
            takeArrived();
            long demand = requested.get();
            long emitted = 0;
            while (!isCancelled && !isDone && emitted != demand) {
                RawEntry raw = nextRaw();
                if (raw == null) {
                    break;
                }
                if (emit(raw)) {
                    emitted++;
                }
                readAhead(demand);
            }
            if (emitted != 0 && demand != Long.MAX_VALUE) {
                requested.addAndGet(-emitted);
            }
            if (isCancelled) {
                release();
            } else if (!isDone && !completeIfOver()) {
                readAhead(demand);
            }
        }

        private void takeArrived() {
            Batch batch = arrived;
            if (batch == null) {
                return;
            }
            arrived = null;
            reading = null;
            if (failure != null) {
                return;
            }
            List<RawEntry> entries = batch.entries;
            isExhausted = entries.size() < batch.asked;
            if (!entries.isEmpty()) {
                byte[] last = entries.get(entries.size() - 1).key();
                if (selector.isReverse()) {
                    end = last;
                } else {
                    start = KvSelector.with(last, 0x00);
                }
                ahead = entries;
            }
        }

        private @Nullable RawEntry nextRaw() {
            if (next == current.size()) {
                List<RawEntry> following = ahead;
                if (following == null) {
                    return null;
                }
                current = following;
                ahead = null;
                next = 0;
            }
            return current.get(next++);
        }

        /** Tells whether the entry was given on. */
        private boolean emit(RawEntry raw) {
            T entry;
            try {
                entry = decoder.apply(raw);
            } catch (RuntimeException e) {
                fail(e);
                return false;
            }
            if (entry == null) {
                return false;
            }
            given++;
            actual.onNext(entry);
            return true;
        }

        private boolean completeIfOver() {
            boolean isDrained = next == current.size() && ahead == null && reading == null;
            if (given == selector.limit()) {
                finish();
                actual.onComplete();
            } else if (isDrained && failure != null) {
                // What was read before the failure is given first.
                fail(failure);
            } else if (isDrained && isExhausted) {
                finish();
                actual.onComplete();
            }
            return isDone;
        }

        private void readAhead(long demand) {
            int left = current.size() - next;
            boolean isWanted =
                    reading == null && ahead == null && !isExhausted && failure == null && !isDone && !isCancelled;
            boolean isFirst = current.isEmpty();
            if (!isWanted || (isFirst ? demand == 0 : left > current.size() / 2)) {
                return;
            }
            long missing = selector.limit() - given - left;
            if (missing <= 0) {
                return;
            }
            int size = (int) Math.min(batchSize, missing);
            ReadRange range = selector.isReverse()
                    ? ReadRange.descending(start, end, size)
                    : ReadRange.ascending(start, end, size);
            Batch batch = new Batch(this, size);
            reading = batch;
            if (isFirst && !isWithinLimits(size)) {
                return;
            }
            Mono.defer(() -> database.snapshotRead(List.of(range), selector.consistency()))
                    .subscribe(batch);
        }

        /**
         * The bounds are those of the selector: a place within the listing may be a key that is too long to be asked for by itself, if some
         * other program wrote it.
         */
        private boolean isWithinLimits(int size) {
            try {
                LimitChecks.of(database.limits()).checkRead("list", List.of(selector.wholeRange(size)));
                return true;
            } catch (KvLimitException e) {
                fail(e);
                return false;
            }
        }

        private void fail(Throwable error) {
            finish();
            actual.onError(error);
        }

        private void finish() {
            isDone = true;
            release();
        }

        private void release() {
            isDone = true;
            current = List.of();
            next = 0;
            ahead = null;
            if (reading != null) {
                reading.dispose();
                reading = null;
            }
        }

        void arrived(Batch batch, @Nullable Throwable error) {
            failure = error;
            arrived = batch;
            drain();
        }
    }

    /** One read on its way. */
    private static final class Batch extends BaseSubscriber<List<List<RawEntry>>> {
        private final Scan<?> scan;
        private final int asked;
        private List<RawEntry> entries = List.of();

        Batch(Scan<?> scan, int asked) {
            this.scan = scan;
            this.asked = asked;
        }

        @Override
        public Context currentContext() {
            return scan.actual.currentContext();
        }

        @Override
        protected void hookOnNext(List<List<RawEntry>> ranges) {
            entries = ranges.get(0);
        }

        @Override
        protected void hookOnComplete() {
            scan.arrived(this, null);
        }

        @Override
        protected void hookOnError(Throwable error) {
            scan.arrived(this, error);
        }
    }
}
