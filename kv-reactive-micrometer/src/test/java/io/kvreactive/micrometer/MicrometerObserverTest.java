// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvSelector.OnDecodeError;
import io.kvreactive.KvValue;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

class MicrometerObserverTest {

    private static final KvKey KEY = KvKey.of("orders", 42);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SimpleTracer tracer = new SimpleTracer();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private Kv kv;

    @BeforeEach
    void open() {
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        observations.observationConfig().observationHandler(new DefaultTracingObservationHandler(tracer));
        kv = open(observer().build());
    }

    private MicrometerObserver.Builder observer() {
        return MicrometerObserver.builder().observationRegistry(observations).meterRegistry(meters);
    }

    private static Kv open(KvObserver observer) {
        return Kv.create("memory:", KvOptions.builder().observer(observer).build());
    }

    private static void run(Publisher<?> operation) {
        Flux.from(operation).blockLast(Duration.ofSeconds(10));
    }

    private Map<String, String> tagsOf(String name) {
        List<Meter> found = meters.getMeters().stream()
                .filter(meter -> meter.getId().getName().equals(name))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0).getId().getTags().stream()
                .collect(Collectors.toMap(Tag::getKey, Tag::getValue, (a, b) -> a, TreeMap::new));
    }

    @Test
    void anOperationIsATimerWithTheTagsOfTheEnumAndNoOthers() {
        run(kv.set(KEY, "tea"));

        assertThat(tagsOf("kv.operation"))
                .isEqualTo(Map.of(
                        "kv.database", "kv",
                        "kv.backend", "memory",
                        "kv.operation", "set",
                        "kv.key.shape", "[string, number]",
                        "kv.outcome", "success",
                        "kv.attempts", "1",
                        // Micrometer's own.
                        "error", "none"));
        assertThat(meters.get("kv.operation").timer().count()).isEqualTo(1);
        assertThat(namesOf(KvObservationDocumentation.LowCardinality.values()))
                .isEqualTo(tagsOf("kv.operation").keySet().stream()
                        .filter(key -> !key.equals("error"))
                        .collect(Collectors.toSet()));
    }

    private static Set<String> namesOf(KeyName[] keys) {
        return Arrays.stream(keys).map(KeyName::asString).collect(Collectors.toSet());
    }

    @Test
    void attemptsAreCountedUpToFew() {
        assertThat(attemptsTag(1)).isEqualTo("1");
        assertThat(attemptsTag(4)).isEqualTo("4");
        assertThat(attemptsTag(5)).isEqualTo("5+");
        assertThat(attemptsTag(49)).isEqualTo("5+");
    }

    private String attemptsTag(int attempts) {
        meters.clear();
        KvObservation observation = observer().build().begun(new Reading(), Context.empty());
        for (int attempt = 2; attempt <= attempts; attempt++) {
            observation.triedAgain(attempt);
        }
        observation.ended(KvObservation.Outcome.SUCCESS, null);
        return tagsOf("kv.operation").get("kv.attempts");
    }

    private record Reading() implements KvOperation {
        @Override
        public Kind kind() {
            return Kind.GET;
        }

        @Override
        public String backend() {
            return "test";
        }

        @Override
        public String keyShape() {
            return "none";
        }
    }

    @Test
    void watchesAreStreamsWhoseNumberIsSeen() {
        Sinks.Empty<Void> seen = Sinks.empty();
        Disposable watch = kv.watch(KEY).subscribe(state -> seen.tryEmitEmpty());
        run(seen.asMono());
        assertThat(meters.get("kv.stream.active").longTaskTimer().activeTasks()).isEqualTo(1);
        watch.dispose();
        assertThat(meters.get("kv.stream.active").longTaskTimer().activeTasks()).isZero();
        assertThat(tagsOf("kv.stream")).containsEntry("kv.operation", "watch").containsEntry("kv.outcome", "cancelled");
    }

    @Test
    void anOperationIsAChildOfTheObservationInReactorsContextAndTheParentOfWhatRunsBelow() {
        Observation request = Observation.start("request", observations);
        Kv two = open(observer().build());
        run(kv.transact(tx ->
                        two.get(KEY).then(Mono.fromSupplier(() -> tx.set(KEY, 1).result(1))))
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, request)));
        request.stop();

        SimpleSpan transact = span("kv transact");
        SimpleSpan get = span("kv get");
        SimpleSpan parent = span("request");
        assertThat(transact.getParentId()).isEqualTo(parent.getSpanId());
        assertThat(get.getParentId()).isEqualTo(transact.getSpanId());
        assertThat(get.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(get.getTags()).containsEntry("kv.key.shape", "[string, number]");
    }

    @Test
    void withoutOneInTheContextItIsAChildOfTheSubscribersCurrentObservation() {
        Observation job = Observation.start("job", observations);
        job.scoped(() -> run(kv.get(KEY)));
        job.stop();
        assertThat(span("kv get").getParentId()).isEqualTo(span("job").getSpanId());
    }

    @Test
    void aMessageBeginsATraceOfItsOwnAndItsHandlersOperationsBelongToIt() {
        Sinks.Empty<Void> handled = Sinks.empty();
        Observation startup = Observation.start("startup", observations);
        Disposable listener = kv.listenQueue(
                        String.class, message -> kv.set(KEY, message.value()).doOnTerminate(handled::tryEmitEmpty))
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, startup))
                .subscribe();
        run(kv.enqueue("hello"));
        run(handled.asMono());
        run(kv.close());
        listener.dispose();
        startup.stop();

        SimpleSpan handle = span("kv handle");
        assertThat(handle.getParentId()).isNullOrEmpty();
        assertThat(handle.getTraceId()).isNotEqualTo(span("startup").getTraceId());
        assertThat(span("kv set").getParentId()).isEqualTo(handle.getSpanId());
        assertThat(meters.get("kv.message").timer().count()).isEqualTo(1);
        assertThat(span("kv listenQueue").getParentId())
                .isEqualTo(span("startup").getSpanId());
    }

    private SimpleSpan span(String name) {
        List<SimpleSpan> found = tracer.getSpans().stream()
                .filter(span -> name.equals(span.getName()))
                .toList();
        assertThat(found).as(name).hasSize(1);
        return found.get(0);
    }

    @Test
    void aConventionOfOnesOwnNamesWhatItLikes() {
        Kv named = open(observer()
                .convention(new KvObservationConvention() {
                    @Override
                    public String getName() {
                        return "db";
                    }

                    @Override
                    public KeyValues getLowCardinalityKeyValues(KvObservationContext context) {
                        return KeyValues.of("what", context.operation().kind().text());
                    }
                })
                .build());
        run(named.get(KEY));
        assertThat(tagsOf("db")).containsEntry("what", "get").doesNotContainKey("kv.operation");
    }

    @Test
    void withoutAnObservationRegistryOnlyMetersAreKept() {
        Kv metered = open(MicrometerObserver.builder()
                .meterRegistry(meters)
                .database("orders")
                .build());
        run(metered.set(KEY, KvValue.copyOf(KvValue.V8, new byte[] {1})));
        run(metered.list(KvSelector.prefix().onDecodeError(OnDecodeError.SKIP)));
        assertThat(meters.find("kv.operation").timer()).isNull();
        assertThat(tagsOf("kv.entries.skipped")).isEqualTo(Map.of("kv.database", "orders"));
        assertThat(meters.get("kv.entries.skipped").counter().count()).isEqualTo(1);
    }

    @Test
    void anOperationThatAPredicateRefusesCostsNothingMore() {
        observations.observationConfig().observationPredicate((name, context) -> !"kv.operation".equals(name));
        MicrometerObserver observer = observer().build();
        assertThat(observer.begun(new Reading(), Context.empty())).isSameAs(KvObservation.NONE);
        assertThat(MicrometerObserver.builder().build().begun(new Reading(), Context.empty()))
                .isSameAs(KvObservation.NONE);
    }

    @Test
    void eachMeasureOfBackendsHasAMeterOfItsType() {
        MicrometerObserver observer = observer().build();
        for (KvMeasure measure : KvMeasure.values()) {
            KvMeterDocumentation documentation = Meters.documentation(measure);
            if (measure.type() == KvMeasure.Type.GAUGE) {
                Disposable gauge = observer.gauge(measure, "", () -> 7);
                assertThat(meters.get(documentation.getName()).gauge().value()).isEqualTo(7);
                gauge.dispose();
                assertThat(meters.find(documentation.getName()).gauge()).isNull();
                assertThat(documentation.getType()).isEqualTo(Meter.Type.GAUGE);
            } else {
                observer.measured(measure, 3);
                observer.measured(measure, 4);
                Meter meter = meters.get(documentation.getName()).meter();
                assertThat(meter.getId().getType()).isEqualTo(documentation.getType());
                assertThat(meter.measure())
                        .anySatisfy(m -> assertThat(m.getValue()).isEqualTo(7));
            }
        }
    }

    @Test
    void gaugesOfSeveralLanesAreToldApart() {
        MicrometerObserver observer = observer().build();
        observer.gauge(KvMeasure.LANE_DEPTH, "write", () -> 1);
        observer.gauge(KvMeasure.LANE_DEPTH, "read-1", () -> 2);
        assertThat(meters.get("kv.lane.depth").tag("kv.lane", "write").gauge().value())
                .isEqualTo(1);
        assertThat(meters.get("kv.lane.depth").tag("kv.lane", "read-1").gauge().value())
                .isEqualTo(2);
    }
}
