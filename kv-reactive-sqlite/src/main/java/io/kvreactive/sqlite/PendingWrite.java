// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvMutationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** A part of a write transaction on its way, from its subscription to its result. */
final class PendingWrite<R> {

    private final MonoSink<R> sink;
    private final BusyRetry.Deadline deadline;
    private final long bytes;
    // Null once it is cancelled: what waits must not hold its data.
    private volatile @Nullable Function<WriteTransaction, Mono<R>> work;
    private volatile boolean isAbandoned;
    // Known before the commit, given after it.
    private @Nullable R result;
    private @Nullable Throwable failure;
    private volatile boolean isDelivered;

    /** {@code work} fails with a {@code KvMutationException} only if it has written nothing. */
    PendingWrite(Function<WriteTransaction, Mono<R>> work, long bytes, BusyRetry.Deadline deadline, MonoSink<R> sink) {
        this.work = work;
        this.bytes = bytes;
        this.deadline = deadline;
        this.sink = sink;
        sink.onCancel(this::abandon);
    }

    /** The subscriber has gone: what waits is not begun, what runs is finished. */
    private void abandon() {
        isAbandoned = true;
        work = null;
    }

    /** Whether it is still to be done, as far as its subscriber is concerned. */
    boolean isWanted() {
        return work != null;
    }

    /** What it holds in memory. */
    long bytes() {
        return bytes;
    }

    BusyRetry.Deadline deadline() {
        return deadline;
    }

    /** Does the work and decides the result, which holds if the transaction is committed. Fails only with what SQLite reports. */
    Mono<Void> apply(WriteTransaction transaction) {
        Function<WriteTransaction, Mono<R>> wanted = work;
        if (wanted == null) {
            return Mono.empty();
        }
        failure = null;
        return wanted.apply(transaction)
                .doOnNext(value -> result = value)
                .then()
                .onErrorResume(KvMutationException.class, error -> {
                    decide(error);
                    return Mono.empty();
                });
    }

    void decide(Throwable error) {
        failure = error;
    }

    /** Gives what was decided, once. */
    void deliver() {
        if (isAbandoned || isDelivered) {
            return;
        }
        isDelivered = true;
        if (failure != null) {
            sink.error(failure);
        } else {
            sink.success(result);
        }
    }
}
