// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.Mutation;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * One operation and all attempts at it: how often it was tried, what went wrong, whether it may be tried again and what must be said in the
 * end ({@code docs/spec/kv-connect.md}, sections 3, 4 and 6). One for each subscription; its attempts come one after the other, and its deadline
 * may come from another thread.
 */
final class Attempts {

    /** So often new metadata is asked for because a server cannot serve: there may be none that can. */
    private static final int MOST_RENEWALS = 5;

    private static final Logger LOG = Loggers.getLogger(Attempts.class);

    /** What an operation does, and so whether it may be repeated after its answer was lost. */
    enum Effect {
        READS,
        WRITES_HARMLESSLY_REPEATED,
        WRITES_ONCE
    }

    /**
     * What the operations of one database have in common.
     *
     * @param secrets what no text may show
     * @param isClosing whether what fails is not to be repeated any more
     * @param waitedFor what went wrong last with the metadata exchange, while there is no metadata
     * @param observer who is told of what is sent again
     */
    record Shared(
            RemoteOptions options,
            Secrets secrets,
            BooleanSupplier isClosing,
            Supplier<@Nullable Throwable> waitedFor,
            KvObserver observer) {}

    private final String operation;
    private final Effect effect;
    private final List<Mutation> mutations;
    private final RemoteOptions options;
    private final Shared shared;

    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean isUncertain;
    private volatile @Nullable CallFailure last;
    private volatile @Nullable URI target;
    private volatile @Nullable Sending sending;
    private volatile @Nullable DatabaseMetadata stale;
    private final AtomicInteger renewals = new AtomicInteger();
    private final AtomicBoolean isReauthorized = new AtomicBoolean();

    Attempts(String operation, Effect effect, Shared shared) {
        this(operation, effect, List.of(), shared);
    }

    /** {@code mutations} are those of a write, for the message of one that does not fit. */
    Attempts(String operation, Effect effect, List<Mutation> mutations, Shared shared) {
        this.operation = operation;
        this.mutations = mutations;
        this.effect = effect;
        this.shared = shared;
        this.options = shared.options;
    }

    /** The operation with its name and where it went, for messages. */
    String what() {
        URI to = target;
        return to == null ? operation : operation + " on " + Urls.shown(to);
    }

    List<Mutation> mutations() {
        return mutations;
    }

    int count() {
        return count.get();
    }

    boolean isWrite() {
        return effect != Effect.READS;
    }

    /** Whether an attempt that failed may have been applied all the same. */
    boolean isUncertain() {
        return isUncertain;
    }

    /** What went wrong last: with an attempt, or with the metadata that the next one waits for. */
    @Nullable
    Throwable last() {
        Throwable waitedFor = shared.waitedFor.get();
        return waitedFor != null ? waitedFor : last;
    }

    /** The metadata that did not serve in the attempt before, to be replaced before the next; null if they need not be. */
    @Nullable
    DatabaseMetadata stale() {
        return stale;
    }

    /** Begins an attempt. */
    Sending begin(URI to) {
        count.incrementAndGet();
        target = to;
        stale = null;
        Sending next = new Sending();
        sending = next;
        return next;
    }

    /** Takes note of how an attempt failed. */
    void failed(CallFailure failure, DatabaseMetadata metadata) {
        last = failure;
        // What was answered, or lost, is over; what it may have done is kept below.
        sending = null;
        if (failure.mayHaveBeenApplied() && isWrite()) {
            isUncertain = true;
        }
        if (failure.kind() == CallFailure.Kind.UNAUTHORIZED || failure.kind() == CallFailure.Kind.UNUSABLE) {
            stale = metadata;
        }
    }

    /** Runs attempts until one succeeds, none may follow, or the deadline has passed. An error is a {@code KvException}. */
    <T> Mono<T> run(Mono<T> attempt) {
        Mono<T> all = Mono.deferContextual(context -> {
                    if (count.get() > 0) {
                        KvObservation.of(context).triedAgain(count.get() + 1);
                    }
                    return attempt;
                })
                .retryWhen(retry());
        Duration deadline = options.deadline();
        if (deadline != null) {
            all = all.timeout(deadline, Mono.error(() -> RemoteErrors.late(this, deadline, isNothingSent())));
        }
        return all.onErrorMap(error -> RemoteErrors.translate(this, error));
    }

    /** Repeats what fails in a way that may pass, with pauses that grow. */
    RetryBackoffSpec retry() {
        return Retry.backoff(options.maxAttempts() - 1, options.firstBackoff())
                .maxBackoff(options.longestBackoff())
                .jitter(options.jitter())
                .filter(this::mayBeRepeated)
                .doBeforeRetry(signal -> {
                    shared.observer.measured(KvMeasure.REQUEST_RETRIES, 1);
                    LOG.debug(
                            "{} failed in attempt {} and is repeated: {}",
                            what(),
                            count,
                            signal.failure().toString());
                })
                .onRetryExhaustedThrow((spec, signal) -> signal.failure());
    }

    /** A stream that was begun goes well: what went wrong before does not count any more. */
    void goesWell() {
        count.set(1);
        renewals.set(0);
        isReauthorized.set(false);
    }

    /** Whether the attempt under way has not sent anything, and now never will. */
    private boolean isNothingSent() {
        Sending current = sending;
        return current == null || current.giveUp();
    }

    private boolean mayBeRepeated(Throwable error) {
        if (!(error instanceof CallFailure failure) || shared.isClosing.getAsBoolean()) {
            return false;
        }
        return switch (failure.kind()) {
            case NOT_SENT, BUSY -> true;
            case LOST, GATEWAY -> effect != Effect.WRITES_ONCE;
            case UNUSABLE -> renewals.getAndIncrement() < MOST_RENEWALS;
            case UNAUTHORIZED, REFUSED, SENSELESS -> false;
        };
    }

    /** Whether new metadata may be asked for because of a refused token: once, and without a pause. */
    boolean mayReauthorize(CallFailure failure) {
        return failure.kind() == CallFailure.Kind.UNAUTHORIZED && isReauthorized.compareAndSet(false, true);
    }
}
