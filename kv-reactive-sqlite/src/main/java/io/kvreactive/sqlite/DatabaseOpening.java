// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.Database;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * One opening of a database, from its first connection until somebody has it. It does not rely on signals to find what must be closed: a
 * cancel that meets a signal half-way would lose it. Whoever comes first decides: the hand-over, or the cancel, which then closes whatever is
 * open or will be.
 */
final class DatabaseOpening {

    private enum State {
        OPENING,
        HANDED_OVER,
        CANCELLED
    }

    private final Scheduler scheduler;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private volatile @Nullable Connections connections;

    private DatabaseOpening(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Opens connections and gives a database over them, on the scheduler.
     *
     * @param fresh connections, none of them open yet: new ones for each attempt
     * @param repeat how an attempt is repeated
     * @param database what stands on the open connections
     */
    static Mono<Database> of(
            Supplier<Connections> fresh,
            Function<Mono<Connections>, Mono<Connections>> repeat,
            Function<Connections, Database> database,
            Function<Throwable, Throwable> translate,
            Scheduler scheduler) {
        return Mono.create(sink -> {
            DatabaseOpening opening = new DatabaseOpening(scheduler);
            sink.onCancel(opening::cancel);
            repeat.apply(Mono.defer(() -> opening.attempt(fresh.get())))
                    .contextWrite(sink.contextView())
                    .subscribe(
                            opened -> opening.handOver(() -> sink.success(database.apply(opened))),
                            error -> opening.handOver(() -> sink.error(translate.apply(error))));
        });
    }

    private Mono<Connections> attempt(Connections attempted) {
        connections = attempted;
        return state.get() == State.CANCELLED ? Mono.empty() : attempted.open();
    }

    private void handOver(Runnable signal) {
        scheduler.schedule(() -> {
            if (state.compareAndSet(State.OPENING, State.HANDED_OVER)) {
                signal.run();
            }
        });
    }

    private void cancel() {
        // Also when it was about to be handed over: the sink calls this only if its subscriber has not got the value
        // and never will.
        if (state.getAndSet(State.CANCELLED) == State.CANCELLED) {
            return;
        }
        // The attempt itself is not cancelled: what it still opens finds the others closed, and is closed as well.
        Connections attempted = connections;
        if (attempted != null) {
            attempted.close().subscribe(done -> {}, error -> Operators.onErrorDropped(error, Context.empty()));
        }
    }
}
