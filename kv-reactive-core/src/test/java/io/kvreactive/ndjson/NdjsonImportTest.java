// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.TestKv;
import io.kvreactive.Versionstamp;
import io.kvreactive.ndjson.NdjsonImportOptions.Existing;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

@Timeout(60)
class NdjsonImportTest {

    private final AtomicReference<WrappedDatabase> database = new AtomicReference<>();
    private final List<NdjsonProgress> told = new ArrayList<>();
    private final List<NdjsonException> refused = new ArrayList<>();
    private final Kv kv = TestKv.memory(inner -> {
        database.set(new WrappedDatabase(inner));
        return database.get();
    });

    private static String line(Object key, Object value) {
        return line(key, value, "");
    }

    private static String line(Object key, Object value, String more) {
        return "{\"key\":[{\"type\":\"number\",\"value\":" + key + "}],\"value\":{\"type\":\"number\",\"value\":"
                + value + "}" + more + "}\n";
    }

    private static Flux<String> lines(int count) {
        return Flux.range(0, count).map(i -> line(i, i));
    }

    private NdjsonImportOptions.Builder options() {
        return NdjsonImportOptions.builder().observer(new NdjsonObserver() {
            @Override
            public void progress(NdjsonProgress progress) {
                told.add(progress);
            }

            @Override
            public void lineRefused(NdjsonException error) {
                refused.add(error);
            }
        });
    }

    private NdjsonImport importer(NdjsonImportOptions.Builder options) {
        return NdjsonImport.of(kv, options.build());
    }

    private List<Object> values() {
        return kv.list(KvSelector.prefix())
                .map(entry -> entry.value())
                .collectList()
                .block();
    }

    private void onWrite(BiFunction<Database, AtomicWrite, Mono<CommitResult>> onWrite) {
        kv.ready().block();
        database.get().onWrite(onWrite);
    }

    private static List<Object> upTo(int size) {
        return IntStream.range(0, size).<Object>mapToObj(i -> i).toList();
    }

    @Test
    void linesAreWrittenInBatchesEachInOneCommit() {
        NdjsonProgress progress = importer(options().batchSize(40).concurrency(1))
                .fromLines(lines(100))
                .block();
        assertThat(progress).isEqualTo(new NdjsonProgress(100, 100, 0, 0));
        assertThat(database.get().writes).hasValue(3);
        assertThat(told).extracting(NdjsonProgress::lines).containsExactly(40L, 80L, 100L);
        assertThat(values()).isEqualTo(upTo(100));
    }

    @Test
    void nothingHappensBeforeTheSubscriptionAndEachIsAnImportOfItsOwn() {
        PublisherProbe<String> probe = PublisherProbe.of(lines(3));
        Mono<NdjsonProgress> result = NdjsonImport.of(kv).fromLines(probe.flux());
        probe.assertWasNotSubscribed();
        assertThat(result.block()).isEqualTo(new NdjsonProgress(3, 3, 0, 0));
        assertThat(result.block()).isEqualTo(new NdjsonProgress(3, 0, 3, 0));
        assertThat(probe.subscribeCount()).isEqualTo(2);
    }

    @Test
    void whatExistsIsSkippedWithoutBeingRead() {
        kv.set(KvKey.of(1), "old").then(kv.set(KvKey.of(3), "old")).block();
        database.get().writes.set(0);
        assertThat(importer(options()).fromLines(lines(5)).block()).isEqualTo(new NdjsonProgress(5, 3, 2, 0));
        assertThat(database.get().writes).hasValue(2);
        assertThat(database.get().reads).hasValue(0);
        assertThat(values()).containsExactly(0, "old", 2, "old", 4);
    }

    @Test
    void orItIsOverwritten() {
        kv.set(KvKey.of(1), "old").block();
        assertThat(importer(options().existing(Existing.OVERWRITE))
                        .fromLines(lines(3))
                        .block())
                .isEqualTo(new NdjsonProgress(3, 3, 0, 0));
        assertThat(values()).isEqualTo(upTo(3));
    }

    @Test
    void aBackendThatDoesNotTellWhichKeysExistIsAsked() {
        onWrite((inner, write) -> inner.atomicWrite(write)
                .map(result -> result.isCommitted() ? result : new CommitResult.Conflict(List.of())));
        kv.set(KvKey.of(1), "old").then(kv.set(KvKey.of(3), "old")).block();
        assertThat(importer(options()).fromLines(lines(30)).block()).isEqualTo(new NdjsonProgress(30, 28, 2, 0));
        assertThat(database.get().reads).hasValue(3);
        assertThat(values().subList(0, 5)).containsExactly(0, "old", 2, "old", 4);
        assertThat(importer(options()).fromLines(Flux.just(line(1, 1))).block())
                .isEqualTo(new NdjsonProgress(1, 0, 1, 0));
    }

