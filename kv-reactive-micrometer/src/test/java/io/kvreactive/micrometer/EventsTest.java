// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The counters of what is no operation, and the queue's gauges. */
class EventsTest {

    private static final KvKey KEY = KvKey.of("a");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MicrometerObserver observer =
            MicrometerObserver.builder().meterRegistry(meters).build();
    private final Kv kv =
            Kv.create("memory:", KvOptions.builder().observer(observer).build());

    private static void run(Publisher<?> operation) {
        Flux.from(operation).blockLast(Duration.ofSeconds(10));
    }

    private double counted(KvMeterDocumentation meter) {
        return meters.get(meter.getName()).counters().stream()
                .mapToDouble(c -> c.count())
                .sum();
    }

    @Test
    void transactionsThatAreRunAgainAreCounted() {
        run(kv.set(KEY, 0));
        run(kv.transact(tx -> tx.get(KEY, Integer.class)
                .flatMap(seen -> (seen.entry().orElseThrow().value() == 0 ? kv.set(KEY, 1) : Mono.empty())
                        .then(Mono.fromSupplier(() -> tx.set(KEY, 2).result(true))))));
        assertThat(counted(KvMeterDocumentation.TRANSACTION_RETRIES)).isEqualTo(1);
    }

    @Test
    void messagesThatFailAreCountedByWhetherTheyComeAgain() {
        Sinks.Empty<Void> last = Sinks.empty();
        run(kv.enqueue(
                "x",
                EnqueueOptions.builder().backoffSchedule(Duration.ofMillis(1)).build()));
        run(kv.enqueue(1, EnqueueOptions.builder().backoffSchedule().build()));
        kv.listenQueue(String.class, message -> {
                    if (message.retriesLeft() == 0) {
                        last.tryEmitEmpty();
                    }
                    return Mono.error(new IllegalStateException("refused"));
                })
                .subscribe();
        run(last.asMono());
        run(kv.close());
        assertThat(meters.get("kv.messages.failed")
                        .tag("kv.final", "false")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("kv.messages.failed")
                        .tag("kv.final", "true")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(counted(KvMeterDocumentation.MESSAGES_UNDECODABLE)).isEqualTo(1);
    }

    @Test
    void whatBackendsTellIsCounted() {
        KvDatabaseException error = new KvDatabaseException("damaged", null);
        observer.messageSkipped("id", error);
        observer.messageUnsettled("id", error);
        observer.taskFailed("collect expired entries", error);
        assertThat(counted(KvMeterDocumentation.MESSAGES_SKIPPED)).isEqualTo(1);
        assertThat(counted(KvMeterDocumentation.MESSAGES_UNSETTLED)).isEqualTo(1);
        assertThat(meters.get("kv.tasks.failed")
                        .tag("kv.task", "collect expired entries")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theDepthOfTheQueueIsThatOfTheLookBefore() {
        KvQueueMeters.of(kv, "orders").bindTo(meters);
        run(kv.enqueue("now")
                .then(kv.enqueue(
                        "later",
                        EnqueueOptions.builder().delay(Duration.ofHours(1)).build())));
        Flux.interval(Duration.ofMillis(1)).filter(tick -> depth("ready") == 1).blockFirst(Duration.ofSeconds(10));
        assertThat(depth("delayed")).isEqualTo(1);
        assertThat(depth("running")).isZero();
        run(kv.close());
        Flux.interval(Duration.ofMillis(1))
                .filter(tick -> Double.isNaN(depth("ready")))
                .blockFirst(Duration.ofSeconds(10));
    }

    private double depth(String state) {
        return meters.get("kv.queue.depth").tag("kv.state", state).gauge().value();
    }

    @Test
    void everyTagIsDocumented() {
        messagesThatFailAreCountedByWhetherTheyComeAgain();
        whatBackendsTellIsCounted();
        assertThat(meters.getMeters()).hasSizeGreaterThanOrEqualTo(6);
        for (Meter meter : meters.getMeters()) {
            KvMeterDocumentation documentation = Arrays.stream(KvMeterDocumentation.values())
                    .filter(d -> d.getName().equals(meter.getId().getName()))
                    .findFirst()
                    .orElseThrow();
            Set<String> documented = Arrays.stream(documentation.getKeyNames())
                    .map(key -> key.asString())
                    .collect(Collectors.toSet());
            assertThat(documented)
                    .containsAll(meter.getId().getTags().stream()
                            .map(tag -> tag.getKey())
                            .toList());
            assertThat(meter.getId().getBaseUnit()).isEqualTo(documentation.getBaseUnit());
        }
    }
}
