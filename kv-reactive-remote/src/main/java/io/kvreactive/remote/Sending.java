// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether one attempt has sent its request. Either it begins to send, or whoever gives the attempt up says first that it must not: so that
 * "nothing was sent" is always true when it is said.
 */
final class Sending {

    private enum State {
        WAITS,
        BEGUN,
        GIVEN_UP
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITS);

    /** Asked just before the first byte of the body is handed to the connection. */
    boolean mayBegin() {
        return state.compareAndSet(State.WAITS, State.BEGUN) || state.get() == State.BEGUN;
    }

    /** Gives the attempt up; tells whether nothing was sent, nor will be. */
    boolean giveUp() {
        return state.compareAndSet(State.WAITS, State.GIVEN_UP) || state.get() == State.GIVEN_UP;
    }
}
