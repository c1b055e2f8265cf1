// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.ReadAnswerWriter;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** The answer to a read that is too large for one buffer. Each part that is taken gives the request all its time again. */
final class LargeAnswer extends PacedBody {

    /** What is smaller is sent at once: as much as a connection takes before it says that it is enough for now. */
    static final int PART_BYTES = 64 << 10;

    private final ReadAnswerWriter writer;

    LargeAnswer(Exchange exchange, ReadAnswerWriter writer) {
        super(exchange, KvConnect.PROTOBUF_TYPE, writer.size());
        this.writer = writer;
    }

    /** Fills a buffer with what comes next. */
    static ByteBuf part(Exchange exchange, ReadAnswerWriter writer, int bytes) {
        ByteBuf part = exchange.buffer(bytes);
        ByteBuffer target = part.nioBuffer(0, bytes);
        writer.writeTo(target);
        return part.writerIndex(target.position());
    }

    @Override
    void begin() {
        sendNext();
    }

    @Override
    void taken() {
        exchange().progressed();
        sendNext();
    }

    private void sendNext() {
        if (writer.isDone()) {
            finish();
        } else {
            write(part(exchange(), writer, Math.max(PART_BYTES, writer.nextSize())));
        }
    }

    @Override
    void over() {
        // The parts on their way are the connection's.
    }
}
