// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A look at the queue of a database, without taking messages out of it. Of backends that can, such as the SQLite one; others answer
 * {@link KvUnsupportedException}.
 */
public interface KvQueue {

    /**
     * How many messages there are.
     *
     * @param ready waiting, and ready to be delivered
     * @param delayed waiting for their time
     * @param running out: delivered, and not settled yet
     */
    record Counts(long ready, long delayed, long running) {

        /**
         * All of them.
         *
         * @return the sum
         */
        public long total() {
            return ready + delayed + running;
        }
    }

    /**
     * A message as the queue holds it. Immutable, if its value is.
     *
     * @param <T> the type of the message
     */
    final class Message<T> {
        private final String id;
        private final @Nullable T value;
        private final KvValue rawValue;
        private final boolean isRunning;
        private final Instant dueAt;
        private final int retriesLeft;
        private final List<KvKey> keysIfUndelivered;
        private final @Nullable KvDecodeException decodeError;

        Message(
                String id,
                @Nullable T value,
                KvValue rawValue,
                boolean isRunning,
                Instant dueAt,
                int retriesLeft,
                List<KvKey> keysIfUndelivered,
                @Nullable KvDecodeException decodeError) {
            this.id = id;
            this.value = value;
            this.rawValue = rawValue;
            this.isRunning = isRunning;
            this.dueAt = dueAt;
            this.retriesLeft = retriesLeft;
            this.keysIfUndelivered = List.copyOf(keysIfUndelivered);
            this.decodeError = decodeError;
        }

        /**
         * The name of the message, the same in every delivery.
         *
         * @return a UUID in lower case
         */
        public String id() {
            return id;
        }

        /**
         * The message.
         *
         * @return the value; null for a {@code null} that was enqueued
         * @throws KvDecodeException if it cannot be read, or does not fit the type; see {@link #rawValue()}
         */
        public @Nullable T value() {
            if (decodeError != null) {
                throw decodeError;
            }
            return value;
        }

        /**
         * The message as it is stored.
         *
         * @return encoding and bytes
         */
        public KvValue rawValue() {
            return rawValue;
        }

        /**
         * Tells whether the message is out: delivered, and not settled yet.
         *
         * @return true if so, false if it waits
         */
        public boolean isRunning() {
            return isRunning;
        }

        /**
         * The time of the next delivery; of a message that is out, the time from which it counts as lost unless its lease is renewed.
         *
         * @return the time, to the millisecond
         */
        public Instant dueAt() {
            return dueAt;
        }

        /**
         * How many deliveries follow if the next one, or the one that is under way, fails.
         *
         * @return 0 or more
         */
        public int retriesLeft() {
            return retriesLeft;
        }

        /**
         * Where the message is set when every delivery failed. Keys that cannot be decoded are left out.
         *
         * @return an unmodifiable list
         */
        public List<KvKey> keysIfUndelivered() {
            return keysIfUndelivered;
        }

        /** The name and the state; never the value. */
        @Override
        public String toString() {
            return "KvQueue.Message(" + id + ", " + (isRunning ? "running" : "waiting") + ", " + retriesLeft
                    + " retries left)";
        }
    }

    /**
     * Counts the messages.
     *
     * @return the numbers, of one snapshot
     */
    Mono<Counts> counts();

    /**
     * Looks at messages as ordinary Java objects.
     *
     * @param limit how many at the most
     * @return as {@link #peek(int, KvType)}
     */
    default Flux<Message<Object>> peek(int limit) {
        return peek(limit, KvType.NATURAL);
    }

    /**
     * Looks at messages: those that are out first, then those that wait, the earliest first.
     *
     * @param limit how many at the most, 1 or more
     * @param type the type of the messages
     * @param <T> the type of the messages
     * @return the messages, of one snapshot; one that cannot be decoded has a {@code value()} that throws
     * @throws IllegalArgumentException if the limit is less than 1
     */
    <T> Flux<Message<T>> peek(int limit, KvType<T> type);

    /**
     * Lists dead letters: messages that were enqueued with {@link EnqueueOptions.Builder#deadLetters} and could not be delivered.
     *
     * @param prefix the prefix that was given there
     * @param type the type of the messages
     * @param <T> the type of the messages
     * @return entries, in no particular order; one that cannot be decoded is kept, with a {@code value()} that throws
     */
    <T> Flux<KvEntry<T>> deadLetters(KvKey prefix, KvType<T> type);

    /**
     * Puts a dead letter into the queue again, and takes its entry away, in one commit.
     *
     * @param deadLetter an entry of {@link #deadLetters}
     * @param options how it is delivered
     * @return the version of the commit. {@link KvConflictException} if the entry has changed meanwhile: somebody else has redelivered it, say
     */
    Mono<Versionstamp> redeliver(KvEntry<?> deadLetter, EnqueueOptions options);
}
