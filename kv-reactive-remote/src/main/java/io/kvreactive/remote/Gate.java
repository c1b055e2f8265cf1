// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Counts the operations that are inside, and can be closed: then nobody comes in any more, and the last to leave says so. Thread-safe. */
final class Gate {

    private static final long CLOSED = Long.MIN_VALUE;

    /** How many are inside; the lowest bit of a long, its sign, tells that it is closed. */
    private final AtomicLong inside = new AtomicLong();

    private final Sinks.Empty<Void> empty = Sinks.empty();

    <T> Mono<T> pass(Mono<T> operation, Supplier<? extends RuntimeException> whenClosed) {
        return Mono.defer(() -> {
            if (!enter()) {
                return Mono.error(whenClosed);
            }
            AtomicBoolean isInside = new AtomicBoolean(true);
            Runnable leave = () -> {
                if (isInside.compareAndSet(true, false)) {
                    leave();
                }
            };
            // Before the end is told, so that whoever closes next has nothing to wait for.
            return operation.doOnTerminate(leave).doOnCancel(leave);
        });
    }

    private boolean enter() {
        return inside.getAndUpdate(count -> count < 0 ? count : count + 1) >= 0;
    }

    private void leave() {
        if (inside.decrementAndGet() == CLOSED) {
            empty.tryEmitEmpty();
        }
    }

    boolean isClosed() {
        return inside.get() < 0;
    }

    void close() {
        if (inside.updateAndGet(count -> count < 0 ? count : count + CLOSED) == CLOSED) {
            empty.tryEmitEmpty();
        }
    }

    /** Completes when it is closed and nobody is inside. */
    Mono<Void> whenEmpty() {
        return empty.asMono();
    }
}
