// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.Alarm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The metadata of an open database: the newest is kept and shared, replaced ahead of its expiry, by one exchange at a time whoever asks for it
 * ({@code docs/spec/kv-connect.md}, section 6). What has expired is never given.
 */
final class MetadataCycle {

    /** Metadata is replaced when so much of its time is left, or a tenth of it, if that is more. */
    private static final Duration LEAST_LEFT = Duration.ofSeconds(10);

    private static final int PART_LEFT = 10;

    /** Between the beginnings of two exchanges. */
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = Loggers.getLogger(MetadataCycle.class);

    private final Mono<DatabaseMetadata> exchange;
    private final Clock clock;
    private final Supplier<? extends RuntimeException> closed;
    private final AtomicReference<State> state = new AtomicReference<>(new State(null, null, false));
    private final AtomicReference<Sinks.Many<DatabaseMetadata>> stream = new AtomicReference<>(newStream());
    private final AtomicLong notBefore = new AtomicLong(Long.MIN_VALUE);
    private final Disposable.Swap timer = Disposables.swap();
    private final Sinks.Empty<Void> closing = Sinks.empty();

    /**
     * A cycle that rests until it is first asked.
     *
     * @param exchange asks the server once, with whatever repetitions that needs
     * @param closed the error of those who wait when it is closed
     */
    MetadataCycle(Mono<DatabaseMetadata> exchange, Clock clock, Supplier<? extends RuntimeException> closed) {
        this.exchange = exchange;
        this.clock = clock;
        this.closed = closed;
    }

    private static Sinks.Many<DatabaseMetadata> newStream() {
        return Sinks.many().replay().latest();
    }

    /** The metadata, if there is any that is valid now: the short way of nearly every request. */
    @Nullable
    DatabaseMetadata ifValid() {
        DatabaseMetadata current = state.get().current;
        return current != null && current.isValidAt(clock.instant()) ? current : null;
    }

    /** Metadata that is valid, after an exchange if need be. */
    Mono<DatabaseMetadata> valid() {
        return Mono.defer(() -> {
            DatabaseMetadata current = ifValid();
            return current != null ? Mono.just(current) : join();
        });
    }

    /** Metadata that is valid and is not this, which did not serve: after an exchange, unless there was one meanwhile. */
    Mono<DatabaseMetadata> renewed(DatabaseMetadata bad) {
        return Mono.defer(() -> {
            DatabaseMetadata current = ifValid();
            return current != null && current != bad ? Mono.just(current) : join();
        });
    }

    /** The newest valid metadata and all that follow; hot. An exchange that fails for good ends it for those who are there. */
    Flux<DatabaseMetadata> stream() {
        // A slow subscriber would otherwise hold on to all that it has not asked for.
        return valid().thenMany(Flux.defer(() -> stream.get().asFlux())).onBackpressureLatest();
    }

    /** Waits for the exchange that is under way, or begins one. */
    private Mono<DatabaseMetadata> join() {
        while (true) {
            State now = state.get();
            if (now.isClosed) {
                return Mono.error(closed);
            }
            if (now.running != null) {
                return now.running.result.asMono();
            }
            Running running = new Running();
            if (state.compareAndSet(now, new State(now.current, running, false))) {
                begin(running);
                return running.result.asMono();
            }
        }
    }

    private void begin(Running running) {
        long now = Schedulers.parallel().now(TimeUnit.NANOSECONDS);
        long earliest = notBefore.get();
        long wait = earliest == Long.MIN_VALUE ? 0 : Math.max(0, earliest - now);
        notBefore.set(now + wait + PAUSE_NANOS);
        Mono<DatabaseMetadata> next =
                wait == 0 ? exchange : Mono.delay(Duration.ofNanos(wait)).then(exchange);
        next.takeUntilOther(closing.asMono())
                .subscribe(metadata -> succeeded(running, metadata), error -> failed(running, error));
    }

    private void succeeded(Running running, DatabaseMetadata metadata) {
        if (ended(running, metadata)) {
            // Refused only by a stream that is completed at this moment.
            stream.get().tryEmitNext(metadata);
            schedule(metadata);
            running.result.tryEmitValue(metadata);
        }
    }

    private void failed(Running running, Throwable error) {
        if (ended(running, null)) {
            if (state.get().current != null) {
                LOG.warn("the metadata is not renewed until it has expired and is asked for: {}", error.getMessage());
            }
            stream.getAndSet(newStream()).tryEmitError(error);
            running.result.tryEmitError(error);
        }
    }

    /** The end of an exchange, unless it was closed meanwhile. Without new metadata, the old serves while it is valid. */
    private boolean ended(Running running, @Nullable DatabaseMetadata metadata) {
        State before = state.getAndUpdate(now -> now.running == running
                ? new State(metadata == null ? now.current : metadata, null, now.isClosed)
                : now);
        return before.running == running && !before.isClosed;
    }

    private void schedule(DatabaseMetadata metadata) {
        Instant now = clock.instant();
        Duration part = Duration.between(now, metadata.expiresAt()).dividedBy(PART_LEFT);
        Instant when = metadata.expiresAt().minus(part.compareTo(LEAST_LEFT) > 0 ? part : LEAST_LEFT);
        timer.update(Alarm.at(clock, when)
                .then(Mono.defer(this::join))
                .subscribe(renewed -> {}, error -> LOG.debug("renewal of the metadata failed: {}", error.toString())));
    }

    /** Ends the exchange under way, whoever waits for it, and the stream. What is valid can still be had with {@link #ifValid}. */
    void close() {
        State before = state.getAndUpdate(now -> new State(now.current, now.running, true));
        if (before.isClosed) {
            return;
        }
        timer.dispose();
        closing.tryEmitEmpty();
        if (before.running != null) {
            before.running.result.tryEmitError(closed.get());
        }
        stream.get().emitComplete(Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
    }

    /** An exchange that is under way, for all who wait for it. */
    private static final class Running {
        private final Sinks.One<DatabaseMetadata> result = Sinks.one();
    }

    private record State(
            @Nullable DatabaseMetadata current, @Nullable Running running, boolean isClosed) {}
}
