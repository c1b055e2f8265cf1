// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Cuts bytes that come in chunks of any size into lines. Of a line that is too long no more is kept than is allowed. */
final class LineAssembler {

    private static final byte LINE_FEED = '\n';

    private final int maxLineBytes;
    private byte[] begun = new byte[256];
    private int length;
    private boolean isTooLong;

    LineAssembler(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
    }

    /** The lines that end in a chunk, read from it as they are asked for. All must be, before the next chunk comes. */
    Iterable<Line> lines(ByteBuffer chunk) {
        ByteBuffer bytes = chunk.duplicate();
        return () -> new Iterator<>() {
            private @Nullable Line next;

            @Override
            public boolean hasNext() {
                if (next == null) {
                    next = nextOf(bytes);
                }
                return next != null;
            }

            @Override
            public Line next() {
                if (!hasNext() || next == null) {
                    throw new NoSuchElementException();
                }
                Line line = next;
                next = null;
                return line;
            }
        };
    }

    /** What stands behind the last line feed; null for nothing. */
    @Nullable
    Line rest() {
        return length == 0 && !isTooLong ? null : end();
    }

    private @Nullable Line nextOf(ByteBuffer bytes) {
        int start = bytes.position();
        int limit = bytes.limit();
        for (int i = start; i < limit; i++) {
            if (bytes.get(i) == LINE_FEED) {
                keep(bytes, i - start);
                bytes.position(i + 1);
                return end();
            }
        }
        keep(bytes, limit - start);
        return null;
    }

    private void keep(ByteBuffer bytes, int count) {
        if (isTooLong || count > maxLineBytes - length) {
            isTooLong = true;
            length = 0;
            bytes.position(bytes.position() + count);
            return;
        }
        if (length + count > begun.length) {
            begun = Arrays.copyOf(begun, Math.min(maxLineBytes, Math.max(2 * begun.length, length + count)));
        }
        bytes.get(begun, length, count);
        length += count;
    }

    private Line end() {
        Line line = isTooLong ? Line.tooLong(maxLineBytes) : decoded();
        length = 0;
        isTooLong = false;
        return line;
    }

    private Line decoded() {
        String text = new String(begun, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8()) {
            return Line.refused("bytes that are not UTF-8");
        }
        return Line.of(text);
    }

    /** Whether the replacement character was there already. */
    private boolean isUtf8() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(begun, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
