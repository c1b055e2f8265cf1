// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Which reads share a request, and when it goes out; on a clock that stands still, and with requests that the test answers. */
class SharedReadsTest {

    private static final int MOST_RANGES = 10;
    private static final byte[] KEY = {1};

    private final VirtualTimeScheduler timers = VirtualTimeScheduler.create();
    private final List<Sent> requests = new ArrayList<>();
    private final SharedReads reads = new SharedReads(MOST_RANGES, this::send, timers);
    private final List<String> results = new ArrayList<>();

    /** A request that is under way. */
    private static final class Sent {
        private final List<String> keys;
        private final MonoSink<List<List<RawEntry>>> sink;
        private boolean isCancelled;

        Sent(List<ReadRange> ranges, MonoSink<List<List<RawEntry>>> sink) {
            this.keys = ranges.stream().map(range -> text(range.start())).collect(Collectors.toList());
            this.sink = sink;
            sink.onCancel(() -> isCancelled = true);
        }

        /** Each key is answered by itself. */
        void answer() {
            sink.success(keys.stream().map(key -> List.of(entry(key))).collect(Collectors.toList()));
        }
    }

    private Mono<List<List<RawEntry>>> send(List<ReadRange> ranges) {
        return Mono.create(sink -> requests.add(new Sent(ranges, sink)));
    }

