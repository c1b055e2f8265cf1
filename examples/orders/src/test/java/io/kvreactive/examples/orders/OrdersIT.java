// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.examples.orders.Order.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The application over real HTTP, on a file. */
class OrdersIT {

    @TempDir
    static Path folder;

    private static Server server;
    private static WebTestClient http;

    @BeforeAll
    static void start() {
        server = Server.start(folder.resolve("orders.sqlite"));
        http = server.testClient();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Order place(String customer, String item, int quantity) {
        return http.post()
                .uri("/orders")
                .bodyValue(new NewOrder(customer, item, quantity))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody(Order.class)
                .returnResult()
                .getResponseBody();
    }

    @Test
    void anOrderThatWasPlacedIsFoundWhereItsLocationSays() {
        var placed = http.post()
                .uri("/orders")
                .bodyValue(new NewOrder("ada", "tea", 2))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectHeader()
                .exists("ETag")
                .expectBody(Order.class)
                .returnResult();
        Order order = placed.getResponseBody();
        assertThat(order.customer()).isEqualTo("ada");
        assertThat(order.placedAt()).isBeforeOrEqualTo(Instant.now());
        Order found = http.get()
                .uri(placed.getResponseHeaders().getLocation().toString())
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Order.class)
                .returnResult()
                .getResponseBody();
        assertThat(found.id()).isEqualTo(order.id());
    }

    @Test
    void aRequestThatComesAgainWithItsIdempotencyKeyPlacesNothing() {
        String key = UUID.randomUUID().toString();
        Order first = placeOnce(key, new NewOrder("bob", "tea", 1), HttpStatus.CREATED);
        Order second = placeOnce(key, new NewOrder("bob", "tea", 1), HttpStatus.OK);
        assertThat(second.id()).isEqualTo(first.id());
        problem(key, new NewOrder("bob", "coffee", 1))
                .expectStatus()
                .isEqualTo(HttpStatus.UNPROCESSABLE_CONTENT)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    private static Order placeOnce(String key, NewOrder order, HttpStatus expected) {
        return problem(key, order)
                .expectStatus()
                .isEqualTo(expected)
                .expectBody(Order.class)
                .returnResult()
                .getResponseBody();
    }

    private static WebTestClient.ResponseSpec problem(String key, NewOrder order) {
        return http.post()
                .uri("/orders")
                .header("Idempotency-Key", key)
                .bodyValue(order)
                .exchange();
    }

    @Test
    void manyRequestsWithOneIdempotencyKeyAtATimePlaceOneOrder() {
        String key = UUID.randomUUID().toString();
        List<String> ids = Flux.range(0, 50)
                .flatMap(
                        i -> server.client()
                                .post()
                                .uri("/orders")
                                .header("Idempotency-Key", key)
                                .bodyValue(new NewOrder("eve", "tea", 3))
                                .retrieve()
                                .bodyToMono(Order.class)
                                .map(Order::id),
                        50)
                .distinct()
                .collectList()
                .block(Server.PATIENCE);
        assertThat(ids).hasSize(1);
    }

    @Test
    void anOrderIsChangedOnlyInTheVersionThatTheCallerHasSeen() {
        Order order = awaitConfirmed(place("cid", "tea", 1).id());
        String etag = http.get()
                .uri("/orders/" + order.id())
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseHeaders()
                .getETag();
        change(order.id(), etag, 5)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.quantity")
                .isEqualTo(5);
        change(order.id(), etag, 6)
                .expectStatus()
                .isEqualTo(HttpStatus.PRECONDITION_FAILED)
                .expectBody()
                .jsonPath("$.title")
                .isEqualTo("Changed meanwhile");
        change(order.id(), "\"nonsense\"", 6).expectStatus().isBadRequest();
    }

    private static WebTestClient.ResponseSpec change(String id, String etag, int quantity) {
        return http.put()
                .uri("/orders/" + id)
                .header("If-Match", etag)
                .bodyValue(new NewOrder("cid", "tea", quantity))
                .exchange();
    }

    @Test
    void whatIsWrongWithARequestIsToldByItsFields() {
        http.post()
                .uri("/orders")
                .bodyValue(Map.of("customer", " ", "item", "tea", "quantity", 5000))
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.title")
                .isEqualTo("Not valid")
                .jsonPath("$.errors.length()")
                .isEqualTo(2)
                .jsonPath("$.errors[?(@.field == 'quantity')]")
                .exists();
        http.get()
                .uri("/orders/none")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.detail")
                .exists();
    }

    @Test
    void theWorkerConfirmsWhatWasPlaced() {
        assertThat(awaitConfirmed(place("dan", "tea", 1).id()).status()).isEqualTo(Status.CONFIRMED);
    }

    private static Order awaitConfirmed(String id) {
        return events(id)
                .mapNotNull(ServerSentEvent::data)
                .filter(order -> order.status() == Status.CONFIRMED)
                .blockFirst(Server.PATIENCE);
    }

    private static Flux<ServerSentEvent<Order>> events(String id) {
        return server.client()
                .get()
                .uri("/orders/" + id + "/events")
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<Order>>() {});
    }

