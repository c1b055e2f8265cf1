// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** The application is stopped while a hundred clients write and others watch. */
class ShutdownIT {

    private static final int CLIENTS = 100;
    private static final int BEFORE = 500;

    @TempDir
    Path folder;

    @Test
    void whatWasAcceptedIsAnsweredAndWhatWasAcknowledgedIsThere() throws InterruptedException {
        Path file = folder.resolve("orders.sqlite");
        Server server = Server.start(file);
        WebClient client = server.client();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        List<String> others = new CopyOnWriteArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch underLoad = new CountDownLatch(BEFORE);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<SignalType> feedEnd = new CompletableFuture<>();
        client.get()
                .uri("/feed")
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .doFinally(feedEnd::complete)
                .subscribe(event -> {}, error -> {});

        Flux.range(0, CLIENTS)
                .flatMap(
                        i -> place(client, i)
                                .doOnNext(answer -> {
                                    if (answer.status() == 201) {
                                        acknowledged.add(answer.id());
                                    } else {
                                        others.add(answer.status() + " " + answer.id());
                                    }
                                    underLoad.countDown();
                                })
                                // Until the connection is refused or cut: the application is stopped.
                                .repeat()
                                .onErrorResume(error -> {
                                    refused.incrementAndGet();
                                    return Mono.empty();
                                }),
                        CLIENTS)
                .doFinally(signal -> over.countDown())
                .subscribe();

        assertThat(underLoad.await(60, TimeUnit.SECONDS)).isTrue();
        server.stop();
        assertThat(over.await(60, TimeUnit.SECONDS)).isTrue();
        server.close();

        assertThat(others).isEmpty();
        assertThat(refused).hasValue(CLIENTS);
        // The feed has no end of its own: had it been waited for, it would have been cut when the patience of the web
        // server was over.
        assertThat(feedEnd).succeedsWithin(Server.PATIENCE).isEqualTo(SignalType.ON_COMPLETE);
        assertThat(idsIn(file)).containsAll(acknowledged).hasSizeGreaterThanOrEqualTo(BEFORE);
    }

    /** What was answered: the id of an order, or the text of whatever else. */
    record Answer(int status, String id) {}

    private static Mono<Answer> place(WebClient client, int i) {
        return client.post()
                .uri("/orders")
                .bodyValue(new NewOrder("customer-" + i, "tea", 1))
                .exchangeToMono(response -> response.statusCode().value() == 201
                        ? response.bodyToMono(Order.class).map(order -> new Answer(201, order.id()))
                        : response.bodyToMono(String.class)
                                .defaultIfEmpty("")
                                .map(problem -> new Answer(response.statusCode().value(), problem)));
    }

    private static Set<String> idsIn(Path file) {
        Kv kv = Kv.create(file.toString());
        Set<String> ids = kv.list(KvSelector.prefix(KvKey.of("orders")), Order.class)
                .map(KvEntry::value)
                .map(Order::id)
                .collect(Collectors.toSet())
                .block(Server.PATIENCE);
        kv.close().block(Server.PATIENCE);
        return ids;
    }
}
