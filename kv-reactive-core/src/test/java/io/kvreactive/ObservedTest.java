// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.KvOperation;
import io.kvreactive.spi.KvOperation.Kind;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

class ObservedTest {

    private static final KvKey A = KvKey.of("a", 1);
    private static final KvKey B = KvKey.of("b", 2);

    private final Recorder recorder = new Recorder();
    private final Kv kv = Kv.create("memory:", observedBy(recorder));

    private static KvOptions observedBy(KvObserver observer) {
        return KvOptions.builder().observer(observer).build();
    }

    private static void run(Publisher<?> operation) {
        Flux.from(operation).blockLast(Duration.ofSeconds(10));
    }

    @Test
    void everyOperationIsObservedOnce() {
        run(kv.ready());
        run(kv.set(A, 1));
        run(kv.get(A));
        run(kv.getMany(List.of(A, KvKey.of("a", "x"))));
        run(kv.list(KvSelector.prefix("a")));
        run(kv.page(KvSelector.prefix("a").limit(1)));
        run(kv.count(KvSelector.range(A, B)));
        run(kv.delete(A));
        run(kv.deletePrefix(KvKey.of("a")));
        run(kv.enqueue("m"));
        run(kv.atomic()
                .check(A, null)
                .set(A, 1, SetOptions.expireIn(Duration.ofDays(1)))
                .commit());
        run(kv.transact(tx -> tx.get(A).map(a -> tx.set(B, 1).result(1))));
        run(kv.watch(A).take(1));
        run(kv.watchPrefix(KvKey.of("a")).take(1));
        run(kv.queue().counts());
        run(kv.queue().peek(1, KvType.NATURAL));
        run(kv.messages(Object.class).take(1).flatMap(QueueMessage::nack));
        run(kv.backup(Path.of("nowhere")).onErrorComplete());
        run(kv.close());

        assertThat(recorder.ended)
                .containsExactly(
                        "ready none SUCCESS",
                        "set [string, number] SUCCESS",
                        "get [string, number] SUCCESS",
                        "getMany mixed SUCCESS",
                        "list [string] SUCCESS",
                        "page [string] SUCCESS",
                        "count [string, number] SUCCESS",
                        "delete [string, number] SUCCESS",
                        "deletePrefix [string] SUCCESS",
                        "enqueue none SUCCESS",
                        "commit [string, number] SUCCESS",
                        "transact none SUCCESS",
                        "watch [string, number] CANCELLED",
                        "watchPrefix [string] CANCELLED",
                        "queue.counts none SUCCESS",
                        "queue.peek none SUCCESS",
                        "messages none CANCELLED",
                        "backup none ERROR KvUnsupportedException",
                        "close none SUCCESS");
        assertThat(recorder.begun).hasSameSizeAs(recorder.ended).allMatch(backend -> backend.equals("memory"));
        // The listener and its handler have a test of their own.
        assertThat(EnumSet.complementOf(EnumSet.of(Kind.LISTEN_QUEUE, Kind.HANDLE)))
                .extracting(Kind::text)
                .containsExactlyInAnyOrderElementsOf(
                        recorder.ended.stream().map(text -> text.split(" ")[0]).toList());
    }

    @Test
    void everyMessageThatIsHandledIsObservedAndSoIsItsListener() {
        EnqueueOptions onceInTheTest =
                EnqueueOptions.builder().backoffSchedule(Duration.ofHours(1)).build();
        run(kv.enqueue("good").then(kv.enqueue("bad", onceInTheTest)));
        recorder.ended.clear();

        Disposable listener = kv.listenQueue(
                        String.class,
                        message -> "bad".equals(message.value())
                                ? Mono.error(new IllegalStateException("refused"))
                                : Mono.empty())
                .subscribe();
        run(recorder.awaitEnded("handle none ERROR IllegalStateException"));
        listener.dispose();

        assertThat(recorder.ended)
                .containsExactlyInAnyOrder(
                        "handle none SUCCESS", "handle none ERROR IllegalStateException", "listenQueue none CANCELLED");
    }

    @Test
    void nothingIsPutAroundOperationsThatNobodyObserves() {
        Observed observed = new Observed(KvObserver.NONE, "memory");
        Mono<Integer> one = Mono.just(1);
        Flux<Integer> many = Flux.just(1, 2);

        assertThat(observed.one(Kind.GET, A, one)).isSameAs(one);
        assertThat(observed.many(Kind.LIST, null, many)).isSameAs(many);
        assertThat(KvOptions.defaults().observer()).isSameAs(KvObserver.NONE);
        assertThat(observedBy(KvObserver.NONE).observer()).isSameAs(KvObserver.NONE);
    }

