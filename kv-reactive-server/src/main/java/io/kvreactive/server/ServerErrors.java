// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvException;
import io.kvreactive.KvOutcomeUnknownException;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.proto.MalformedMessageException;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * From what goes wrong to what is answered. The only place of this module that translates. What a client can do something about is 4xx: it
 * would repeat anything else for ever. 503 is what was certainly not done and may pass; 504 is a write that may have been done, which our
 * client does not repeat where that does harm.
 */
final class ServerErrors {

    private static final Logger LOG = Loggers.getLogger(KvConnectServer.class);

    private ServerErrors() {}

    static Refusal translate(Throwable error) {
        if (error instanceof Refusal refusal) {
            return refusal;
        }
        if (error instanceof MalformedMessageException) {
            return Refusal.badRequest("Malformed request: " + error.getMessage() + ".");
        }
        if (error instanceof KvException known) {
            return translate(known);
        }
        LOG.error("a request failed, and nobody foresaw it", error);
        return Refusal.of(500, "The server failed; its log tells more.");
    }

    private static Refusal translate(KvException error) {
        if (error instanceof KvOutcomeUnknownException) {
            LOG.warn("nobody knows whether a write was applied", error);
            return Refusal.of(504, "The database does not know whether this was applied.");
        }
        if (error instanceof KvUnavailableException || error instanceof KvTimeoutException) {
            LOG.warn("a database is not available: {}", error.getMessage());
            return Refusal.unavailable("The database is not available now.");
        }
        if (error instanceof KvClosedException) {
            return Refusal.unavailable("The database is closed.");
        }
        if (error instanceof KvDatabaseException) {
            // It does not pass by itself, so that no client shall wait for it. What is wrong is for the operator to
            // know.
            LOG.error("a database cannot serve", error);
            return Refusal.of(409, "The database cannot serve this, and will not by itself: ask its operator.");
        }
        if (error instanceof KvDecodeException) {
            return Refusal.badRequest("A key of the request is malformed: " + error.getMessage());
        }
        // Limits, mutations that do not fit, what the backend cannot do: the message is made for the client.
        return Refusal.badRequest(String.valueOf(error.getMessage()));
    }
}
