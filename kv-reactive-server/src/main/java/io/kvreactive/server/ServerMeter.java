// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

/** The meters of a server, as operators see them. */
public enum ServerMeter {
    /** A timer of requests, tagged with operation and status. */
    REQUESTS(
            "kv.server.requests",
            "timer",
            "operation, status",
            "time from the head of a request to the last byte of its answer; status 0: the client left before."
                    + " Watches that began are not in it"),
    /** The sizes of the bodies of requests, tagged with operation. */
    REQUEST_BYTES("kv.server.request.size", "summary, bytes", "operation", "size of the body of a request"),
    /** The sizes of the bodies of answers, tagged with operation. */
    ANSWER_BYTES(
            "kv.server.answer.size",
            "summary, bytes",
            "operation",
            "size of the body of an answer; of a watch, all of its frames"),
    /** How many connections are open. */
    CONNECTIONS("kv.server.connections", "gauge", "", "open connections"),
    /** How many connections were closed as they came. */
    CONNECTIONS_REFUSED(
            "kv.server.connections.refused",
            "counter",
            "",
            "connections closed as they came, since there were too many"),
    /** How many watches are open. */
    WATCHES("kv.server.watches", "gauge", "", "open watches"),
    /** How many watches have ended, tagged with why. */
    WATCHES_ENDED(
            "kv.server.watches.ended",
            "counter",
            "end",
            "watches that are over; end tells why: client, slow_client, server, error"),
    /** How many databases are open. */
    DATABASES("kv.server.databases", "gauge", "", "open databases");

    private final String meterName;
    private final String type;
    private final String tags;
    private final String description;

    ServerMeter(String meterName, String type, String tags, String description) {
        this.meterName = meterName;
        this.type = type;
        this.tags = tags;
        this.description = description;
    }

    /**
     * The name, as Micrometer has it.
     *
     * @return a name with dots
     */
    public String meterName() {
        return meterName;
    }

    /**
     * What kind of meter it is, and its unit.
     *
     * @return for a table
     */
    public String type() {
        return type;
    }

    /**
     * The keys of its tags.
     *
     * @return a list with commas; empty for none
     */
    public String tags() {
        return tags;
    }

    /**
     * What it measures.
     *
     * @return a sentence
     */
    public String description() {
        return description;
    }
}