    @Test
    void whatTheWorkerCannotHandleBecomesADeadLetterAfterItsRetries() {
        String id = place("dot", "unobtainable", 1).id();
        OrderPlaced dead = Flux.interval(Duration.ofMillis(50))
                .onBackpressureDrop()
                .concatMap(
                        tick -> server.client().get().uri("/failed").retrieve().bodyToFlux(OrderPlaced.class), 1)
                .filter(failed -> failed.id().equals(id))
                .blockFirst(Server.PATIENCE);
        assertThat(dead.id()).isEqualTo(id);
    }

    @Test
    void eventsTellEveryStateThatIsThereLongEnough() {
        String id = "watched-" + UUID.randomUUID();
        Kv kv = server.bean(Kv.class);
        Order order = new Order(id, "eli", "tea", 1, Status.PLACED, Instant.EPOCH);
        StepVerifier.create(events(id).filter(event -> event.event() != null))
                .assertNext(event -> assertThat(event.event()).isEqualTo("absent"))
                .then(() -> kv.set(Orders.key(id), order).block(Server.PATIENCE))
                .assertNext(event -> assertThat(event.data()).isEqualTo(order))
                .then(() -> kv.set(Orders.key(id), order.confirmed()).block(Server.PATIENCE))
                .assertNext(event -> assertThat(event.data().status()).isEqualTo(Status.CONFIRMED))
                .then(() -> kv.delete(Orders.key(id)).block(Server.PATIENCE))
                .assertNext(event -> assertThat(event.event()).isEqualTo("absent"))
                .thenCancel()
                .verify(Server.PATIENCE);
    }

    @Test
    void theFeedTellsTheNewestOrders() {
        StepVerifier.create(server.client()
                        .get()
                        .uri("/feed")
                        .retrieve()
                        .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<List<Order>>>() {})
                        .mapNotNull(ServerSentEvent::data)
                        .filter(newest ->
                                newest.stream().anyMatch(o -> o.customer().equals("fay"))))
                .then(() -> place("fay", "tea", 7))
                .assertNext(newest -> assertThat(newest).hasSizeLessThanOrEqualTo(20))
                .thenCancel()
                .verify(Server.PATIENCE);
    }

    @Test
    void theListIsOneOrderALine() {
        place("gus", "tea", 1);
        String text = http.get()
                .uri("/orders")
                .exchange()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.APPLICATION_NDJSON)
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(text.lines())
                .anySatisfy(line -> assertThat(line).startsWith("{").contains("\"customer\":\"gus\""));
    }

    @Test
    void healthAndThePageAreServed() {
        http.get()
                .uri("/actuator/health")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.components.kv.status")
                .isEqualTo("UP");
        http.get()
                .uri("/")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(page -> assertThat(page).contains("EventSource"));
        http.get().uri("/actuator/kv").exchange().expectStatus().isNotFound();
        assertThat(server.bean(Kv.class).get(KvKey.of("kv-reactive", "health")).blockOptional())
                .isEmpty();
    }
}
