// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvUnsupportedException;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One open database: an ordered map from encoded keys to stored values, and a queue. Thread-safe.
 *
 * <p>Publishers are cold and honour cancel; signals come on the scheduler of the options, never on a thread that does I/O. Errors are
 * {@code KvException}s. After {@link #close()} every operation ends with a {@code KvClosedException}. Limits are checked by the caller,
 * against {@link #limits()}.
 */
public interface Database {

    /**
     * Reads ranges, all of one snapshot. Expired entries are not among them.
     *
     * @param ranges at least one, at most as many as the limits say
     * @param consistency how current the snapshot must be
     * @return for each range, in the given order, its entries in the order of the range
     */
    Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency);

    /**
     * Applies a write: all of it or, when a check does not hold or an error ends it, nothing. A success is signalled only once the write is as
     * durable as the backend promises. A write that waits when it is cancelled is not begun; one that runs is run to its end.
     *
     * @param write the checks and mutations
     * @return {@link CommitResult.Committed}, or {@link CommitResult.Conflict} when a check did not hold. Errors:
     *     {@code KvMutationException} from {@link Mutation#resultOn}, {@code KvOutcomeUnknownException} if the write may have taken effect
     */
    Mono<CommitResult> atomicWrite(AtomicWrite write);

    /**
     * Watches keys. The first state is given at once, then one after each commit, of whatever process, that may have written a watched key, and
     * when a watched key expires. States may repeat: who watches compares versions. While nothing is requested nothing is read or kept; the
     * next request is then given the newest state, and only that.
     *
     * @param keys encoded keys, at least one, at most as many as the limits say; repeated ones are fine
     * @return states, each one snapshot: for each key, in the given order, its entry or an empty list. Completes when the database is closed;
     *     by default {@link KvUnsupportedException}
     */
    default Flux<List<List<RawEntry>>> watch(List<byte[]> keys) {
        return Flux.error(
                () -> new KvUnsupportedException(
                        "watch: this backend does not tell what changes; read again from time to time, or use another backend"));
    }

    /**
     * Takes messages that are ready out of the queue: one for each that is requested, the earliest first. A message is its receiver's until it
     * is {@linkplain RawMessage#settle settled}, also after a cancel; the backend sees to it that nobody else is given it meanwhile. One
     * that was taken when its receiver cancels, and cannot be given any more, is put back.
     *
     * @return messages as they become ready, by the clock of the options. Completes when the database is closed; by default
     *     {@link KvUnsupportedException}
     */
    default Flux<RawMessage> dequeue() {
        return Flux.error(
                () -> new KvUnsupportedException(
                        "listenQueue: this backend delivers no messages; listen where the database is, or use another backend"));
    }

    /**
     * Something that only some backends can do: {@link PrefixWatch}, {@link QueueInspection}, {@link Backup}, or a type of the backend's own.
     * A database that wraps another passes the question on.
     *
     * @param type the interface
     * @param <T> the interface
     * @return this database as that interface, or nothing
     */
    default <T> Optional<T> ability(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /**
     * What this database takes. Fixed for its life.
     *
     * @return the limits
     */
    DatabaseLimits limits();

    /**
     * Ends the database: what was begun or waits is finished, nothing new is taken, watches complete. Messages that are out and not settled
     * are not waited for; somebody else is given them when their lease is over. Idempotent.
     *
     * @return completes when everything is closed
     */
    Mono<Void> close();
}
