// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection of HTTP/2 with prior knowledge, which counts what comes: it costs so little that thousands of streams are no matter. */
final class Http2Caller implements AutoCloseable {

    /** What came on one stream. */
    static final class Received {
        volatile int status;
        volatile boolean isEnded;
        volatile boolean isReset;
        /** Whole frames of a watch, signs of life included, however they were cut. */
        volatile int frames;

        private int headBytes;
        private int length;

        private int add(ByteBuf data) {
            int whole = 0;
            while (data.isReadable()) {
                if (headBytes < Integer.BYTES) {
                    length |= data.readUnsignedByte() << 8 * headBytes++;
                } else {
                    int skipped = Math.min(length, data.readableBytes());
                    data.skipBytes(skipped);
                    length -= skipped;
                }
                if (headBytes == Integer.BYTES && length == 0) {
                    headBytes = 0;
                    whole++;
                }
            }
            frames += whole;
            return whole;
        }
    }

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private final Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
            .initialSettings(Http2Settings.defaultSettings().initialWindowSize(1 << 16))
            .build();
    private final Counting counting = new Counting();
    private final Map<Http2FrameStream, Received> streams = new ConcurrentHashMap<>();
    private final List<Http2FrameStream> inOrder = new ArrayList<>();
    private final boolean takes;

    /** The settings of the server. */
    volatile Http2Settings settings;

    volatile boolean isToldToGo;

    /** Whole frames of watches, on all streams. */
    final AtomicInteger watchFrames = new AtomicInteger();

    final AtomicInteger ended = new AtomicInteger();

    Http2Caller(KvConnectServer server) {
        this(server, true);
    }

    /** A connection that gives the server leave to send more for what it takes, or never does. */
    Http2Caller(KvConnectServer server, boolean takes) {
        this.takes = takes;
        this.channel = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(codec, counting);
                    }
                })
                .connect("127.0.0.1", server.address().getPort())
                .syncUninterruptibly()
                .channel();
    }

    /** Sends a request. */
    Received send(String path, byte[] body, String... headers) {
        Received received = new Received();
        Http2Headers head = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .authority("localhost")
                .path(path);
        for (int i = 0; i < headers.length; i += 2) {
            head.add(headers[i].toLowerCase(Locale.ROOT), headers[i + 1]);
        }
        channel.eventLoop().execute(() -> {
            Http2FrameStream stream = counting.newStream();
            streams.put(stream, received);
            inOrder.add(stream);
            channel.write(new DefaultHttp2HeadersFrame(head, false).stream(stream));
            channel.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true).stream(stream));
        });
        return received;
    }

    Received send(String path, String body, String... headers) {
        return send(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Gives up every request. */
    void resetAll() {
        channel.eventLoop().execute(() -> {
            inOrder.forEach(stream -> channel.write(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(stream)));
            channel.flush();
        });
    }

    boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Counting extends Http2ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                count(context, message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void count(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SettingsFrame frame) {
                settings = frame.settings();
            } else if (message instanceof Http2HeadersFrame frame) {
                Received received = streams.get(frame.stream());
                received.status = Integer.parseInt(frame.headers().status().toString());
                end(received, frame.isEndStream());
            } else if (message instanceof Http2DataFrame frame) {
                Received received = streams.get(frame.stream());
                watchFrames.addAndGet(received.add(frame.content()));
                if (takes) {
                    context.write(new DefaultHttp2WindowUpdateFrame(frame.initialFlowControlledBytes())
                            .stream(frame.stream()));
                }
                end(received, frame.isEndStream());
            } else if (message instanceof Http2ResetFrame frame) {
                streams.get(frame.stream()).isReset = true;
                ended.incrementAndGet();
            } else if (message instanceof Http2GoAwayFrame) {
                isToldToGo = true;
            }
        }

        private void end(Received received, boolean isEnd) {
            if (isEnd) {
                received.isEnded = true;
                ended.incrementAndGet();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
