// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/**
 * Collects the body of a request and decodes it where it is, without a copy if it came in one piece, as nearly all do. A body that is too
 * long is refused as soon as that is known. Used on the loop.
 */
final class RequestBody<T> implements CoreSubscriber<ByteBuf>, Exchange.Pending, Disposable {

    private static final int MOST_PIECES = 1_024;

    private final Exchange exchange;
    private final int maxBytes;
    private final Function<ByteBuffer, T> decoder;
    private final MonoSink<T> sink;
    private @Nullable Subscription upstream;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;
    private boolean isOver;

    private RequestBody(Exchange exchange, int maxBytes, Function<ByteBuffer, T> decoder, MonoSink<T> sink) {
        this.exchange = exchange;
        this.maxBytes = maxBytes;
        this.decoder = decoder;
        this.sink = sink;
    }

    static <T> Mono<T> of(Exchange exchange, int maxBytes, Function<ByteBuffer, T> decoder) {
        HttpHeaders headers = exchange.headers();
        String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Mono.error(Refusal.closing(415, "Bodies must not be encoded; send them without Content-Encoding."));
        }
        if (announcedBytes(headers) > maxBytes) {
            return Mono.error(tooLong(maxBytes));
        }
        return Mono.create(sink -> {
            RequestBody<T> body = new RequestBody<>(exchange, maxBytes, decoder, sink);
            sink.onDispose(body);
            exchange.waitsFor(body);
            exchange.request().receive().subscribe(body);
        });
    }

    private static long announcedBytes(HttpHeaders headers) {
        String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.trim());
        } catch (NumberFormatException e) {
            // HTTP's own decoder has refused what is no number; this is one that is too large.
            return Long.MAX_VALUE;
        }
    }

    private static Refusal tooLong(int maxBytes) {
        return Refusal.closing(413, "The body must not be longer than " + maxBytes + " bytes.");
    }

    @Override
    public Context currentContext() {
        return Context.of(sink.contextView());
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings(
            "ReferenceEquality") // The one that stands for none: an empty piece is another, and must be released.
    public void onNext(ByteBuf piece) {
        if (isOver) {
            return;
        }
        exchange.received(piece.readableBytes());
        if (body.readableBytes() + piece.readableBytes() > maxBytes) {
            fail(tooLong(maxBytes));
        } else if (body == Unpooled.EMPTY_BUFFER) {
            body = piece.retain();
        } else if (body instanceof CompositeByteBuf pieces) {
            pieces.addComponent(true, piece.retain());
        } else {
            body = exchange.channel()
                    .alloc()
                    .compositeBuffer(MOST_PIECES)
                    .addComponent(true, body)
                    .addComponent(true, piece.retain());
        }
    }

    @Override
    public void onComplete() {
        if (isOver) {
            return;
        }
        if (exchange.isBodyCut()) {
            // Its rest is malformed: what has come so far may look whole, and must not be taken for it.
            fail(Refusal.closing(400, "The body is malformed."));
            return;
        }
        T decoded;
        try {
            decoded = decoder.apply(body.nioBuffer());
        } catch (RuntimeException e) {
            end();
            sink.error(e);
            return;
        }
        end();
        sink.success(decoded);
    }

    @Override
    public void onError(Throwable error) {
        // The client has left in the middle of it, or its rest is malformed, which Reactor Netty answers.
        fail(Refusal.closing(400, "The body is incomplete."));
    }

    @Override
    public void giveUp() {
        fail(Refusal.closing(408, "The body did not come in time."));
    }

    private void fail(Refusal refusal) {
        if (!isOver) {
            Subscription receiving = upstream;
            end();
            if (receiving != null) {
                receiving.cancel();
            }
            sink.error(refusal);
        }
    }

    private void end() {
        isOver = true;
        exchange.waitsFor(null);
        body.release();
        body = Unpooled.EMPTY_BUFFER;
    }

    /** Nobody waits for it any more. */
    @Override
    public void dispose() {
        if (!isOver) {
            end();
        }
    }

    @Override
    public boolean isDisposed() {
        return isOver;
    }
}
