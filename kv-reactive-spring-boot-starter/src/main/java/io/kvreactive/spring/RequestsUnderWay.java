// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.netty.channel.ChannelFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Counts the requests that are being served, so that no database is closed under one of them. Reactor Netty's graceful shutdown waits for the requests
 * that it sees at one moment; one that comes over a connection just then, or right after another one on the same connection, is served all the
 * same, and not waited for.
 *
 * <p>From the moment that the application is being closed each answer tells the client that its connection ends with it. Once databases are about to be
 * closed, no more requests are served: their connection is cut, as is that of every client who comes too late.
 */
final class RequestsUnderWay
        implements WebFilter, RequestsUnderWayEnd, Ordered, ApplicationListener<ContextClosedEvent> {

    private static final int ENDED = Integer.MIN_VALUE;

    /** How many there are; with the sign bit, no more are taken. */
    private final AtomicInteger state = new AtomicInteger();

    private final Sinks.Empty<Void> over = Sinks.empty();
    private volatile boolean isClosing;

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        isClosing = true;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            if (state.getAndUpdate(now -> now < 0 ? now : now + 1) < 0) {
                return refused(exchange);
            }
            if (isClosing) {
                exchange.getResponse().getHeaders().setConnection("close");
            }
            return chain.filter(exchange).doFinally(signal -> leave());
        });
    }

    private void leave() {
        if (state.decrementAndGet() == ENDED) {
            over.tryEmitEmpty();
        }
    }

    private static Mono<Void> refused(ServerWebExchange exchange) {
        Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (request instanceof HttpServerRequest netty) {
            netty.withConnection(connection -> {
                // Nobody is left to be told whether it went well.
                ChannelFuture unused = connection.channel().close();
            });
            return Mono.empty();
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
        response.getHeaders().setConnection("close");
        return response.setComplete();
    }

    @Override
    public Mono<Void> end() {
        return Mono.defer(() -> {
            if (state.updateAndGet(now -> now | ENDED) == ENDED) {
                over.tryEmitEmpty();
            }
            return over.asMono();
        });
    }
}
