// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Connections of HTTP/2 as bytes, so that they can be damaged anywhere. */
final class Http2Bytes {

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int HEAD_BYTES = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Http2Bytes() {}

    /** All that a client sends for one request. */
    static byte[] request(String path, byte[] body, String... headers) {
        Http2Headers head = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("localhost")
                .path(path);
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        try {
            new DefaultHttp2HeadersEncoder().encodeHeaders(1, head, block);
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
        byte[] encoded = new byte[block.readableBytes()];
        block.readBytes(encoded);
        block.release();
        return RawRequests.join(
                PREFACE,
                frame(SETTINGS, 0, 0, new byte[0]),
                frame(HEADERS, END_HEADERS, 1, encoded),
                frame(DATA, END_STREAM, 1, body));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEAD_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** The statuses of the answers in what a server sent; each is below 500. */
    static List<Integer> statuses(byte[] answer) {
        List<Integer> statuses = new ArrayList<>();
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
        ByteBuffer frames = ByteBuffer.wrap(answer);
        while (frames.remaining() >= HEAD_BYTES) {
            int length = (frames.get() & 0xFF) << 16 | frames.getShort() & 0xFFFF;
            int type = frames.get();
            frames.get();
            int stream = frames.getInt();
            if (length > frames.remaining()) {
                break;
            }
            byte[] payload = new byte[length];
            frames.get(payload);
            if (type == HEADERS) {
                try {
                    int status = Integer.parseInt(decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload))
                            .status()
                            .toString());
                    assertThat(status).isLessThan(500);
                    statuses.add(status);
                } catch (Http2Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return statuses;
    }
}
