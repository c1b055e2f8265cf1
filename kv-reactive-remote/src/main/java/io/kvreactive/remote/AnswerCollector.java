// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.net.URI;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Puts an answer together from its parts, within a bound. One thread at a time. */
final class AnswerCollector {

    /** Of what is no answer in the protocol, only a text for people is wanted. */
    private static final int TEXT_BYTES = 4 << 10;

    private static final int OK = 200;
    private static final byte[] NOTHING = {};

    private final URI uri;
    private final int maxBytes;
    private Answer.@Nullable Head head;
    private byte[] collected = NOTHING;
    private int size;

    AnswerCollector(URI uri, int maxBytes) {
        this.uri = uri;
        this.maxBytes = maxBytes;
    }

    void add(Object part) {
        if (part instanceof Answer.Head first) {
            head = first;
        } else {
            add((byte[]) part);
        }
    }

    private void add(byte[] bytes) {
        boolean isText = head != null && head.status() != OK;
        int most = isText ? TEXT_BYTES : maxBytes;
        if (bytes.length > most - size) {
            if (!isText) {
                throw CallFailure.of(
                        CallFailure.Kind.SENSELESS, uri, "the answer is longer than " + maxBytes + " bytes", null);
            }
            bytes = Arrays.copyOf(bytes, most - size);
        }
        if (size == 0) {
            collected = bytes;
        } else {
            if (bytes.length > collected.length - size) {
                collected = Arrays.copyOf(collected, (int) Math.min(most, 2L * (size + bytes.length)));
            }
            System.arraycopy(bytes, 0, collected, size, bytes.length);
        }
        size += bytes.length;
    }

    /** Whether what follows is not wanted: the text of an error may go on for ever. */
    boolean hasEnough() {
        return size == TEXT_BYTES && head != null && head.status() != OK;
    }

    Answer answer() {
        if (head == null) {
            throw CallFailure.of(CallFailure.Kind.LOST, uri, "the connection ended without an answer", null);
        }
        return new Answer(head, size == collected.length ? collected : Arrays.copyOf(collected, size));
    }
}
