// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one connection: everything that touches SQLite runs here, one task after the other.
 *
 * <p>A task given from another thread is queued: one hop. A task given from the worker itself runs at once, so that a chain of operators
 * which stays on one connection costs a single hop however long it is. Beyond a small depth such a task waits until the stack has unwound
 * (a trampoline), so that a chain of any length cannot overflow the stack; what has to wait never loses its place to a later task.
 */
final class SqliteWorker {

    /** Nested tasks that run on the stack before the trampoline takes over: each carries a few operators' frames with it. */
    private static final int MAX_DEPTH = 8;

    private static final AtomicLong NAMES = new AtomicLong();

    private final Queue<Task> queue = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Task> unwound = new ArrayDeque<>();
    private final ArrayDeque<Task> yielded = new ArrayDeque<>();
    private final AtomicReference<@Nullable Runnable> last = new AtomicReference<>();
    private final Counters counters;
    private final long spinNanos;
    private final Thread thread;
    private int depth;
    private boolean yieldedIsNext;
    private volatile boolean parked;
    private volatile boolean terminated;

    SqliteWorker(String name, long spinNanos, Counters counters) {
        this.spinNanos = spinNanos;
        this.counters = counters;
        this.thread = new Thread(this::loop, "sqlite-" + name + "-" + NAMES.incrementAndGet());
        this.thread.setDaemon(true);
    }

    /** What a worker runs. */
    interface Task {

        /** Runs on the worker. */
        void run();

        /** Called instead of {@link #run} when the worker has been stopped: on the worker, or on the caller's thread after its end. */
        void reject();
    }

    void start() {
        thread.start();
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** Runs a task: now, when called on the worker and the stack is not deep, otherwise in its turn. */
    void execute(Task task) {
        if (Thread.currentThread() == thread) {
            if (depth < MAX_DEPTH && unwound.isEmpty()) {
                nested(task);
            } else {
                unwound.add(task);
            }
            return;
        }
        queue.add(task);
        if (parked) {
            LockSupport.unpark(thread);
        }
        if (terminated) {
            rejectQueued();
        }
    }

    /** Puts the task that is running behind those that wait; worker only. */
    void yieldTo(Task self) {
        yielded.add(self);
    }

    /** Whether a task from another thread waits; worker only. */
    boolean isAwaited() {
        return !queue.isEmpty();
    }

    /** Ends a park of the worker early, whether it waits for work or for a lock. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Lets the running task finish, rejects all others, runs {@code end} and stops. Only the first call counts. */
    void stop(Runnable end) {
        if (last.compareAndSet(null, end)) {
            LockSupport.unpark(thread);
        }
    }

    private void loop() {
        Runnable end = null;
        while (end == null) {
            turn();
            end = last.get();
        }
        for (Task task = yielded.poll(); task != null; task = yielded.poll()) {
            guarded(task::reject);
        }
        rejectQueued();
        guarded(end);
        for (Task task = unwound.poll(); task != null; task = unwound.poll()) {
            guarded(task::reject);
        }
        terminated = true;
        rejectQueued();
    }

    /** A frame of its own, so that a thread which waits holds on to no earlier task, and through it to a session that all have forgotten. */
    private void turn() {
        Task task = next();
        if (task != null) {
            fromTheTop(task);
        }
    }

    private @Nullable Task next() {
        if (yieldedIsNext && !yielded.isEmpty()) {
            yieldedIsNext = false;
            return yielded.poll();
        }
        yieldedIsNext = true;
        Task task = queue.poll();
        if (task == null) {
            task = yielded.poll();
            if (task != null) {
                return task;
            }
            await();
            task = queue.poll();
        }
        if (task != null) {
            Counters.increment(counters.hops);
        }
        return task;
    }

    /**
     * Spins for a moment, because waking a parked thread costs more than most statements, and then parks. May return early. Giving way is a
     * courtesy while it spins: nothing relies on it.
     */
    @SuppressWarnings("ThreadPriorityCheck")
    private void await() {
        if (spinNanos > 0) {
            long until = System.nanoTime() + spinNanos;
            do {
                if (!queue.isEmpty() || last.get() != null) {
                    return;
                }
                // Whoever is to bring the work may need this processor for it.
                Thread.yield();
            } while (System.nanoTime() < until);
        }
        parked = true;
        if (queue.isEmpty() && last.get() == null) {
            LockSupport.park(this);
        }
        parked = false;
    }

    private void fromTheTop(Task task) {
        Task now = task;
        while (now != null) {
            Task running = now;
            depth = 0;
            if (last.get() != null) {
                guarded(running::reject);
            } else {
                guarded(() -> nested(running));
            }
            now = unwound.poll();
        }
    }

    private void nested(Task task) {
        depth++;
        try {
            task.run();
        } finally {
            depth--;
        }
    }

    /** A subscriber that throws must not take the connection's thread with it. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
    }

    private void rejectQueued() {
        for (Task task = queue.poll(); task != null; task = queue.poll()) {
            guarded(task::reject);
        }
    }
}
