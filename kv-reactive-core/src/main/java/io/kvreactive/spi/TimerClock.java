// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** A {@link java.time.Clock} that tells when it has come to a time: one that a test moves, say. See {@link Alarm}. */
public interface TimerClock {

    /**
     * Waits for a time.
     *
     * @param instant the time
     * @return completes when the clock shows it or a later one; at once, if it does already
     */
    Mono<Void> reaches(Instant instant);
}
