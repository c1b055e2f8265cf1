// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

/**
 * An answer that is no success: a status and a text for a person, which tells nothing of tokens and values. 4xx is the client's mistake and
 * final, 5xx may pass and is tried again by clients, without end ({@code docs/spec/kv-connect.md}, sections 2 and 3).
 */
final class Refusal extends RuntimeException {

    /** What becomes of the connection, where it carries one request at a time. */
    enum Connection {
        KEPT,
        /** The rest of the request is not wanted. */
        CLOSED
    }

    private final int status;
    private final Connection connection;

    private Refusal(int status, String text, Connection connection) {
        // It is a signal and not a fault: nobody looks at where it came from.
        super(text, null, false, false);
        this.status = status;
        this.connection = connection;
    }

    static Refusal of(int status, String text) {
        return new Refusal(status, text, Connection.KEPT);
    }

    static Refusal closing(int status, String text) {
        return new Refusal(status, text, Connection.CLOSED);
    }

    static Refusal badRequest(String text) {
        return of(400, text);
    }

    static Refusal unauthorized(String text) {
        return of(401, text);
    }

    static Refusal unavailable(String text) {
        return of(503, text);
    }

    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    Connection connection() {
        return connection;
    }
}
