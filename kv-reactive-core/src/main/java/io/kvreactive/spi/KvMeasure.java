// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spi;

/** What backends measure; each reports those that it has. */
public enum KvMeasure {

    /** A value for each group commit: how many writes shared it. */
    WRITE_GROUP_SIZE(Type.DISTRIBUTION),
    /** A value for each attempt that met the lock of another connection and is made again: 1. */
    LOCK_RETRIES(Type.COUNT),
    /** A value for each request to a server that is sent again: 1. */
    REQUEST_RETRIES(Type.COUNT),
    /** A value for each time that a server's metadata were exchanged: 1. */
    METADATA_REFRESHES(Type.COUNT),
    /** How many tasks wait or run on a connection; the part is its name. */
    LANE_DEPTH(Type.GAUGE),
    /** How many bytes of writes wait. */
    WRITE_BACKLOG(Type.GAUGE),
    /** How many connections to servers are in use. */
    CONNECTIONS_ACTIVE(Type.GAUGE),
    /** How many connections to servers are kept for later. */
    CONNECTIONS_IDLE(Type.GAUGE),
    /** How many requests wait for a connection. */
    CONNECTIONS_PENDING(Type.GAUGE),
    /** How many entries are held in the memory of this process. */
    ENTRIES(Type.GAUGE);

    /** How the values are to be understood. */
    public enum Type {
        /** Values are added up. */
        COUNT,
        /** Each value counts by itself. */
        DISTRIBUTION,
        /** The value of the moment is what is asked for. */
        GAUGE
    }

    private final Type type;

    KvMeasure(Type type) {
        this.type = type;
    }

    /**
     * How the values are to be understood.
     *
     * @return the type; gauges are registered with {@link KvObserver#gauge}, of the others {@link KvObserver#measured} is told
     */
    public Type type() {
        return type;
    }
}
