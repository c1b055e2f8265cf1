// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvSelector;
import io.kvreactive.examples.orders.AccountController.Account;
import io.kvreactive.examples.orders.AccountController.Transfer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.WebFilter;
import org.sqlite.JDBC;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Two thousand requests at a time, reads and transfers; BlockHound watches every thread that must not block. */
class TransfersIT {

    private static final int ACCOUNTS = 200;
    private static final int REQUESTS = 2_000;
    private static final long CENTS = 1_000;

    @TempDir
    Path folder;

    @Test
    void twoThousandRequestsAtATimeLoseNoMoneyAndBlockNoThread() {
        AtomicInteger here = new AtomicInteger();
        Sinks.Empty<Void> all = Sinks.empty();
        // Nobody is let in before all are there: so many are served at a time indeed.
        WebFilter gate = (exchange, chain) -> {
            if (exchange.getRequest().getMethod() == HttpMethod.PUT) {
                return chain.filter(exchange);
            }
            if (here.incrementAndGet() == REQUESTS) {
                all.tryEmitEmpty();
            }
            return all.asMono().then(chain.filter(exchange));
        };
        try (Server server = Server.startBehind(gate, folder.resolve("orders.sqlite"))) {
            WebClient client = server.client();
            Flux.range(0, ACCOUNTS)
                    .flatMap(i -> client.put()
                            .uri("/accounts/" + name(i))
                            .bodyValue(new Account(name(i), CENTS))
                            .retrieve()
                            .toBodilessEntity())
                    .blockLast(Server.PATIENCE);

            Map<HttpStatus, Long> answers = Flux.range(0, REQUESTS)
                    .flatMap(i -> request(client, i), REQUESTS)
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                    .block(Server.PATIENCE);

            assertThat(answers).containsOnlyKeys(HttpStatus.OK);
            assertThat(answers.get(HttpStatus.OK)).isEqualTo(REQUESTS);
            Long total = server.bean(Kv.class)
                    .list(KvSelector.prefix("accounts"), Account.class)
                    .map(KvEntry::value)
                    .map(Account::cents)
                    .reduce(0L, Long::sum)
                    .block(Server.PATIENCE);
            assertThat(total).isEqualTo(ACCOUNTS * CENTS);
        }
    }

    private static String name(int i) {
        return "account-" + i;
    }

    /** Every second one is a transfer, between two accounts of a hundred pairs. */
    private static Mono<HttpStatus> request(WebClient client, int i) {
        WebClient.RequestHeadersSpec<?> request = i % 2 == 0
                ? client.get().uri("/accounts/" + name(i % ACCOUNTS))
                : client.post()
                        .uri("/transfers")
                        .bodyValue(new Transfer(name(i % ACCOUNTS), name((i * 7 + 1) % ACCOUNTS), 1));
        return request.exchangeToMono(response -> response.releaseBody()
                .thenReturn(HttpStatus.valueOf(response.statusCode().value())));
    }

    @Test
    void aBlockingCallWouldHaveBeenNoticedAlsoOneOfSqlite() {
        assertThatThrownBy(() -> Mono.fromCallable(() -> {
                            Thread.sleep(1);
                            return 1;
                        })
                        .subscribeOn(Schedulers.parallel())
                        .block())
                .hasRootCauseInstanceOf(BlockingOperationError.class);
        assertThatThrownBy(() -> Mono.fromCallable(() ->
                                JDBC.createConnection("jdbc:sqlite:" + folder.resolve("x.sqlite"), new Properties()))
                        .subscribeOn(Schedulers.parallel())
                        .block())
                .satisfies(error -> assertThat(Throwables.getStackTrace(error))
                        .contains("BlockingOperationError")
                        .contains("org.sqlite.core.NativeDB"));
    }
}