    @Test
    void ofTwoLinesWithOneKeyTheFirstIsKeptWhenSkippingAndTheLastWhenOverwriting() {
        for (Existing existing : Existing.values()) {
            Sinks.Empty<Void> gate = Sinks.empty();
            AtomicInteger begun = new AtomicInteger();
            onWrite((inner, write) -> Mono.defer(() -> begun.getAndIncrement() == 0
                    ? gate.asMono().then(inner.atomicWrite(write))
                    : inner.atomicWrite(write)));
            Flux<String> lines = Flux.just(line(7, 1), line(8, 1), line(7, 2), line(9, 2), line(10, 3), line(7, 3));
            StepVerifier.create(
                            importer(options().existing(existing).batchSize(2).concurrency(4))
                                    .fromLines(lines))
                    // The second and third batch wait for the first, whose key they have.
                    .then(() -> assertThat(begun).hasValue(1))
                    .then(gate::tryEmitEmpty)
                    .expectNextCount(1)
                    .verifyComplete();
            assertThat(kv.get(KvKey.of(7)).block().value()).isEqualTo(existing == Existing.SKIP ? 1 : 3);
        }
    }

    @Test
    void twoLinesWithOneKeyInOneBatchToo() {
        assertThat(importer(options())
                        .fromLines(Flux.just(line(7, 1), line(7, 2)))
                        .block())
                .isEqualTo(new NdjsonProgress(2, 1, 1, 0));
        assertThat(importer(options().existing(Existing.OVERWRITE))
                        .fromLines(Flux.just(line(7, 3), line(7, 4)))
                        .block())
                .isEqualTo(new NdjsonProgress(2, 2, 0, 0));
        assertThat(values()).containsExactly(4);
    }

    @Test
    void aPrefixIsPutBeforeEachKey() {
        importer(options().prefix(KvKey.of("p", 1))).fromLines(lines(2)).block();
        assertThat(kv.list(KvSelector.prefix())
                        .map(entry -> entry.key())
                        .collectList()
                        .block())
                .containsExactly(KvKey.of("p", 1, 0), KvKey.of("p", 1, 1));
        assertThat(importer(options().prefix(KvKey.of("p")))
                        .fromLines(Flux.just("{\"key\":[],\"value\":{\"type\":\"undefined\"}}"))
                        .block())
                .isEqualTo(new NdjsonProgress(1, 0, 0, 1));
    }

    @Test
    void aBadLineIsCountedAndToldAndTheRestGoesOn() {
        Flux<String> lines = Flux.concat(lines(10), Flux.just("{\n"), lines(30).skip(10));
        assertThat(importer(options().batchSize(7)).fromLines(lines).block())
                .isEqualTo(new NdjsonProgress(31, 30, 0, 1));
        assertThat(refused).extracting(NdjsonException::line).containsExactly(11L);
        assertThat(told.get(told.size() - 1)).isEqualTo(new NdjsonProgress(31, 30, 0, 1));
        assertThat(values()).isEqualTo(upTo(30));
    }