    private static RawEntry entry(String key) {
        KvValue value = KvValue.copyOf(KvValue.BYTES, KEY);
        return RawEntry.of(key.getBytes(StandardCharsets.UTF_8), value, Versionstamp.ofVersion(1), null);
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    private Mono<String> read(String... keys) {
        List<ReadRange> ranges = List.of(keys).stream()
                .map(key -> ReadRange.point(key.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.toList());
        return reads.read(ranges)
                .map(found -> found.stream()
                        .map(entries -> text(entries.get(0).key()))
                        .collect(Collectors.joining("+")));
    }

    private Disposable begin(String... keys) {
        return read(keys).subscribe(results::add, error -> results.add(error.getMessage()));
    }

    /** Begins reads of the keys {@code name0}, {@code name1} and so on. */
    private void begin(String name, int count) {
        IntStream.range(0, count).forEach(i -> begin(name + i));
    }

    private List<Integer> sizes() {
        return requests.stream().map(request -> request.keys.size()).collect(Collectors.toList());
    }

    @Test
    void fewReadsGoOutAtOnceAndAlone() {
        begin("a", 4);
        assertThat(sizes()).containsExactly(1, 1, 1, 1);
    }

    @Test
    void sixtyFourGoInTenRequestsAndThenInSeven() {
        begin("a", 64);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 10, 10, 10, 10, 10, 10);
        // Whoever has an answer asks anew: the requests of then are answered one after the other.
        List<Sent> first = List.copyOf(requests);
        requests.clear();
        first.forEach(request -> {
            request.answer();
            begin("b", request.keys.size());
        });
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        assertThat(sizes()).containsExactly(10, 10, 10, 10, 10, 10, 4);
        assertThat(results).hasSize(64);
    }

    @Test
    void whatIsAskedForBecauseOfAnAnswerGoesTogether() {
        begin("a", 4);
        IntStream.range(0, 10)
                .forEach(i -> read("b" + i).flatMap(found -> read(found + "+")).subscribe(results::add));
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 10);
        requests.get(4).answer();
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 10, 10);
        assertThat(requests.get(5).keys).contains("b0+", "b9+");
        requests.get(5).answer();
        assertThat(results).contains("b0+", "b9+").hasSize(10);
    }

    @Test
    void anAnswerSendsThoseWhoWait() {
        begin("a", 7);
        assertThat(sizes()).containsExactly(1, 1, 1, 1);
        requests.get(2).answer();
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 3);
        assertThat(results).containsExactly("a2");
        requests.get(4).answer();
        assertThat(results).containsExactly("a2", "a4", "a5", "a6");
    }

    @Test
    void noneWaitsForMoreThanAMoment() {
        begin("a", 5);
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT.dividedBy(2));
        begin("late");
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT.dividedBy(2).minusNanos(1));
        assertThat(sizes()).containsExactly(1, 1, 1, 1);
        timers.advanceTimeBy(Duration.ofNanos(1));
        // Whoever came late goes along.
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 2);
        begin("b", 2);
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 2, 2);
    }

    @Test
    void theTimerOfAReadThatHasGoneSendsNoOtherTooEarly() {
        begin("a", 5);
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT.dividedBy(2));
        requests.get(0).answer();
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1);
        begin("b");
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT.dividedBy(2));
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1);
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT.dividedBy(2));
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1, 1);
    }

    @Test
    void aReadOfSeveralKeysStaysWhole() {
        begin("a", 4);
        begin("b0", "b1", "b2", "b3", "b4", "b5");
        begin("c0", "c1", "c2", "c3", "c4", "c5");
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 6);
        begin("d0", "d1", "d2", "d3");
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 6, 10);
        requests.get(5).answer();
        assertThat(results).containsExactly("c0+c1+c2+c3+c4+c5", "d0+d1+d2+d3");
    }

    @Test
    void aReadOfMoreThanARequestTakesGoesAlone() {
        String[] keys = IntStream.range(0, 12).mapToObj(i -> "k" + i).toArray(String[]::new);
        begin("a", 5);
        begin(keys);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1, 12);
    }

    @Test
    void whoeverGoesLeavesTheOthersTheirAnswer() {
        begin("a", 4);
        Disposable gone = begin("gone");
        begin("b");
        Disposable goneLater = begin("gone later");
        gone.dispose();
        requests.get(0).answer();
        assertThat(requests.get(4).keys).containsExactly("b", "gone later");
        goneLater.dispose();
        assertThat(requests.get(4).isCancelled).isFalse();
        requests.get(4).answer();
        assertThat(results).containsExactly("a0", "b");
    }

    @Test
    void whenAllHaveGoneTheRequestIsCancelled() {
        begin("a", 4);
        Disposable one = begin("one");
        Disposable two = begin("two");
        begin("b", 8);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 10);
        one.dispose();
        two.dispose();
        assertThat(requests.get(4).isCancelled).isFalse();
        requests.get(4).answer();
        Disposable alone = begin("alone");
        requests.get(0).answer();
        alone.dispose();
        assertThat(requests.get(5).isCancelled).isTrue();
        assertThat(results).hasSize(9);
        // What is cancelled is under way no more.
        requests.get(1).answer();
        begin("c", 1);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 10, 1, 1);
    }

    @Test
    void nothingIsSentForThoseWhoHaveGoneMeanwhile() {
        begin("a", 4);
        begin("gone").dispose();
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        assertThat(sizes()).containsExactly(1, 1, 1, 1);
    }

    @Test
    void aFailureIsToldToAll() {
        begin("a", 4);
        begin("b", 10);
        requests.get(4).sink.error(new KvUnavailableException("out of order", null));
        assertThat(results).hasSize(10).containsOnly("out of order");
        assertThat(sizes()).hasSize(5);
    }

    @Test
    void afterARefusalEachIsSentAlone() {
        begin("a", 4);
        Disposable gone = begin("gone");
        begin("b", 9);
        gone.dispose();
        requests.get(4).sink.error(new KvDatabaseException("one of them is no good", null));
        assertThat(results).isEmpty();
        assertThat(sizes()).hasSize(5 + 9).endsWith(1, 1, 1, 1, 1, 1, 1, 1, 1);
        requests.get(5).sink.error(new KvDatabaseException("this one", null));
        requests.subList(6, 14).forEach(Sent::answer);
        assertThat(results).containsExactly("this one", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8");
    }

    @Test
    void whoeverThrowsDoesNotKeepTheOthersFromTheirAnswers() {
        begin("a", 4);
        read("bad")
                .subscribe(
                        found -> {
                            throw new IllegalStateException("thrown by the subscriber");
                        },
                        error -> {
                            throw new IllegalStateException("and again");
                        });
        begin("b", 9);
        requests.get(4).answer();
        assertThat(results).hasSize(9);
    }

    @Test
    void whoeverGoesOnAfterErrorsDoesNotMakeTheOthersWait() {
        SharedReads failing = new SharedReads(
                MOST_RANGES,
                ranges -> send(ranges).map(found -> {
                    throw new IllegalStateException("the answer makes no sense");
                }),
                timers);
        for (int i = 0; i < 8; i++) {
            Mono<List<List<RawEntry>>> read = failing.read(List.of(ReadRange.point(KEY)));
            read.onErrorContinue((error, value) -> results.add("went on"))
                    .subscribe(found -> results.add("found"), error -> results.add(error.getMessage()));
        }
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        List.copyOf(requests).forEach(Sent::answer);
        assertThat(results).hasSize(8).containsOnly("the answer makes no sense");
    }

    @Test
    void aRequestThatCannotBeMadeIsToldAndTheNextIsMade() {
        SharedReads failing = new SharedReads(
                MOST_RANGES,
                ranges -> {
                    if (ranges.size() == 2) {
                        throw new NoClassDefFoundError("there is no such class");
                    }
                    return send(ranges);
                },
                timers);
        for (int i = 0; i < 6; i++) {
            failing.read(List.of(ReadRange.point(KEY)))
                    .subscribe(found -> results.add("found"), error -> results.add(error.getMessage()));
        }
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        assertThat(results).containsExactly("there is no such class", "there is no such class");
        List.copyOf(requests).forEach(Sent::answer);
        failing.read(List.of(ReadRange.point(KEY))).subscribe(found -> results.add("found"));
        requests.get(4).answer();
        assertThat(results).hasSize(7);
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void aResultWaitsForDemand() {
        StepVerifier.create(read("a"), 0)
                .then(() -> requests.get(0).answer())
                .thenRequest(1)
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void aRequestWithoutAnAnswerEndsTheReads() {
        begin("a", 3);
        Mono<String> read = read("empty");
        List<String> ends = new ArrayList<>();
        read.subscribe(ends::add, error -> ends.add("error"), () -> ends.add("end"));
        requests.get(3).sink.success();
        assertThat(ends).containsExactly("end");
    }

    @Test
    void listingsDoNotTakePart() {
        byte[] end = {1, 0};
        assertThat(SharedReads.canShare(List.of(ReadRange.point(KEY)))).isTrue();
        assertThat(SharedReads.canShare(List.of(ReadRange.ascending(KEY, end, 1))))
                .isTrue();
        assertThat(SharedReads.canShare(List.of(ReadRange.ascending(KEY, end, 500))))
                .isFalse();
        assertThat(SharedReads.canShare(List.of(ReadRange.point(KEY), ReadRange.ascending(KEY, new byte[] {2}, 1))))
                .isFalse();
    }

    @Test
    void allAreToldThatTheirRequestIsTriedAgain() {
        SharedReads repeating = new SharedReads(
                MOST_RANGES,
                ranges -> Mono.deferContextual(context -> {
                    KvObservation.of(context).triedAgain(2);
                    return send(ranges);
                }),
                timers);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = "read " + i;
            repeating
                    .read(List.of(ReadRange.point(KEY)))
                    .contextWrite(context -> context.put(KvObservation.class, new KvObservation() {
                        @Override
                        public void triedAgain(int attempt) {
                            told.add(name);
                        }
                    }))
                    .subscribe();
        }
        timers.advanceTimeBy(SharedReads.LONGEST_WAIT);
        assertThat(told).containsExactly("read 0", "read 1", "read 2", "read 3", "read 4", "read 5");
        assertThat(sizes()).containsExactly(1, 1, 1, 1, 2);
    }
}
