// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.Versionstamp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Orders over HTTP. The version of an entry is its ETag. */
@RestController
class OrderController {

    private static final int NEWEST = 20;

    /** Less than the silence after which proxies drop a connection. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);

    private final Orders orders;
    private final Closing closing;
    private final Counter listed;

    OrderController(Orders orders, Closing closing, MeterRegistry meters) {
        this.orders = orders;
        this.closing = closing;
        this.listed = Counter.builder("orders.listed")
                .description("Orders that were read to be listed")
                .register(meters);
    }

    @PostMapping("/orders")
    Mono<ResponseEntity<Order>> place(
            @Valid @RequestBody NewOrder wanted,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey) {
        return orders.place(wanted, idempotencyKey)
                .map(placed -> response(
                        placed.isNew()
                                ? ResponseEntity.created(URI.create("/orders/"
                                        + Stored.value(placed.entry()).id()))
                                : ResponseEntity.ok(),
                        placed.entry()));
    }

    @GetMapping("/orders/{id}")
    Mono<ResponseEntity<Order>> find(@PathVariable String id) {
        return orders.find(id).map(entry -> response(ResponseEntity.ok(), entry));
    }

    @PutMapping("/orders/{id}")
    Mono<ResponseEntity<Order>> change(
            @PathVariable String id, @RequestHeader("If-Match") String etag, @Valid @RequestBody NewOrder wanted) {
        return orders.change(id, version(etag), wanted).map(entry -> response(ResponseEntity.ok(), entry));
    }

    private static Versionstamp version(String etag) {
        try {
            return Versionstamp.parse(etag.replace("\"", ""));
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "If-Match is no ETag of an order");
        }
    }

    private static ResponseEntity<Order> response(ResponseEntity.BodyBuilder response, KvEntry<Order> entry) {
        return response.eTag("\"" + entry.versionstamp() + "\"").body(entry.value());
    }

    /** All orders, one a line. The database is read as the client reads. */
    @GetMapping(path = "/orders", produces = MediaType.APPLICATION_NDJSON_VALUE)
    Flux<Order> all() {
        return orders.all().doOnNext(order -> listed.increment());
    }

    /** One order, live: its state now and after each change. Ends when the application is stopped, so that nobody is waited for. */
    @GetMapping(path = "/orders/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Order>> events(@PathVariable String id) {
        return live(orders.watch(id).map(OrderController::event));
    }

    private static ServerSentEvent<Order> event(KvEntryMaybe<Order> state) {
        return state.entry()
                .map(entry -> ServerSentEvent.builder(Stored.value(entry))
                        .id(entry.versionstamp().toString())
                        .event("order")
                        .build())
                .orElseGet(() -> ServerSentEvent.<Order>builder()
                        .event("absent")
                        .comment("none")
                        .build());
    }

    /** The newest orders, live. */
    @GetMapping(path = "/feed", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<List<Order>>> feed() {
        return live(orders.watchNewest(NEWEST)
                .map(newest -> ServerSentEvent.builder(newest).event("orders").build()));
    }

    private <T> Flux<ServerSentEvent<T>> live(Flux<ServerSentEvent<T>> events) {
        Flux<ServerSentEvent<T>> signsOfLife = Flux.interval(SIGN_OF_LIFE)
                .onBackpressureDrop()
                .map(tick -> ServerSentEvent.<T>builder().comment("still here").build());
        return events.mergeWith(signsOfLife).takeUntilOther(closing.begun());
    }

    @GetMapping("/failed")
    Flux<OrderPlaced> failed() {
        return orders.failed();
    }
}
