// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.server.ServerObserver.Operation;
import io.netty.handler.codec.http.HttpMethod;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Where requests come in: each is given to the route that it asks for, and what goes wrong there is answered. Called on the loop. */
final class Dispatcher implements BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {

    private final Exchanges exchanges;
    private final Map<Operation, Route> routes = new EnumMap<>(Operation.class);

    Dispatcher(ServerOptions options, Exchanges exchanges, Databases databases, Watches watches) {
        this.exchanges = exchanges;
        routes.put(Operation.METADATA, new MetadataRoute(options, databases));
        routes.put(Operation.READ, new ReadRoute(options, databases));
        routes.put(Operation.WRITE, new WriteRoute(options, databases));
        routes.put(Operation.WATCH, new WatchRoute(options, databases, watches));
        routes.put(Operation.STATUS, new StatusRoute(options, () -> !exchanges.isDraining()));
        routes.put(Operation.UNKNOWN, (exchange, path) -> Mono.error(notFound()));
    }

    static Refusal notFound() {
        return Refusal.of(404, "There is nothing here.");
    }

    @Override
    public Publisher<Void> apply(HttpServerRequest request, HttpServerResponse response) {
        Exchange exchange = Exchange.begin(exchanges, request, response);
        return served(exchange)
                .onErrorResume(error -> exchange.refuse(ServerErrors.translate(error)))
                // The client has left; there is nobody to tell.
                .onErrorComplete();
    }

    private Mono<Void> served(Exchange exchange) {
        try {
            RequestPath path = RequestPath.of(exchange.request().uri());
            exchange.isFor(path.operation(), path.database());
            if (exchanges.isDraining() && path.operation() != Operation.STATUS) {
                return Mono.error(Refusal.closing(503, "The server is stopping."));
            }
            return checkMethod(exchange, path.operation()) ? route(exchange, path) : Mono.error(wrongMethod(exchange));
        } catch (RuntimeException e) {
            return Mono.error(e);
        }
    }

    private Mono<Void> route(Exchange exchange, RequestPath path) {
        Route route = routes.get(path.operation());
        return route == null ? Mono.error(notFound()) : route.serve(exchange, path);
    }

    private static boolean checkMethod(Exchange exchange, Operation operation) {
        HttpMethod method = exchange.request().method();
        return switch (operation) {
            case UNKNOWN -> true;
            case STATUS -> method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
            default -> method.equals(HttpMethod.POST);
        };
    }

    private static Refusal wrongMethod(Exchange exchange) {
        String allowed = exchange.operation() == Operation.STATUS ? "GET, HEAD" : "POST";
        exchange.allow(allowed);
        return Refusal.of(405, "This takes " + allowed + " only.");
    }
}
