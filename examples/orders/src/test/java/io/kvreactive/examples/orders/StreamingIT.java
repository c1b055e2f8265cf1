// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two hundred thousand orders through an application of 128 mebibytes, to readers who take their time. */
class StreamingIT {

    private static final int ORDERS = 200_000;
    private static final int AT_A_TIME = 1_000;

    /** Batches of the listing, and what Netty and two narrow sockets hold: far less than a thousandth of a list would be enough to tell. */
    private static final long MOST_IN_FLIGHT = 4_000;

    @TempDir
    static Path folder;

    private static Child application;
    private static WebClient client;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path file = folder.resolve("orders.sqlite");
        fill(file);
        application = Child.start(folder, "128m", NarrowApplication.class, "--kv-reactive.url=" + file);
        client = WebClient.create(application.url());
    }

    private static void fill(Path file) {
        Kv kv = Kv.create(file.toString());
        Flux.range(0, ORDERS / AT_A_TIME)
                .concatMap(batch -> {
                    AtomicOperation write = kv.atomic();
                    for (int i = batch * AT_A_TIME; i < (batch + 1) * AT_A_TIME; i++) {
                        String id = String.format("%08d", i);
                        write = write.set(
                                Orders.key(id),
                                new Order(id, "customer-" + i, "tea", 1, Order.Status.CONFIRMED, Instant.EPOCH));
                    }
                    return write.commitOrThrow();
                })
                .then(kv.close())
                .block(Duration.ofMinutes(2));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (application != null) {
            application.stop();
        }
    }

    @Test
    void aReaderWhoTakesHisTimeIsGivenAllAndLittleIsInFlightMeanwhile() throws IOException {
        double before = listed();
        try (Socket socket = request()) {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1 << 10);
            int read = 0;
            for (int pause : new int[] {1_000, 50_000, 120_000}) {
                read += readOrders(lines, pause - read);
                long inFlight = (long) (awaitStandstill() - before) - read;
                assertThat(inFlight).as("in flight after " + read).isBetween(0L, MOST_IN_FLIGHT);
            }
            read += readOrders(lines, ORDERS - read);
            assertThat(read).isEqualTo(ORDERS);
        }
        assertThat(application.isAlive()).isTrue();
        assertThat(application.log()).doesNotContain("OutOfMemory", "LEAK");
    }

    @Test
    void aRequestThatIsCancelledClosesItsList() throws IOException {
        awaitActiveLists(active -> active == 0);
        double cancelled = cancelledLists();
        try (Socket socket = request()) {
            readOrders(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1 << 10),
                    1_000);
            awaitActiveLists(active -> active == 1);
        }
        awaitActiveLists(active -> active == 0);
        assertThat(cancelledLists()).isEqualTo(cancelled + 1);
        double atTheEnd = awaitStandstill();
        assertThat(atTheEnd % ORDERS).isLessThan(2 * MOST_IN_FLIGHT);
    }

    /** A connection whose other side has asked for all orders, with a small window. */
    private static Socket request() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8 << 10);
        socket.setSoTimeout((int) Server.PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", application.port()));
        socket.getOutputStream()
                .write("GET /orders HTTP/1.1\r\nHost: orders\r\nAccept: application/x-ndjson\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads so many lines that are orders, in their order; the others are those of HTTP. */
    private static int readOrders(BufferedReader lines, int count) throws IOException {
        int read = 0;
        while (read < count) {
            String line = lines.readLine();
            assertThat(line).isNotNull();
            if (line.startsWith("{")) {
                read++;
            }
        }
        return read;
    }

    private static double listed() {
        return measured("orders.listed");
    }

    /** What has been listed when nothing more is, because nobody reads. */
    private static double awaitStandstill() {
        return Flux.interval(Duration.ofMillis(50))
                .onBackpressureDrop()
                .concatMap(tick -> metric("orders.listed"), 1)
                .buffer(6, 1)
                .filter(last -> last.stream().distinct().count() == 1)
                .map(last -> last.get(0))
                .blockFirst(Server.PATIENCE);
    }

    private static void awaitActiveLists(LongPredicate wanted) {
        Flux.interval(Duration.ofMillis(50))
                .onBackpressureDrop()
                .concatMap(tick -> metric("kv.operation.active?tag=kv.operation:list"), 1)
                .filter(active -> wanted.test(active.longValue()))
                .blockFirst(Server.PATIENCE);
    }

    private static double cancelledLists() {
        return measured("kv.operation?tag=kv.operation:list&tag=kv.outcome:cancelled");
    }

    private static double measured(String metric) {
        return metric(metric).block(Server.PATIENCE);
    }

    /** The first measurement of a meter; 0 if there is no such meter yet. */
    private static Mono<Double> metric(String metric) {
        return client.get()
                .uri("/actuator/metrics/" + metric)
                .retrieve()
                .bodyToMono(new ParameterizedTypeReference<Map<String, Object>>() {})
                .map(StreamingIT::firstMeasurement)
                .onErrorResume(WebClientResponseException.NotFound.class, none -> Mono.just(0.0));
    }

    private static double firstMeasurement(Map<String, Object> meter) {
        Object first = ((List<?>) meter.get("measurements")).get(0);
        return ((Number) ((Map<?, ?>) first).get("value")).doubleValue();
    }
}
