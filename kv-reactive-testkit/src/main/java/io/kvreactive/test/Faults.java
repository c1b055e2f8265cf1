// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.KvException;
import io.kvreactive.KvOutcomeUnknownException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Faults on demand: what a test wants the database to do wrong.
 *
 * <pre>{@code
 * kv.faults().reads().fail(new KvUnavailableException("locked", null));     // every read from now on
 * kv.faults().writes().once().loseAnswer();                                  // one commit is applied, but nobody is told
 * kv.faults().reads().times(2).delay(Duration.ofSeconds(5));                 // until the test has moved the clock on
 * kv.faults().clear();
 * }</pre>
 *
 * <p>Faults of reads and of writes are two queues: each operation that reaches the database meets the first of its queue, which leaves it
 * when it has been met as often as it was asked for. A {@code get} is one read, a listing one for each batch, a {@code transact} one for each
 * key that it reads; a commit is one write. Operations that met a fault before {@link #clear()} keep it. Thread-safe.
 */
public final class Faults {

    private final MutableClock clock;
    private final Plan readPlan = new Plan();
    private final Plan writePlan = new Plan();

    Faults(MutableClock clock) {
        this.clock = clock;
    }

    /**
     * Plans a fault of reads.
     *
     * @return what can go wrong, for every read from now on unless told otherwise
     */
    public Reads reads() {
        return new Reads(this, readPlan, Plan.FOR_EVER);
    }

    /**
     * Plans a fault of writes.
     *
     * @return what can go wrong, for every write from now on unless told otherwise
     */
    public Writes writes() {
        return new Writes(this, writePlan, Plan.FOR_EVER);
    }

    /** Takes back every fault that was not met yet. */
    public void clear() {
        readPlan.clear();
        writePlan.clear();
    }

    <R> Mono<R> onRead(Mono<R> read) {
        return readPlan.next(read);
    }

    <R> Mono<R> onWrite(Mono<R> write) {
        return writePlan.next(write);
    }

    /** What can go wrong with a read. Each of {@code fail} and {@code delay} plans one fault. Immutable. */
    public static sealed class Reads permits Writes {
        private final Faults faults;
        private final Plan plan;
        private final int times;

        private Reads(Faults faults, Plan plan, int times) {
            this.faults = faults;
            this.plan = plan;
            this.times = times;
        }

        /**
         * Only the next one.
         *
         * @return what can go wrong with it
         */
        public Reads once() {
            return times(1);
        }

        /**
         * Only the next few.
         *
         * @param count how many, 1 or more
         * @return what can go wrong with them
         * @throws IllegalArgumentException if it is less than 1
         */
        public Reads times(int count) {
            return new Reads(faults, plan, positive(count));
        }

        /**
         * Fails it: nothing reaches the database.
         *
         * @param error what it ends with
         */
        public void fail(KvException error) {
            add(new Fault() {
                @Override
                public <R> Mono<R> befall(Mono<R> operation) {
                    return Mono.error(error);
                }
            });
        }

        /**
         * Delays it until the test has moved the {@link MutableClock} on; for good, if it never does.
         *
         * @param duration how far the clock must be moved
         */
        public void delay(Duration duration) {
            MutableClock clock = faults.clock;
            add(new Fault() {
                @Override
                public <R> Mono<R> befall(Mono<R> operation) {
                    return clock.reaches(clock.instant().plus(duration)).then(operation);
                }
            });
        }

        private void add(Fault fault) {
            plan.add(fault, times);
        }

        static int positive(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("count must be 1 or more: " + count);
            }
            return count;
        }
    }

    /** What can go wrong with a write. Each of its methods but {@code once} and {@code times} plans one fault. Immutable. */
    public static final class Writes extends Reads {
        private final Faults faults;
        private final Plan plan;

        private Writes(Faults faults, Plan plan, int times) {
            super(faults, plan, times);
            this.faults = faults;
            this.plan = plan;
        }

        @Override
        public Writes once() {
            return times(1);
        }

        @Override
        public Writes times(int count) {
            return new Writes(faults, plan, positive(count));
        }

        /** Applies it, and reports {@link KvOutcomeUnknownException}: the answer was lost. */
        public void loseAnswer() {
            super.add(new Fault() {
                @Override
                public <R> Mono<R> befall(Mono<R> operation) {
                    return operation.ignoreElement().onErrorComplete().then(unknown());
                }
            });
        }

        /** Does not apply it, and reports {@link KvOutcomeUnknownException} all the same: the request was lost. */
        public void loseRequest() {
            super.add(new Fault() {
                @Override
                public <R> Mono<R> befall(Mono<R> operation) {
                    return unknown();
                }
            });
        }

        private static <R> Mono<R> unknown() {
            return Mono.error(() -> new KvOutcomeUnknownException(
                    "commit: a fault of the test lost the request or the answer; read before you write again", null));
        }
    }

    /** Something that happens instead of, or around, an operation. */
    private interface Fault {
        <R> Mono<R> befall(Mono<R> operation);
    }

    /** The faults to come, in order. */
    private static final class Plan {
        private static final int FOR_EVER = Integer.MAX_VALUE;

        private record Entry(Fault fault, int times) {}

        private final AtomicReference<List<Entry>> entries = new AtomicReference<>(List.of());

        void add(Fault fault, int times) {
            entries.updateAndGet(before -> {
                List<Entry> after = new ArrayList<>(before);
                after.add(new Entry(fault, times));
                return List.copyOf(after);
            });
        }

        void clear() {
            entries.set(List.of());
        }

        <R> Mono<R> next(Mono<R> operation) {
            return Mono.defer(() -> {
                Fault fault = take();
                return fault == null ? operation : fault.befall(operation);
            });
        }

        private @Nullable Fault take() {
            List<Entry> before = entries.getAndUpdate(Plan::afterOne);
            return before.isEmpty() ? null : before.get(0).fault;
        }

        private static List<Entry> afterOne(List<Entry> before) {
            if (before.isEmpty() || before.get(0).times == FOR_EVER) {
                return before;
            }
            Entry first = before.get(0);
            List<Entry> after = new ArrayList<>(before.subList(1, before.size()));
            if (first.times > 1) {
                after.add(0, new Entry(first.fault, first.times - 1));
            }
            return List.copyOf(after);
        }
    }
}
