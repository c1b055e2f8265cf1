// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What whoever runs the server asks it: {@code /healthz}, whether it lives at all; {@code /readyz}, whether it serves, which a balancer asks;
 * {@code /metrics}, if there is such a page, for whoever has the access token, since it tells how much the server is used.
 */
final class StatusRoute implements Route {

    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace.
    private static final Refusal TOO_LATE = Refusal.unavailable("The page could not be made in time.");

    private final BooleanSupplier isReady;
    private final @Nullable Supplier<String> metricsPage;
    private final AccessTokens tokens;

    StatusRoute(ServerOptions options, BooleanSupplier isReady) {
        this.isReady = isReady;
        this.metricsPage = options.metricsPage();
        this.tokens = AccessTokens.of(options.accessToken(), DatabaseName.idOf("status"));
    }

    @Override
    public Mono<Void> serve(Exchange exchange, RequestPath path) {
        return switch (path.detail()) {
            case RequestPath.HEALTH -> exchange.text(200, "alive");
            case RequestPath.READINESS ->
                isReady.getAsBoolean() ? exchange.text(200, "ready") : exchange.text(503, "stopping");
            default -> metrics(exchange);
        };
    }

    private Mono<Void> metrics(Exchange exchange) {
        Supplier<String> page = metricsPage;
        if (page == null) {
            throw Dispatcher.notFound();
        }
        if (!tokens.isAccessToken(Credentials.of(exchange.headers()))) {
            throw Refusal.unauthorized("The access token is not the one of this server.");
        }
        return exchange.onLoop(Mono.fromSupplier(page).subscribeOn(Schedulers.boundedElastic()), TOO_LATE)
                .flatMap(text -> exchange.send(
                        200, METRICS_TYPE, Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8))));
    }
}
