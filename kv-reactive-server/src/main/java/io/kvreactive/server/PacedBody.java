// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.buffer.ByteBuf;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The body of an answer that is sent in parts, each when the connection has taken the one before: so a client that reads slowly costs the
 * memory of one part. Used on the loop, but for the signals of Reactive Streams.
 */
abstract class PacedBody extends Mono<Void> implements Subscription {

    private final Exchange exchange;
    private final CharSequence type;
    private final long contentLength;
    private CoreSubscriber<? super Void> actual = NOBODY;
    private boolean hasHead;
    private boolean isOver;

    /** The length may be -1, for any. */
    PacedBody(Exchange exchange, CharSequence type, long contentLength) {
        this.exchange = exchange;
        this.type = type;
        this.contentLength = contentLength;
    }

    /** Somebody waits for it now. */
    abstract void begin();

    /** The last part has been taken. */
    abstract void taken();

    /** It is over, however it ended: nothing must be left. Called once. */
    abstract void over();

    final Exchange exchange() {
        return exchange;
    }

    final boolean isOver() {
        return isOver;
    }

    final boolean hasBegun() {
        return hasHead;
    }

    @Override
    public final void subscribe(CoreSubscriber<? super Void> subscriber) {
        actual = subscriber;
        subscriber.onSubscribe(this);
        onLoop(() -> {
            if (!isOver) {
                begin();
            }
        });
    }

    final void onLoop(Runnable task) {
        if (exchange.channel().eventLoop().inEventLoop()) {
            task.run();
        } else {
            exchange.channel().eventLoop().execute(task);
        }
    }

    @Override
    public final void request(long n) {
        // There is nothing to give but the end.
    }

    @Override
    public final void cancel() {
        onLoop(this::end);
    }

    private boolean end() {
        if (isOver) {
            return false;
        }
        isOver = true;
        over();
        return true;
    }

    /** Sends a part, the head before the first. The part is released. */
    final void write(ByteBuf part) {
        if (isOver) {
            part.release();
            return;
        }
        if (!hasHead) {
            if (exchange.isAnswered()) {
                part.release();
                finish();
                return;
            }
            hasHead = true;
            exchange.sendHead(type, contentLength).subscribe(sent -> {}, error -> {});
        }
        exchange.sent(part.readableBytes());
        exchange.channel().writeAndFlush(part).addListener(written -> {
            if (!isOver && written.isSuccess()) {
                taken();
            }
            // Otherwise the connection is gone, which cancels this.
        });
    }

    final void finish() {
        if (end()) {
            actual.onComplete();
        }
    }

    /** Ends it with an error: a refusal, as long as nothing has been sent, and else the end of the connection. */
    final void fail(Throwable error) {
        if (hasHead) {
            exchange.cut();
        } else if (end()) {
            actual.onError(error);
        }
    }

    private static final CoreSubscriber<Void> NOBODY = new CoreSubscriber<>() {
        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    };
}
