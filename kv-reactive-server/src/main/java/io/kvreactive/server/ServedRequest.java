// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.time.Duration;

/** A request that is over. Immutable; has neither token nor key nor value. */
public final class ServedRequest {

    private final ServerObserver.Operation operation;
    private final String database;
    private final int status;
    private final Duration duration;
    private final long requestBytes;
    private final long answerBytes;
    private final String remoteAddress;
    private final String protocol;

    ServedRequest(Exchange exchange, Duration duration) {
        this.operation = exchange.operation();
        this.database = exchange.databaseName();
        this.status = exchange.status();
        this.duration = duration;
        this.requestBytes = exchange.requestBytes();
        this.answerBytes = exchange.answerBytes();
        this.remoteAddress = exchange.remoteAddress();
        this.protocol = exchange.protocol();
    }

    /**
     * What was asked for.
     *
     * @return the operation
     */
    public ServerObserver.Operation operation() {
        return operation;
    }

    /**
     * Which database was meant.
     *
     * @return its name; empty for the one under {@code /}, and where none is meant
     */
    public String database() {
        return database;
    }

    /**
     * What was answered.
     *
     * @return a status of HTTP; 0 if the client left before
     */
    public int status() {
        return status;
    }

    /**
     * How long it took, from the head of the request to the last byte of the answer.
     *
     * @return the time; of a watch, all of it
     */
    public Duration duration() {
        return duration;
    }

    /**
     * The size of the body of the request.
     *
     * @return bytes
     */
    public long requestBytes() {
        return requestBytes;
    }

    /**
     * The size of the body of the answer.
     *
     * @return bytes; of a watch, all of its frames
     */
    public long answerBytes() {
        return answerBytes;
    }

    /**
     * Where the request came from.
     *
     * @return the address and port of the client, or of the proxy in front of it
     */
    public String remoteAddress() {
        return remoteAddress;
    }

    /**
     * How it came.
     *
     * @return such as {@code HTTP/1.1} or {@code HTTP/2.0}
     */
    public String protocol() {
        return protocol;
    }
}
