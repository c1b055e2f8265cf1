// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import io.kvreactive.KvQueue;
import java.util.List;
import reactor.core.publisher.Mono;

/** What a {@link Database} implements whose queue can be looked at. */
public interface QueueInspection {

    /**
     * Counts the messages.
     *
     * @return the numbers, of one snapshot
     */
    Mono<KvQueue.Counts> counts();

    /**
     * Looks at messages without taking them: those that are out first, then those that wait, the earliest first.
     *
     * @param limit how many at the most
     * @return the messages, of one snapshot
     */
    Mono<List<RawQueued>> peek(int limit);
}
