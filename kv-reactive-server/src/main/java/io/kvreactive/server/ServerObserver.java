// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

/**
 * Told of what happens in a server. Its methods are called on event loops: they must be quick and must not block. What they throw is dropped.
 * {@link MicrometerServerObserver} makes meters of it.
 */
public interface ServerObserver {

    /** What a request asks for. */
    enum Operation {
        /** The metadata exchange. */
        METADATA,
        /** A read. */
        READ,
        /** A write. */
        WRITE,
        /** A watch. */
        WATCH,
        /** Health, readiness or meters of the server itself. */
        STATUS,
        /** Nothing that there is. */
        UNKNOWN
    }

    /** Why a watch ended. */
    enum WatchEnd {
        /** The client left. */
        CLIENT,
        /** The client did not take a frame in time, and was cut off. */
        SLOW_CLIENT,
        /** The server stops, or the database was closed. */
        SERVER,
        /** The database reported an error. */
        ERROR
    }

    /**
     * A request is over: answered to its last byte, or given up.
     *
     * @param request the request
     */
    default void requestServed(ServedRequest request) {}

    /** A connection was opened. */
    default void connectionOpened() {}

    /** A connection that was opened is closed. */
    default void connectionClosed() {}

    /** A connection was closed as it came, since there are as many as the limits say. */
    default void connectionRefused() {}

    /** A watch has begun: its first frame is on its way. */
    default void watchBegun() {}

    /**
     * A watch that had begun is over.
     *
     * @param end why
     */
    default void watchEnded(WatchEnd end) {}

    /**
     * A database was opened.
     *
     * @param name its name; empty for the one under {@code /}
     */
    default void databaseOpened(String name) {}

    /**
     * A database was closed.
     *
     * @param name its name; empty for the one under {@code /}
     */
    default void databaseClosed(String name) {}
}
