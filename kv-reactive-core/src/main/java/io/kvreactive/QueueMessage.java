// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.RawMessage.Settlement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A message that was taken out of the queue. As long as it is not settled its receiver has it for itself: its lease is renewed, and nobody else
 * is given it, in whatever process. If the process ends, it is delivered again.
 *
 * <p>The first settlement that is subscribed to decides; later ones complete with it. Thread-safe.
 *
 * @param <T> the type of the message
 */
public final class QueueMessage<T> {

    private final Handling handling;
    private final @Nullable T value;

    QueueMessage(Handling handling, @Nullable T value) {
        this.handling = handling;
        this.value = value;
    }

    Handling handling() {
        return handling;
    }

    /**
     * The name of the message, the same in every delivery: by it a handler can tell what it has handled before.
     *
     * @return a UUID in lower case
     */
    public String id() {
        return handling.raw().id();
    }

    /**
     * The message.
     *
     * @return the value; null for a {@code null} that was enqueued
     */
    public @Nullable T value() {
        return value;
    }

    /**
     * The message as it is stored; it can be enqueued again unchanged.
     *
     * @return encoding and bytes
     */
    public KvValue rawValue() {
        return KvValue.wrap(KvValue.V8, handling.raw().payload());
    }

    /**
     * How many deliveries follow if this one fails.
     *
     * @return 0 or more; after 0 the message is set under its {@code keysIfUndelivered}
     */
    public int retriesLeft() {
        return handling.raw().retriesLeft();
    }

    /**
     * Tells that the message was handled: it is gone.
     *
     * @return completes when that is durable. An error if it cannot be stored; the message is then delivered again
     */
    public Mono<Void> ack() {
        return handling.settle(Settlement.HANDLED);
    }

    /**
     * Tells that the message was not handled: it is delivered again after the next interval of its backoff schedule, or given up.
     *
     * @return completes when that is durable. An error if it cannot be stored; the message is then delivered again
     */
    public Mono<Void> nack() {
        return handling.settle(Settlement.FAILED);
    }

    /**
     * Puts the message back untried: it is ready again at once, and no attempt is counted.
     *
     * @return completes when that is durable. An error if it cannot be stored; the message is then delivered again
     */
    public Mono<Void> release() {
        return handling.settle(Settlement.RETURNED);
    }

    /** The name and the number of retries; never the value. */
    @Override
    public String toString() {
        return "QueueMessage(" + id() + ", " + retriesLeft() + " retries left)";
    }
}
