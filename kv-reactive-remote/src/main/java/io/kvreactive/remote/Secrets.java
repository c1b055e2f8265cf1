// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The tokens of one database, those of late: a server may put one that it was sent into the text of an error. Thread-safe.
 */
final class Secrets {

    /** Tokens change from time to time, and an answer about an older one may still be on its way. */
    private static final int MOST = 16;

    private final Deque<String> known = new ConcurrentLinkedDeque<>();

    void add(String secret) {
        if (!known.contains(secret)) {
            known.addFirst(secret);
            while (known.size() > MOST) {
                known.pollLast();
            }
        }
    }

    /** The text without them. */
    String redact(String text) {
        String redacted = text;
        for (String secret : known) {
            redacted = redacted.replace(secret, "REDACTED");
        }
        return redacted;
    }

    @Override
    public String toString() {
        return known.size() + " secrets";
    }
}
