// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.util.Locale;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * One line for each request: where it came from, what it was, what became of it. Nothing in it is a text of the client's but the name of a
 * database, which has been checked.
 */
final class AccessLogger implements ServerObserver {

    static final String NAME = "io.kvreactive.server.access";

    private static final Logger LOG = Loggers.getLogger(NAME);

    @Override
    public void requestServed(ServedRequest request) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line(request));
        }
    }

    static String line(ServedRequest request) {
        return "%s %s %s%s %s in %d ms, %d bytes in, %d out"
                .formatted(
                        request.remoteAddress(),
                        request.protocol(),
                        request.operation().name().toLowerCase(Locale.ROOT),
                        request.database().isEmpty() ? "" : " /db/" + request.database(),
                        request.status() == 0 ? "unanswered" : String.valueOf(request.status()),
                        request.duration().toMillis(),
                        request.requestBytes(),
                        request.answerBytes());
    }
}
