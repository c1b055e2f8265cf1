// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/** The way of results from a connection's thread to their subscribers: one hop for all that were decided together. */
final class Signals {

    private final Scheduler scheduler;

    Signals(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Gives each on the scheduler.
     *
     * @param deliver gives what was decided
     * @param fail decides that it is an error, when the scheduler takes nothing any more
     */
    <T> void give(List<T> decided, Consumer<T> deliver, BiConsumer<T, Throwable> fail) {
        if (decided.isEmpty()) {
            return;
        }
        try {
            scheduler.schedule(() -> giveAll(decided, deliver));
        } catch (RejectedExecutionException disposed) {
            decided.forEach(each -> fail.accept(each, disposed));
            giveAll(decided, deliver);
        }
    }

    private static <T> void giveAll(List<T> decided, Consumer<T> deliver) {
        for (T each : decided) {
            try {
                deliver.accept(each);
            } catch (Throwable e) {
                // A subscriber that throws must not keep the others from their results.
                Operators.onErrorDropped(e, Context.empty());
            }
        }
    }
}
