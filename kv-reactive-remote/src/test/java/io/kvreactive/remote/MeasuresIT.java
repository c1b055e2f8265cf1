// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/** What the observer of a database on a server is told of requests and connections. */
class MeasuresIT {

    private static final KvKey KEY = KvKey.of("a", 1);

    private final TestServer server = TestServer.start();
    private final Recorder recorder = new Recorder();
    private final Kv kv = Kv.create(
            server.url(),
            KvOptions.builder()
                    .accessToken(TestServer.ACCESS_TOKEN)
                    .observer(recorder)
                    .with(RemoteOptions.builder()
                            .backoff(Duration.ofMillis(1), Duration.ofMillis(10))
                            .http(HttpOptions.builder()
                                    .version(HttpOptions.Version.HTTP_1_1)
                                    .connections(1)
                                    .build())
                            .build())
                    .build());

    @AfterEach
    void close() {
        kv.close().block();
        assertThat(recorder.gauges).isEmpty();
        server.close();
    }

    @Test
    void requestsThatAreSentAgainAreCountedAndTheirOperationIsToldOfItsAttempts() {
        kv.set(KEY, 1).block();
        server.script(TestServer.Operation.READ, 2, TestServer.Reply.status(503, "busy"));

        assertThat(kv.get(KEY).block().value()).isEqualTo(1);
        assertThat(recorder.sum(KvMeasure.REQUEST_RETRIES)).isEqualTo(2);
        assertThat(recorder.attempts).containsExactly("get 2", "get 3");
    }

    @Test
    void exchangesOfMetadataAreCounted() {
        kv.ready().block();
        assertThat(recorder.sum(KvMeasure.METADATA_REFRESHES)).isEqualTo(1);
        kv.set(KEY, 1).block();
        assertThat(recorder.sum(KvMeasure.METADATA_REFRESHES)).isEqualTo(1);
    }

    @Test
    void connectionsThatAreInUseKeptAndWaitedForAreTold() {
        kv.set(KEY, 1).block();
        assertThat(recorder.gauges).hasSize(3);
        Sinks.Empty<Void> answer = Sinks.empty();
        Sinks.Empty<Void> arrived = Sinks.empty();
        server.script(TestServer.Operation.READ, TestServer.Reply.after(Mono.defer(() -> {
            arrived.tryEmitEmpty();
            return answer.asMono();
        })));

        Sinks.Empty<Void> done = Sinks.empty();
        Disposable reading =
                Mono.when(kv.get(KEY), kv.get(KEY)).subscribe(v -> {}, done::tryEmitError, done::tryEmitEmpty);
        arrived.asMono().block(Duration.ofSeconds(10));
        Flux.interval(Duration.ofMillis(1))
                .filter(tick -> recorder.gauge(KvMeasure.CONNECTIONS_PENDING) == 1)
                .blockFirst(Duration.ofSeconds(10));
        assertThat(recorder.gauge(KvMeasure.CONNECTIONS_ACTIVE)).isEqualTo(1);
        assertThat(recorder.gauge(KvMeasure.CONNECTIONS_IDLE)).isZero();
        answer.tryEmitEmpty();
        done.asMono().block(Duration.ofSeconds(10));
        assertThat(reading.isDisposed()).isTrue();
    }

    private static final class Recorder implements KvObserver {
        final Map<KvMeasure, LongAdder> sums = new EnumMap<>(KvMeasure.class);
        final Map<KvMeasure, LongSupplier> gauges = new ConcurrentHashMap<>();
        final List<String> attempts = new CopyOnWriteArrayList<>();

        Recorder() {
            for (KvMeasure measure : KvMeasure.values()) {
                sums.put(measure, new LongAdder());
            }
        }

        long sum(KvMeasure measure) {
            return sums.get(measure).sum();
        }

        long gauge(KvMeasure measure) {
            return gauges.get(measure).getAsLong();
        }

        @Override
        public KvObservation begun(KvOperation operation, ContextView context) {
            return new KvObservation() {
                @Override
                public void triedAgain(int attempt) {
                    attempts.add(operation.kind().text() + " " + attempt);
                }
            };
        }

        @Override
        public void measured(KvMeasure measure, long value) {
            sums.get(measure).add(value);
        }

        @Override
        public Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
            gauges.put(measure, value);
            return () -> gauges.remove(measure);
        }
    }
}
