// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Brings the result of a database to the loop of the request, which costs nothing where it is given there already, and gives it up when the
 * time of the request is over.
 */
final class Hop<T> implements CoreSubscriber<T>, Exchange.Pending {

    private final Exchange exchange;
    private final EventLoop loop;
    private final Refusal ifTooLate;
    private final MonoSink<T> sink;
    private volatile @Nullable Subscription upstream;
    // Of the one who gives the result.
    private boolean isGiven;
    // Touched on the loop only.
    private boolean isOver;

    private Hop(Exchange exchange, Refusal ifTooLate, MonoSink<T> sink) {
        this.exchange = exchange;
        this.loop = exchange.channel().eventLoop();
        this.ifTooLate = ifTooLate;
        this.sink = sink;
    }

    static <T> Mono<T> of(Exchange exchange, Mono<T> source, Refusal ifTooLate) {
        return Mono.create(sink -> {
            Hop<T> hop = new Hop<>(exchange, ifTooLate, sink);
            exchange.waitsFor(hop);
            sink.onCancel(hop::cancel);
            source.subscribe(hop);
        });
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
    public void onNext(T result) {
        isGiven = true;
        give(() -> sink.success(result));
    }

    @Override
    public void onError(Throwable error) {
        if (isGiven) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        isGiven = true;
        give(() -> sink.error(error));
    }

    @Override
    public void onComplete() {
        if (!isGiven) {
            isGiven = true;
            give(sink::success);
        }
    }

    private void give(Runnable signal) {
        if (loop.inEventLoop()) {
            end(signal);
        } else {
            loop.execute(() -> end(signal));
        }
    }

    private void end(Runnable signal) {
        if (!isOver) {
            isOver = true;
            exchange.waitsFor(null);
            signal.run();
        }
    }

    @Override
    public void giveUp() {
        end(() -> {
            cancel();
            sink.error(ifTooLate);
        });
    }

    private void cancel() {
        Subscription running = upstream;
        if (running != null) {
            running.cancel();
        }
    }
}
