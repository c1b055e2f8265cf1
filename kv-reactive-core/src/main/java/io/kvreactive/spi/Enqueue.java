// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A message that a write puts into the queue. Immutable; its arrays are shared. */
public final class Enqueue {

    /** How long a message waits after each failed delivery, unless it says otherwise: Deno's default. */
    public static final List<Duration> DEFAULT_BACKOFF_SCHEDULE = List.of(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1));

    private final byte[] payload;
    private final Instant readyAt;
    private final @Nullable List<Duration> backoffSchedule;
    private final List<byte[]> keysIfUndelivered;

    private Enqueue(
            byte[] payload, Instant readyAt, @Nullable List<Duration> backoffSchedule, List<byte[]> keysIfUndelivered) {
        this.payload = payload;
        this.readyAt = readyAt;
        this.backoffSchedule = backoffSchedule == null ? null : List.copyOf(backoffSchedule);
        this.keysIfUndelivered = List.copyOf(keysIfUndelivered);
    }

    /**
     * A message.
     *
     * @param payload the value in V8's format, which is the only one for messages
     * @param readyAt the time of the first delivery, to the millisecond
     * @param backoffSchedule how long to wait after each failed delivery, empty for one delivery only; null for the default
     * @param keysIfUndelivered encoded keys under which the payload is set when every delivery failed
     * @return the message
     */
    public static Enqueue of(
            byte[] payload, Instant readyAt, @Nullable List<Duration> backoffSchedule, List<byte[]> keysIfUndelivered) {
        return new Enqueue(payload, readyAt, backoffSchedule, keysIfUndelivered);
    }

    /**
     * A name for a message, which no other has: a random UUID, of a generator that needs no I/O and so never blocks.
     *
     * @return a UUID of version 4, in lower case
     */
    public static String randomId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /**
     * The value in V8's format.
     *
     * @return the bytes; shared
     */
    public byte[] payload() {
        return payload;
    }

    /**
     * The time of the first delivery.
     *
     * @return the time, to the millisecond
     */
    public Instant readyAt() {
        return readyAt;
    }

    /**
     * How long to wait after each failed delivery.
     *
     * @return the intervals; null for the default, which a server may choose
     */
    public @Nullable List<Duration> backoffSchedule() {
        return backoffSchedule;
    }

    /**
     * Where the payload is set when every delivery failed.
     *
     * @return encoded keys; shared
     */
    public List<byte[]> keysIfUndelivered() {
        return keysIfUndelivered;
    }

    /** The size of the payload and the time. */
    @Override
    public String toString() {
        return "Enqueue(" + payload.length + " bytes, " + readyAt + ")";
    }
}
