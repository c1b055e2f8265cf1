// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import org.jspecify.annotations.Nullable;

/** What a server answered. Its array is shared. */
final class Answer {

    /** The beginning of an answer: its status, and where a redirect points. */
    record Head(int status, @Nullable String location) {}

    private final Head head;
    private final byte[] body;

    Answer(Head head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    int status() {
        return head.status();
    }

    @Nullable
    String location() {
        return head.location();
    }

    /** The whole body of an answer with the status 200; of any other, as much as a person wants to read. */
    byte[] body() {
        return body;
    }
}