    @Test
    void orTheImportStopsThereWithAllBeforeItWritten() {
        AtomicInteger asked = new AtomicInteger();
        Flux<String> lines =
                Flux.concat(lines(10), Flux.just("{\n"), lines(3000).skip(10));
        StepVerifier.create(importer(options().batchSize(7).onError(NdjsonOnError.STOP))
                        .fromLines(lines.doOnNext(line -> asked.incrementAndGet())))
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(NdjsonException.class).hasMessageStartingWith("line 11 ");
                    assertThat(((NdjsonException) error).progress()).isEqualTo(new NdjsonProgress(11, 10, 0, 1));
                })
                .verify();
        assertThat(asked).hasValue(11);
        assertThat(values()).isEqualTo(upTo(10));
    }

    @Test
    void aValueThatIsTooLargeIsTheErrorOfItsLineAlone() {
        String large = "{\"key\":[{\"type\":\"number\",\"value\":4}],\"value\":{\"type\":\"string\",\"value\":\""
                + "x".repeat(65_536) + "\"}}";
        Flux<String> lines = Flux.concat(lines(4), Flux.just(large), lines(10).skip(5));
        assertThat(importer(options()).fromLines(lines).block()).isEqualTo(new NdjsonProgress(10, 9, 0, 1));
        assertThat(refused)
                .singleElement()
                .satisfies(error -> assertThat(error)
                        .hasMessageContaining("line 5 ")
                        .hasMessageContaining("the stored size of the value in bytes is"));
    }

    @Test
    void toStopNothingBehindAValueThatIsTooLargeIsWritten() {
        String large = "{\"key\":[{\"type\":\"number\",\"value\":4}],\"value\":{\"type\":\"string\",\"value\":\""
                + "x".repeat(65_536) + "\"}}";
        Flux<String> lines = Flux.concat(lines(4), Flux.just(large), lines(3000).skip(5));
        StepVerifier.create(importer(options().onError(NdjsonOnError.STOP)).fromLines(lines))
                .expectErrorSatisfies(error ->
                        assertThat(((NdjsonException) error).progress()).isEqualTo(new NdjsonProgress(5, 4, 0, 1)))
                .verify();
        assertThat(values()).isEqualTo(upTo(4));
    }

    @Test
    void ofALineThatIsTooLargeAndABadOneBehindItTheFirstIsTold() {
        Flux<String> lines = Flux.concat(lines(2), Flux.just(line(2, "1" + "0".repeat(800), "")), lines(4).skip(3));
        kv.ready().block();
        database.get().limits(DatabaseLimits.builder().valueBytes(8).build());
        String large =
                "{\"key\":[{\"type\":\"number\",\"value\":9}],\"value\":{\"type\":\"string\",\"value\":\"123456789\"}}";
        StepVerifier.create(importer(options().onError(NdjsonOnError.STOP))
                        .fromLines(Flux.concat(Flux.just(line(8, 8), large, line(10, 10)), lines)))
                .expectErrorSatisfies(error -> {
                    assertThat(error).hasMessageStartingWith("line 2 ").hasMessageContaining("stored size");
                    assertThat(((NdjsonException) error).progress()).isEqualTo(new NdjsonProgress(2, 1, 0, 1));
                })
                .verify();
        assertThat(values()).containsExactly(8);
    }

    @Test
    void aDatabaseThatTakesLessThanDenoGetsSmallerCommits() {
        kv.ready().block();
        database.get()
                .limits(DatabaseLimits.builder()
                        .mutationsPerWrite(10)
                        .checksPerWrite(5)
                        .build());
        assertThat(importer(options()).fromLines(lines(100)).block()).isEqualTo(new NdjsonProgress(100, 100, 0, 0));
        assertThat(importer(options().existing(Existing.OVERWRITE))
                        .fromLines(lines(100))
                        .block())
                .isEqualTo(new NdjsonProgress(100, 100, 0, 0));
        assertThat(values()).isEqualTo(upTo(100));
    }

    @Test
    void aBatchEndsBeforeItIsMoreThanDenoTakes() {
        String text = "x".repeat(60_000);
        Flux<String> large = Flux.range(0, 30)
                .map(i -> "{\"key\":[{\"type\":\"string\",\"value\":\"" + "k".repeat(2_000) + i
                        + "\"}],\"value\":{\"type\":\"string\",\"value\":\"" + text + "\"}}");
        assertThat(importer(options()).fromLines(large).block()).isEqualTo(new NdjsonProgress(30, 30, 0, 0));
        assertThat(database.get().writes).hasValue(3);
        Flux<String> longKeys = Flux.range(0, 90)
                .map(i -> "{\"key\":[{\"type\":\"string\",\"value\":\"" + "l".repeat(2_000) + i
                        + "\"}],\"value\":{\"type\":\"null\",\"value\":null}}");
        database.get().writes.set(0);
        importer(options().existing(Existing.OVERWRITE)).fromLines(longKeys).block();
        assertThat(database.get().writes).hasValue(3);
    }

    @Test
    void anExpiryIsKeptAndWhatHasExpiredIsSkipped() {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(4_000_000_000_000L), ZoneOffset.UTC);
        Kv timed = Kv.create("memory:", KvOptions.builder().clock(clock).build());
        timed.set(KvKey.of(1), "old").block();
        NdjsonProgress progress = NdjsonImport.of(
                        timed, options().existing(Existing.OVERWRITE).build())
                .fromLines(Flux.just(
                        line(1, 1, ",\"expiresAt\":4000000000000"),
                        line(2, 2, ",\"expiresAt\":4000000000001"),
                        line(3, 3, ",\"expiresAt\":8210266876800000"),
                        line(4, 4, ",\"expiresAt\":null")))
                .block();
        assertThat(progress).isEqualTo(new NdjsonProgress(4, 2, 1, 1));
        assertThat(timed.list(KvSelector.prefix())
                        .map(entry -> entry.value())
                        .collectList()
                        .block())
                .containsExactly("old", 2, 4);
        assertThat(timed.get(KvKey.of(2)).block().expiresAt()).isEqualTo(Instant.ofEpochMilli(4_000_000_000_001L));
    }

    @Test
    void noMoreLinesAreAskedForThanCanBeWritten() {
        List<Sinks.Empty<Void>> held = Collections.synchronizedList(new ArrayList<>());
        onWrite((inner, write) -> Mono.defer(() -> {
            Sinks.Empty<Void> gate = Sinks.empty();
            held.add(gate);
            return gate.asMono().then(Mono.just(new CommitResult.Committed(Versionstamp.ofVersion(1))));
        }));
        AtomicInteger asked = new AtomicInteger();
        Disposable running = importer(options().batchSize(10).concurrency(3))
                .fromLines(lines(1000).doOnNext(line -> asked.incrementAndGet()))
                .subscribe();
        assertThat(held).hasSize(3);
        assertThat(asked).hasValueBetween(30, 31);
        held.get(1).tryEmitEmpty();
        assertThat(held).hasSize(4);
        assertThat(asked).hasValueBetween(40, 41);
        running.dispose();
    }

    @Test
    void aCancelStopsTheLinesAndTheCommits() {
        ConcurrentLinkedQueue<String> cancelled = new ConcurrentLinkedQueue<>();
        onWrite((inner, write) -> Mono.<CommitResult>never().doOnCancel(() -> cancelled.add("write")));
        TestPublisher<String> lines = TestPublisher.create();
        Disposable running =
                importer(options().batchSize(1).concurrency(2)).fromLines(lines).subscribe();
        lines.next(line(1, 1), line(2, 2), line(3, 3));
        running.dispose();
        lines.assertCancelled();
        assertThat(cancelled).containsExactly("write", "write");
    }

    @Test
    void aFailedCommitEndsTheImportAndCancelsTheLines() {
        onWrite((inner, write) -> Mono.error(new KvDatabaseException("disk full", null)));
        PublisherProbe<String> lines = PublisherProbe.of(lines(1000).concatWith(Mono.never()));
        StepVerifier.create(importer(options()).fromLines(lines.flux()))
                .expectErrorMessage("disk full")
                .verify();
        lines.assertWasCancelled();
    }

    @Test
    void anErrorOfTheLinesEndsTheImport() {
        StepVerifier.create(importer(options().batchSize(2))
                        .fromLines(lines(5).concatWith(Mono.error(new IllegalStateException("broken")))))
                .expectErrorMessage("broken")
                .verify();
        assertThat(values()).isEqualTo(upTo(4));
    }

    @Test
    void theContextReachesTheLinesAndTheDatabase() {
        List<Object> seen = Collections.synchronizedList(new ArrayList<>());
        onWrite((inner, write) -> Mono.deferContextual(context -> {
            seen.add(context.get("who"));
            return inner.atomicWrite(write);
        }));
        importer(options())
                .fromLines(Flux.deferContextual(context -> {
                    seen.add(context.get("who"));
                    return lines(1);
                }))
                .contextWrite(context -> context.put("who", "me"))
                .block();
        assertThat(seen).containsExactly("me", "me");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() {
        assertThat(importer(options())
                        .fromLines(Flux.just("\uFEFF" + line(1, 1), "\uFEFF" + line(2, 2)))
                        .block())
                .isEqualTo(new NdjsonProgress(2, 1, 0, 1));
    }

    @Test
    void nothingButBlankLinesIsNothing() {
        assertThat(importer(options()).fromLines(Flux.just("", "\n", " \r\n")).block())
                .isEqualTo(new NdjsonProgress(0, 0, 0, 0));
        assertThat(importer(options()).fromBytes(Flux.empty()).block()).isEqualTo(new NdjsonProgress(0, 0, 0, 0));
    }

    @Test
    void optionsAreCheckedAndKept() {
        for (Runnable wrong : List.<Runnable>of(
                () -> options().batchSize(0),
                () -> options().concurrency(0),
                () -> options().maxLineBytes(0))) {
            assertThatIllegalArgumentException().isThrownBy(wrong::run).withMessageContaining("must be 1 or more: 0");
        }
        NdjsonImportOptions changed = NdjsonImportOptions.builder()
                .prefix(KvKey.of("p"))
                .existing(Existing.OVERWRITE)
                .onError(NdjsonOnError.STOP)
                .batchSize(1)
                .concurrency(2)
                .maxLineBytes(3)
                .build()
                .mutate()
                .build();
        assertThat(changed.prefix()).isEqualTo(KvKey.of("p"));
        assertThat(changed.existing()).isEqualTo(Existing.OVERWRITE);
        assertThat(changed.onError()).isEqualTo(NdjsonOnError.STOP);
        assertThat(List.of(changed.batchSize(), changed.concurrency(), changed.maxLineBytes()))
                .containsExactly(1, 2, 3);
        assertThat(changed.observer()).isSameAs(NdjsonObserver.NONE);
    }

    /** A subscriber of the lines sees that a slow database slows them down: demand comes in ones. */
    @Test
    void demandOnTheLinesIsNeverUnbounded() {
        List<Long> requests = new ArrayList<>();
        importer(options())
                .fromLines(lines(50).doOnRequest(requests::add).doOnSubscribe((Subscription s) -> {}))
                .block();
        assertThat(requests).allMatch(request -> request < 10);
    }
}
