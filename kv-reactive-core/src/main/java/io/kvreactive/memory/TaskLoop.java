// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.memory;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/** Runs tasks one after the other, each to its end, on whatever thread comes first: what they touch needs no lock. */
final class TaskLoop {

    private final Queue<Runnable> waiting =
            Queues.<Runnable>unboundedMultiproducer().get();
    private final AtomicInteger wip = new AtomicInteger();

    void submit(Runnable task) {
        waiting.offer(task);
        if (wip.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        do {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                try {
                    next.run();
                } catch (RuntimeException e) {
                    // Of the clock that the user gave, say. The loop must go on: others rely on it.
                    Operators.onErrorDropped(e, Context.empty());
                }
            }
            missed = wip.addAndGet(-missed);
        } while (missed != 0);
    }
}
