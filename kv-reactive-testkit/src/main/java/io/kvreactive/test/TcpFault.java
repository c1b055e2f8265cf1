// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import java.time.Duration;

/**
 * What goes wrong with one request.
 *
 * @param kind what
 * @param requestBytes for {@link Kind#RESET}, how much of the request is passed on
 * @param pieceBytes for {@link Kind#SLOW}, the size of a piece of the answer
 * @param pause for {@link Kind#SLOW}, the time before each
 */
record TcpFault(Kind kind, int requestBytes, int pieceBytes, Duration pause) {

    enum Kind {
        NONE,
        RESET,
        LOSE_ANSWER,
        SILENCE,
        SLOW
    }

    static final TcpFault NONE = new TcpFault(Kind.NONE, 0, 0, Duration.ZERO);
}
