// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.spi.Database;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A named database from its opening to its closing, and how many requests use it: while there are any it is not closed. Thread-safe.
 */
final class NamedDatabase {

    private final ServedDatabase served;
    private final boolean isInMemory;
    private final Mono<Database> opening;
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final AtomicReference<Uses> uses = new AtomicReference<>(new Uses(0, System.nanoTime(), false));
    private volatile @Nullable Database open;

    NamedDatabase(ServedDatabase served, boolean isInMemory, Mono<Database> opening) {
        this.served = served;
        this.isInMemory = isInMemory;
        // Whoever comes first opens it, and goes on opening it for the others if he leaves.
        this.opening = opening.doOnNext(database -> open = database).cache();
    }

    ServedDatabase served() {
        return served;
    }

    /** The database, if it is open by now: the short way of every request but the first. */
    @Nullable
    Database ifOpen() {
        return open;
    }

    Mono<Database> opening() {
        return opening;
    }

    /** Begins a use; false if it is being closed. */
    boolean tryUse() {
        return !uses.getAndUpdate(now -> now.isClosing ? now : new Uses(now.number + 1, now.lastEnd, false)).isClosing;
    }

    /** Ends a use. */
    void release() {
        uses.updateAndGet(now -> new Uses(now.number - 1, System.nanoTime(), now.isClosing));
    }

    boolean isInMemory() {
        return isInMemory;
    }

    /** When it was last used; null if it is in use, or must not be closed since its content would be lost. */
    @Nullable
    Long idleSince() {
        Uses now = uses.get();
        return isInMemory || open == null || now.number > 0 || now.isClosing ? null : now.lastEnd;
    }

    /** Begins to close it, unless somebody uses it; at most one is told true. */
    boolean tryClose() {
        Uses now = uses.get();
        return idleSince() != null && uses.compareAndSet(now, new Uses(now.number, now.lastEnd, true));
    }

    boolean isClosing() {
        return uses.get().isClosing;
    }

    /** It has been closed; false if that was known. */
    boolean markClosed() {
        return closed.tryEmitEmpty().isSuccess();
    }

    /** Completes when it is closed. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    private record Uses(int number, long lastEnd, boolean isClosing) {}
}
