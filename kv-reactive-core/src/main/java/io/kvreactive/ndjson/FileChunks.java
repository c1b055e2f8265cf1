// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvDatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** A file, read as it is asked for. */
final class FileChunks {

    private static final int CHUNK_BYTES = 65_536;

    private FileChunks() {}

    static Flux<ByteBuffer> of(Path file) {
        return Flux.<ByteBuffer, FileChannel>generate(
                        () -> open(file), (channel, sink) -> read(file, channel, sink), FileChunks::close)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static FileChannel read(Path file, FileChannel channel, SynchronousSink<ByteBuffer> sink) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try {
            if (channel.read(chunk) < 0) {
                sink.complete();
            } else {
                sink.next(chunk.flip());
            }
        } catch (ClosedByInterruptException e) {
            // A cancel interrupts the thread; nobody listens any more.
            sink.complete();
        } catch (IOException e) {
            sink.error(unreadable(file, e));
        }
        return channel;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }

    private static KvDatabaseException unreadable(Path file, IOException e) {
        return new KvDatabaseException("import from " + file + ": the file cannot be read: " + e, e);
    }
}
