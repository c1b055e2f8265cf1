// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.CommitResult;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database that fails as a test says, or does not answer at all. */
final class FailingDatabase implements Database {

    /** What is answered to a client for each error. */
    static final Map<RuntimeException, Integer> ANSWERS = Map.of(
            new KvUnavailableException("locked: secret", null), 503,
            new KvClosedException("closed: secret"), 503,
            new KvOutcomeUnknownException("who knows: secret", null), 504,
            new KvDatabaseException("the disk is full: secret", null), 409,
            new KvMutationException("does not fit"), 400,
            new KvUnsupportedException("cannot do this"), 400,
            new IllegalStateException("a fault: secret"), 500);

    volatile DatabaseLimits limits = DatabaseLimits.DENO;
    /** Null for no answer. */
    volatile RuntimeException error;

    final AtomicInteger subscribed = new AtomicInteger();
    final AtomicInteger cancelled = new AtomicInteger();

    private <T> Mono<T> fail() {
        return Mono.defer(() -> error == null ? Mono.<T>never() : Mono.<T>error(error))
                .doOnSubscribe(subscription -> subscribed.incrementAndGet())
                .doOnCancel(cancelled::incrementAndGet);
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return fail();
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return fail();
    }

    @Override
    public Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return this.<List<List<RawEntry>>>fail().flux();
    }

    @Override
    public DatabaseLimits limits() {
        return limits;
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
