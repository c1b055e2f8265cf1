// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.Enqueue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The JSON texts in the queue tables, {@code docs/spec/sqlite-format.md} section 3: an array of milliseconds, and an array of arrays of byte
 * numbers. Deno aborts on any other shape.
 */
final class QueueText {

    /** More than any wait, and exact in every JSON reader. */
    private static final long LARGEST_NUMBER = 1L << 53;

    private final String text;
    private int at;

    private QueueText(String text) {
        this.text = text;
    }

    static String backoffSchedule(Enqueue message) {
        return (message.backoffSchedule() == null ? Enqueue.DEFAULT_BACKOFF_SCHEDULE : message.backoffSchedule())
                .stream().map(interval -> Long.toString(interval.toMillis())).collect(array());
    }

    static String backoffSchedule(List<Long> millis) {
        return millis.stream().map(interval -> Long.toString(interval)).collect(array());
    }

    static String keysIfUndelivered(Enqueue message) {
        return keysIfUndelivered(message.keysIfUndelivered());
    }

    static String keysIfUndelivered(List<byte[]> keys) {
        return keys.stream().map(QueueText::numbers).collect(array());
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

    /** The intervals in milliseconds; null if the text is none. */
    static @Nullable List<Long> readBackoffSchedule(String text) {
        QueueText reader = new QueueText(text);
        if (text.strip().equals("null")) {
            return List.of();
        }
        List<Long> millis = reader.readNumbers(LARGEST_NUMBER);
        return reader.isAtEnd() ? millis : null;
    }

    /** The encoded keys; null if the text is none. */
    static @Nullable List<byte[]> readKeysIfUndelivered(String text) {
        QueueText reader = new QueueText(text);
        List<byte[]> keys = reader.readKeys();
        return reader.isAtEnd() ? keys : null;
    }

    private @Nullable List<byte[]> readKeys() {
        if (!skip('[')) {
            return null;
        }
        List<byte[]> keys = new ArrayList<>();
        if (skip(']')) {
            return keys;
        }
        do {
            List<Long> numbers = readNumbers(0xFF);
            if (numbers == null) {
                return null;
            }
            byte[] key = new byte[numbers.size()];
            for (int i = 0; i < key.length; i++) {
                key[i] = numbers.get(i).byteValue();
            }
            keys.add(key);
        } while (skip(','));
        return skip(']') ? keys : null;
    }

    private @Nullable List<Long> readNumbers(long largest) {
        if (!skip('[')) {
            return null;
        }
        List<Long> numbers = new ArrayList<>();
        if (skip(']')) {
            return numbers;
        }
        do {
            long number = readNumber();
            if (number < 0 || number > largest) {
                return null;
            }
            numbers.add(number);
        } while (skip(','));
        return skip(']') ? numbers : null;
    }

    /** A number without sign, fraction and exponent; -1 if there is none. */
    private long readNumber() {
        skipSpace();
        int begin = at;
        long number = 0;
        for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
            number = number * 10 + text.charAt(at) - '0';
            if (number > LARGEST_NUMBER) {
                return -1;
            }
        }
        boolean hasLeadingZero = at - begin > 1 && text.charAt(begin) == '0';
        return at == begin || hasLeadingZero ? -1 : number;
    }

    private boolean skip(char wanted) {
        skipSpace();
        if (at == text.length() || text.charAt(at) != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private boolean isAtEnd() {
        skipSpace();
        return at == text.length();
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
