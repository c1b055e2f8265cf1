// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AttributeKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpOperations;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A request and its answer, from the head of the one to the last byte of the other. It is bounded in time: what does not come about until then
 * is given up. Used on the loop of its connection.
 */
final class Exchange extends WaitList.Waiter {

    /** Something that the request waits for, and that can be given up. */
    interface Pending {
        /** Ends the wait with an error. Called on the loop. */
        void giveUp();
    }

    private static final AttributeKey<Exchange> KEY = AttributeKey.valueOf(Exchange.class, "of");
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final Exchanges all;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final HttpOperations<?, ?> operations;
    private final Channel channel;
    private final ClientConnection connection;
    private final long begun = System.nanoTime();
    private ServerObserver.Operation operation = ServerObserver.Operation.UNKNOWN;
    private String databaseName = "";
    private int status;
    private long requestBytes;
    private long answerBytes;
    private long heldBytes;
    private @Nullable NamedDatabase held;
    private @Nullable Pending pending;
    private boolean isOver;

    private Exchange(Exchanges all, HttpServerRequest request, HttpServerResponse response) {
        this.all = all;
        this.request = request;
        this.response = response;
        // What Reactor Netty gives as request and response is one object, and more than either.
        this.operations = (HttpOperations<?, ?>) request;
        this.channel = operations.channel();
        this.connection = ClientConnection.of(channel);
    }

    static Exchange begin(Exchanges all, HttpServerRequest request, HttpServerResponse response) {
        Exchange exchange = new Exchange(all, request, response);
        exchange.channel.attr(KEY).set(exchange);
        exchange.connection.requestBegun();
        exchange.connection.waits().requests().begin(exchange);
        all.begun();
        return exchange;
    }

    /** The last byte has been sent, or the client has left. */
    static void over(Channel channel) {
        Exchange exchange = channel.attr(KEY).getAndSet(null);
        if (exchange != null) {
            exchange.end();
        }
    }

    private void end() {
        isOver = true;
        WaitList.end(this);
        pending = null;
        if (held != null) {
            held.release();
            held = null;
        }
        all.answerBytes().addAndGet(-heldBytes);
        connection.requestEnded();
        all.ended(this, Duration.ofNanos(System.nanoTime() - begun));
    }

    // What the request says.

    HttpServerRequest request() {
        return request;
    }

    HttpHeaders headers() {
        return request.requestHeaders();
    }

    void isFor(ServerObserver.Operation what, String database) {
        operation = what;
        databaseName = database;
    }

    // What is known of it when it is over.

    ServerObserver.Operation operation() {
        return operation;
    }

    String databaseName() {
        return databaseName;
    }

    int status() {
        return status;
    }

    long requestBytes() {
        return requestBytes;
    }

    long answerBytes() {
        return answerBytes;
    }

    String remoteAddress() {
        return String.valueOf(connection.channel().remoteAddress());
    }

    String protocol() {
        return request.protocol();
    }

    // What it waits for.

    Channel channel() {
        return channel;
    }

    Waits waits() {
        return connection.waits();
    }

    Exchanges all() {
        return all;
    }

    /** Reads the body, which must not be longer, and decodes it. */
    <T> Mono<T> body(int maxBytes, Function<ByteBuffer, T> decoder) {
        return RequestBody.of(this, maxBytes, decoder);
    }

    void received(int bytes) {
        requestBytes += bytes;
    }

    /** Gives on the loop what somebody else gives on any thread; or the refusal, if it takes too long. */
    <T> Mono<T> onLoop(Mono<T> source, Refusal ifTooLate) {
        return Hop.of(this, source, ifTooLate);
    }

    void waitsFor(@Nullable Pending what) {
        pending = what;
    }

    /** Has all its time again: something has come about. */
    void progressed() {
        if (!isOver) {
            waits().requests().begin(this);
        }
    }

    /** May take any time from now on. */
    void hasTime() {
        WaitList.end(this);
    }

    @Override
    void waitIsOver() {
        Pending what = pending;
        if (what != null) {
            pending = null;
            // Time for the answer that tells it.
            progressed();
            what.giveUp();
        } else {
            cut();
        }
    }

    /** Ends it without an answer, or in the middle of one: the connection, or the stream if there are others on it. */
    void cut() {
        // Nobody waits for it: the end of the exchange follows from that of the channel.
        ChannelFuture unused = channel.close();
    }

    /** Keeps a named database open until this is over. */
    void hold(NamedDatabase database) {
        if (isOver) {
            database.release();
        } else {
            held = database;
        }
    }

    /** Counts an answer as not taken yet, until this is over. */
    void holdAnswer(int bytes) {
        if (!isOver) {
            heldBytes += bytes;
            all.answerBytes().addAndGet(bytes);
        }
    }

    // What is answered.

    ByteBuf buffer(int bytes) {
        return channel.alloc().ioBuffer(bytes);
    }

    /** Answers with a status and a text for a person. */
    Mono<Void> text(int code, String text) {
        return send(code, TEXT_TYPE, ByteBufUtil.writeUtf8(channel.alloc(), text));
    }

    Mono<Void> refuse(Refusal refusal) {
        if (isAnswered()) {
            return Mono.empty();
        }
        if (refusal.status() == 401) {
            response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        if (refusal.connection() == Refusal.Connection.CLOSED || hasUnreadBody()) {
            response.keepAlive(false);
        }
        return text(refusal.status(), refusal.text());
    }

    /** Whether it was refused by its head. After such a one in a row of requests Reactor Netty would read nothing more, not even the end. */
    private boolean hasUnreadBody() {
        HttpHeaders headers = headers();
        return requestBytes == 0
                && (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                        || !"0".equals(headers.get(HttpHeaderNames.CONTENT_LENGTH, "0")));
    }

    /** By us; by Reactor Netty, which does so if the rest of a request is malformed; or there is nobody to answer to. */
    boolean isAnswered() {
        return isOver || operations.hasSentHeaders() || !channel.isActive();
    }

    /** Whether the rest of the body was thrown away, so that its end is none. */
    boolean isBodyCut() {
        return operations.isInboundCancelled();
    }

    /** Answers with a whole body, which is released. */
    Mono<Void> send(int code, CharSequence type, ByteBuf body) {
        if (isAnswered()) {
            body.release();
            return Mono.empty();
        }
        head(code, type);
        answerBytes = body.readableBytes();
        return response.sendObject(body).then();
    }

    private void head(int code, CharSequence type) {
        response.status(code).header(HttpHeaderNames.CONTENT_TYPE, type);
        status = code;
        if (all.isDraining()) {
            response.keepAlive(false);
        }
    }

    /** Sends the head of an answer whose body follows in parts, through the channel. */
    Mono<Void> sendHead(CharSequence type, long contentLength) {
        head(200, type);
        if (contentLength >= 0) {
            response.header(HttpHeaderNames.CONTENT_LENGTH, Long.toString(contentLength));
        }
        return response.sendHeaders().then();
    }

    void sent(int bytes) {
        answerBytes += bytes;
    }

    void allow(String methods) {
        response.header(HttpHeaderNames.ALLOW, methods);
    }
}
