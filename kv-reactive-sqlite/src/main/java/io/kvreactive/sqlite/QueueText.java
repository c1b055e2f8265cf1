// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.Enqueue;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/**
 * The JSON texts in the queue tables, {@code docs/spec/sqlite-format.md} section 3: an array of milliseconds, and an array of arrays of byte
 * numbers. Deno aborts on any other shape.
 */
final class QueueText {

    private QueueText() {}

    static String backoffSchedule(Enqueue message) {
        return (message.backoffSchedule() == null ? Enqueue.DEFAULT_BACKOFF_SCHEDULE : message.backoffSchedule())
                .stream().map(interval -> Long.toString(interval.toMillis())).collect(array());
    }

    static String keysIfUndelivered(Enqueue message) {
        return message.keysIfUndelivered().stream().map(QueueText::numbers).collect(array());
    }

    private static String numbers(byte[] key) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < key.length; i++) {
            text.append(i == 0 ? "" : ",").append(key[i] & 0xFF);
        }
        return text.append(']').toString();
    }

    private static Collector<CharSequence, ?, String> array() {
        return Collectors.joining(",", "[", "]");
    }
}
