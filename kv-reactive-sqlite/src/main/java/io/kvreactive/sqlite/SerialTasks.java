// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * Tasks that run one after the other on the scheduler, whoever brings them: what only they touch needs no lock, and signals that they give are
 * on the right thread. One that is brought by another of them runs after it.
 */
final class SerialTasks {

    private final Scheduler scheduler;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unfinished = new AtomicInteger();

    SerialTasks(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void execute(Runnable task) {
        waiting.offer(task);
        if (unfinished.getAndIncrement() == 0) {
            try {
                scheduler.schedule(this::runAll);
            } catch (RejectedExecutionException disposed) {
                // The user has taken the scheduler away: whoever is left is told here.
                runAll();
            }
        }
    }

    private void runAll() {
        int missed = 1;
        do {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                run(next);
            }
            missed = unfinished.addAndGet(-missed);
        } while (missed != 0);
    }

    /** A subscriber that throws must not keep the others from their signals. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}
