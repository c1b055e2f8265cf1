// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

import java.time.Instant;
import java.util.List;

/** A message as the queue holds it. Immutable; its arrays are shared. */
public final class RawQueued {

    private final String id;
    private final byte[] payload;
    private final boolean isRunning;
    private final Instant dueAt;
    private final int retriesLeft;
    private final List<byte[]> keysIfUndelivered;

    private RawQueued(
            String id,
            byte[] payload,
            boolean isRunning,
            Instant dueAt,
            int retriesLeft,
            List<byte[]> keysIfUndelivered) {
        this.id = id;
        this.payload = payload;
        this.isRunning = isRunning;
        this.dueAt = dueAt;
        this.retriesLeft = retriesLeft;
        this.keysIfUndelivered = List.copyOf(keysIfUndelivered);
    }

    /**
     * A message that waits.
     *
     * @param id its name
     * @param payload the value in V8's format
     * @param readyAt the time of its next delivery
     * @param retriesLeft how many deliveries follow if that one fails
     * @param keysIfUndelivered encoded keys under which it is set when every delivery failed
     * @return the message
     */
    public static RawQueued waiting(
            String id, byte[] payload, Instant readyAt, int retriesLeft, List<byte[]> keysIfUndelivered) {
        return new RawQueued(id, payload, false, readyAt, retriesLeft, keysIfUndelivered);
    }

    /**
     * A message that is out.
     *
     * @param id its name
     * @param payload the value in V8's format
     * @param leaseEnd the time from which it counts as lost, unless its lease is renewed
     * @param retriesLeft how many deliveries follow if this one fails
     * @param keysIfUndelivered encoded keys under which it is set when every delivery failed
     * @return the message
     */
    public static RawQueued running(
            String id, byte[] payload, Instant leaseEnd, int retriesLeft, List<byte[]> keysIfUndelivered) {
        return new RawQueued(id, payload, true, leaseEnd, retriesLeft, keysIfUndelivered);
    }

    /**
     * The name.
     *
     * @return a UUID in lower case
     */
    public String id() {
        return id;
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
     * Tells whether the message is out.
     *
     * @return true if so, false if it waits
     */
    public boolean isRunning() {
        return isRunning;
    }

    /**
     * The time of the next delivery, or the end of the lease of one that is out.
     *
     * @return the time, to the millisecond
     */
    public Instant dueAt() {
        return dueAt;
    }

    /**
     * How many deliveries follow if the next one, or the one that is out, fails.
     *
     * @return 0 or more
     */
    public int retriesLeft() {
        return retriesLeft;
    }

    /**
     * Where the message is set when every delivery failed.
     *
     * @return encoded keys; shared
     */
    public List<byte[]> keysIfUndelivered() {
        return keysIfUndelivered;
    }

    /** The name, the size of the payload, and whether it is out. */
    @Override
    public String toString() {
        return "RawQueued(" + id + ", " + payload.length + " bytes, " + (isRunning ? "running" : "waiting") + ")";
    }
}
