// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import reactor.core.publisher.Mono;

/** A message that was taken out of the queue and waits to be settled. Thread-safe. */
public interface RawMessage {

    /** What became of a message. */
    enum Settlement {
        /** It was handled: it is gone. */
        HANDLED,
        /**
         * It was not: it is delivered again after the next interval of its backoff schedule, or, when there is none left, set under its
         * {@code keysIfUndelivered} and gone.
         */
        FAILED,
        /** It was not tried: it is ready again at once, and no attempt is counted. */
        RETURNED
    }

    /**
     * The name of the message, the same in every delivery.
     *
     * @return a UUID in lower case
     */
    String id();

    /**
     * The value in V8's format.
     *
     * @return the bytes; shared
     */
    byte[] payload();

    /**
     * How many deliveries follow if this one fails.
     *
     * @return 0 or more
     */
    int retriesLeft();

    /**
     * Settles the message. Only the first subscription to any settlement does something; the others complete with it.
     *
     * @param settlement what became of it
     * @return completes when it is as durable as a write; also if the message was taken back by another process meanwhile: a handled one is
     *     then taken out of the queue all the same, and else nothing is done
     */
    Mono<Void> settle(Settlement settlement);
}