    @Test
    void anOperationWithoutInterestIsGivenItsSubscriberAsItIs() {
        List<CoreSubscriber<?>> subscribers = new ArrayList<>();
        Mono<Integer> source = new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Integer> actual) {
                subscribers.add(actual);
                Mono.just(1).subscribe(actual);
            }
        };
        KvObserver uninterested = new KvObserver() {};
        StepVerifier.create(new Observed(uninterested, "x").one(Kind.GET, A, source))
                .expectNext(1)
                .verifyComplete();
        assertThat(subscribers)
                .singleElement()
                .satisfies(s -> assertThat(s.getClass().getName()).doesNotContain("kvreactive"));
    }

    @Test
    void nothingIsObservedBeforeItIsSubscribedTo() {
        kv.get(A);
        kv.list(KvSelector.prefix("a"));
        assertThat(recorder.begun).isEmpty();
    }

    @Test
    void conflictsErrorsAndUnknownOutcomesAreToldApart() {
        run(kv.set(A, 1));
        run(kv.atomic().check(A, null).set(A, 2).commit());
        run(kv.atomic().check(A, null).set(A, 2).commitOrThrow().onErrorComplete());
        run(kv.atomic().sum(A, 1).commit().onErrorComplete());
        run(kv.get(A, String.class).onErrorComplete());
        run(DefaultKv.over(Mono.just(new LosesAnswers()), observedBy(recorder))
                .set(A, 1)
                .onErrorComplete());

        assertThat(recorder.ended.subList(1, recorder.ended.size()))
                .containsExactly(
                        "commit [string, number] CONFLICT",
                        "commit [string, number] CONFLICT",
                        "commit [string, number] ERROR KvMutationException",
                        "get [string, number] ERROR KvDecodeException",
                        "set [string, number] UNKNOWN KvOutcomeUnknownException");
    }

    @Test
    void aTransactionTellsThatItIsTriedAgain() {
        run(kv.set(A, 1));
        run(kv.transact(tx -> tx.get(A, Integer.class).flatMap(a -> {
            int seen = a.entry().orElseThrow().value();
            Mono<?> inBetween = seen < 3 ? kv.set(A, seen + 1) : Mono.empty();
            return inBetween.then(Mono.fromSupplier(() -> tx.set(A, 9).result(1)));
        })));
        assertThat(recorder.triedAgain).containsExactly(2, 3);
        assertThat(recorder.ended.get(recorder.ended.size() - 1)).isEqualTo("transact none SUCCESS");
    }

    @Test
    void aCancelEndsTheObservationOnce() {
        Kv stalled = DefaultKv.over(Mono.just(ScriptedDatabase.ofSize(10).stallingAtRead(0)), observedBy(recorder));
        Disposable reading = stalled.get(A).subscribe();
        reading.dispose();
        reading.dispose();
        assertThat(recorder.ended).containsExactly("get [string, number] CANCELLED");
    }

    @Test
    void whatRunsBelowSeesTheObservationAndWhatItAddedToTheContext() {
        ScriptedDatabase database = ScriptedDatabase.ofSize(3);
        Kv scripted = DefaultKv.over(Mono.just(database), observedBy(recorder));
        run(scripted.list(KvSelector.prefix("k")).contextWrite(Context.of("user", "ada")));

        ContextView below = database.contexts.get(0);
        assertThat(KvObservation.of(below)).isNotSameAs(KvObservation.NONE);
        assertThat(below.<String>get("added")).isEqualTo("list for ada");
        assertThat(below.<String>get("user")).isEqualTo("ada");
    }

    @Test
    void deepAndDamagedKeysHaveFewShapes() {
        assertThat(KeyCodec.types(
                        KvKey.of("a", 1, true, new byte[1], BigInteger.ONE).encoded()))
                .isEqualTo("[string, number, boolean, bytes, bigint]");
        assertThat(KeyCodec.types(KvKey.of(1, 2, 3, 4, 5, 6, 7, 8).encoded()))
                .isEqualTo("[number, number, number, number, number, number, number, number]");
        assertThat(KeyCodec.types(KvKey.of(1, 2, 3, 4, 5, 6, 7, 8, 9).encoded()))
                .isEqualTo(KeyCodec.types(
                        KvKey.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).encoded()))
                .endsWith(", more]");
        assertThat(KeyCodec.types(new byte[] {99})).isEqualTo("undecodable");
        run(kv.list(KvSelector.prefix()));
        assertThat(recorder.ended).containsExactly("list [] SUCCESS");
    }

    @Test
    void aDatabaseInMemoryTellsHowManyEntriesItHoldsUntilItIsClosed() {
        run(kv.set(A, 1).then(kv.set(B, 2)));
        assertThat(recorder.gauges.get(KvMeasure.ENTRIES).getAsLong()).isEqualTo(2);
        run(kv.delete(A));
        assertThat(recorder.gauges.get(KvMeasure.ENTRIES).getAsLong()).isEqualTo(1);
        run(kv.close());
        assertThat(recorder.gauges).isEmpty();
    }

    @Test
    void theGuardPassesEveryCallOnAndDropsWhatItThrows() throws ReflectiveOperationException {
        Set<String> called = ConcurrentHashMap.newKeySet();
        KvObserver failing = (KvObserver) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KvObserver.class}, (proxy, method, arguments) -> {
                    called.add(method.getName());
                    throw new IllegalStateException("observer");
                });
        KvObserver guarded = observedBy(failing).observer();
        List<Method> methods = Arrays.stream(KvObserver.class.getMethods())
                .filter(Method::isDefault)
                .toList();
        for (Method method : methods) {
            Object result = method.invoke(
                    guarded,
                    Arrays.stream(method.getParameterTypes())
                            .map(ObservedTest::anyOf)
                            .toArray());
            assertThat(result != null || method.getReturnType() == void.class)
                    .as(method.getName())
                    .isTrue();
        }
        assertThat(called)
                .containsExactlyInAnyOrderElementsOf(
                        methods.stream().map(Method::getName).collect(Collectors.toSet()));
    }

    private static @Nullable Object anyOf(Class<?> type) {
        return Map.<Class<?>, Object>of(int.class, 1, long.class, 1L, String.class, "")
                .get(type);
    }

    @Test
    void anObservationThatFailsIsNoErrorOfTheOperation() {
        KvObserver failing = new KvObserver() {
            @Override
            public KvObservation begun(KvOperation operation, ContextView context) {
                return new KvObservation() {
                    @Override
                    public Context addTo(Context outer) {
                        throw new IllegalStateException("addTo");
                    }

                    @Override
                    public void ended(Outcome outcome, @Nullable Throwable error) {
                        throw new IllegalStateException("ended");
                    }
                };
            }
        };
        Kv observed = Kv.create("memory:", observedBy(failing));
        StepVerifier.create(observed.set(A, 1).then(observed.get(A)).map(KvEntry::value))
                .expectNext(1)
                .verifyComplete();
    }

    /** Nobody knows what became of its writes. */
    private static final class LosesAnswers extends ScriptedDatabase {
        LosesAnswers() {
            super(List.of());
        }

        @Override
        public Mono<CommitResult> atomicWrite(AtomicWrite write) {
            return Mono.error(new KvOutcomeUnknownException("scripted", null));
        }
    }

    /** Writes down what it is told. */
    private static final class Recorder implements KvObserver {
        final List<String> begun = new CopyOnWriteArrayList<>();
        final List<String> ended = new CopyOnWriteArrayList<>();
        final List<Integer> triedAgain = new CopyOnWriteArrayList<>();
        final Map<KvMeasure, LongSupplier> gauges = new ConcurrentHashMap<>();
        private final Sinks.Many<String> ends = Sinks.many().replay().all();

        Mono<String> awaitEnded(String text) {
            return ends.asFlux().filter(text::equals).next();
        }

        @Override
        public KvObservation begun(KvOperation operation, ContextView context) {
            begun.add(operation.backend());
            String user = context.getOrDefault("user", "nobody");
            return new KvObservation() {
                @Override
                public Context addTo(Context outer) {
                    return outer.put("added", operation.kind().text() + " for " + user);
                }

                @Override
                public void triedAgain(int attempt) {
                    triedAgain.add(attempt);
                }

                @Override
                public void ended(Outcome outcome, @Nullable Throwable error) {
                    String text = operation.kind().text() + " " + operation.keyShape() + " " + outcome
                            + (error == null ? "" : " " + error.getClass().getSimpleName());
                    ended.add(text);
                    ends.emitNext(text, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
                }
            };
        }

        @Override
        public Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
            gauges.put(measure, value);
            return () -> gauges.remove(measure);
        }
    }
}
