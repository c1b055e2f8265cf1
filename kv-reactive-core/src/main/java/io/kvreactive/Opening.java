// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.Database;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * The one database behind a {@code Kv}: opened by the first who needs it, shared by all, closed once. An opening that failed is tried again by
 * the next who needs it; one that is under way goes on when a subscriber cancels, for the others.
 */
final class Opening {

    private static final State NEW = new State(null, null, false);

    private final Mono<Database> open;
    private final String name;
    private final AtomicReference<State> state = new AtomicReference<>(NEW);

    Opening(String name, Mono<Database> open) {
        this.name = name;
        this.open = open;
    }

    /** The database, if it is open by now: the short way of every operation but the first. */
    @Nullable
    Database ifOpen() {
        State now = state.get();
        return now.isClosed ? null : now.database;
    }

    Mono<Database> database() {
        return Mono.deferContextual(context -> {
            while (true) {
                State now = state.get();
                if (now.isClosed) {
                    return Mono.error(new KvClosedException("the database " + name + " was closed; create a new Kv"));
                }
                if (now.database != null) {
                    return Mono.just(now.database);
                }
                if (now.attempt != null) {
                    return now.attempt.asMono();
                }
                State opening = new State(null, Sinks.one(), false);
                if (state.compareAndSet(now, opening)) {
                    open.switchIfEmpty(Mono.error(() ->
                                    new KvDatabaseException("open " + name + ": the backend gave no database", null)))
                            .contextWrite(context)
                            .subscribe(database -> opened(opening, database), error -> failed(opening, error));
                    return opening.sink().asMono();
                }
            }
        });
    }

    private void opened(State opening, Database database) {
        if (!state.compareAndSet(opening, new State(database, null, false))) {
            // It was closed meanwhile: it must not stay open, even if whoever closes has gone.
            database.close().subscribe(done -> {}, error -> Operators.onErrorDropped(error, Context.empty()));
        }
        opening.sink().tryEmitValue(database);
    }

    private void failed(State opening, Throwable error) {
        state.compareAndSet(opening, NEW);
        opening.sink().tryEmitError(error);
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            State before = state.getAndUpdate(now -> now.isClosed ? now : new State(now.database, now.attempt, true));
            if (before.database != null) {
                return before.database.close();
            }
            if (before.attempt != null) {
                return before.attempt.asMono().onErrorComplete().flatMap(Database::close);
            }
            return Mono.empty();
        });
    }

    private record State(@Nullable Database database, Sinks.@Nullable One<Database> attempt, boolean isClosed) {
        Sinks.One<Database> sink() {
            if (attempt == null) {
                throw new IllegalStateException("no opening is under way");
            }
            return attempt;
        }
    }
}
