// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How many objects have been written, and which of them are buffers; shared by all writers on one output. */
final class WrittenObjects {

    private static final Payload.BufferShape[] NONE = {};

    private Payload.@Nullable BufferShape[] buffers = NONE;
    int nextId;

    Payload.@Nullable BufferShape buffer(int id) {
        return id < buffers.length ? buffers[id] : null;
    }

    int addBuffer(Payload.BufferShape buffer) {
        if (nextId >= buffers.length) {
            buffers = Arrays.copyOf(buffers, Math.max(nextId + 1, buffers.length * 2));
        }
        buffers[nextId] = buffer;
        return nextId++;
    }
}
