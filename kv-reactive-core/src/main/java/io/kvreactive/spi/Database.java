// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * One open database: an ordered map from encoded keys to stored values. Thread-safe.
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
     * What this database takes. Fixed for its life.
     *
     * @return the limits
     */
    DatabaseLimits limits();

    /**
     * Ends the database: what was begun or waits is finished, nothing new is taken. Idempotent.
     *
     * @return completes when everything is closed
     */
    Mono<Void> close();
}
