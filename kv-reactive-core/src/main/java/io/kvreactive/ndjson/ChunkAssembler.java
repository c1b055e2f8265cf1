// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.SynchronousSink;

/** Puts lines together into chunks of UTF-8. */
final class ChunkAssembler {

    private final int chunkBytes;
    private byte[] chunk = new byte[0];
    private int length;

    ChunkAssembler(int chunkBytes) {
        this.chunkBytes = chunkBytes;
    }

    void add(String line, SynchronousSink<ByteBuffer> sink) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (length + bytes.length > chunk.length) {
            chunk = Arrays.copyOf(chunk, Math.max(2 * chunk.length, length + bytes.length));
        }
        System.arraycopy(bytes, 0, chunk, length, bytes.length);
        length += bytes.length;
        if (length >= chunkBytes) {
            sink.next(take());
        }
    }

    /** What has not filled a chunk; null for nothing. */
    @Nullable
    ByteBuffer rest() {
        return length == 0 ? null : take();
    }

    private ByteBuffer take() {
        ByteBuffer full = ByteBuffer.wrap(chunk, 0, length);
        chunk = new byte[length];
        length = 0;
        return full;
    }
}
