// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.util.ArrayList;
import java.util.List;

/** What a transaction leaves to be told to others once it is committed. */
final class Aftermath {

    /** Of a time that there is none. */
    static final long NEVER = Long.MAX_VALUE;

    private final List<byte[]> keys = new ArrayList<>();
    private long earliestExpiry = NEVER;
    private long earliestReady = NEVER;

    void wrote(byte[] key) {
        keys.add(key);
    }

    void expires(long millis) {
        earliestExpiry = Math.min(earliestExpiry, millis);
    }

    void isReady(long millis) {
        earliestReady = Math.min(earliestReady, millis);
    }

    /** The keys that were set or deleted. */
    List<byte[]> keys() {
        return keys;
    }

    /** When the first of the entries that were set expires, Unix time in milliseconds. */
    long earliestExpiry() {
        return earliestExpiry;
    }

    /** When the first of the messages that were put into the queue is ready, Unix time in milliseconds. */
    long earliestReady() {
        return earliestReady;
    }
}
