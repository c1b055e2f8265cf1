// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.READ;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.remote.TestServer.Request;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Many reads at a time against a server: what is shared, and that nobody notices it. {@link SharedReadsTest} has the rules. */
class SharedReadsIT extends ServerTest {

    private static final int COUNT = 1_000;

    private static KvKey key(int i) {
        return KvKey.of("shared", i);
    }

    /** A database with all keys. */
    private Kv filled(RemoteOptions.Builder own) {
        Kv kv = kv(own.build());
        await(Flux.range(0, COUNT).flatMap(i -> kv.set(key(i), i)).then(Mono.just(true)));
        return kv;
    }

    private static RemoteOptions.Builder rangesPerRead(int ranges) {
        return quick().limits(DatabaseLimits.builder().rangesPerRead(ranges).build());
    }

    private static int ranges(Request request) {
        return WireMapper.decodeRead(request.body()).size();
    }

    /** What would have been answered to one read; another answer to reads that share a request. */
    private Reply whenShared(Reply reply) {
        return (at, request, response) -> ranges(request) > 1
                ? reply.give(at, request, response)
                : Reply.after(Mono.empty()).give(at, request, response);
    }

    /** All keys, as many at a time as there are. */
    private static Mono<List<Object>> all(Kv kv) {
        return Flux.range(0, COUNT)
                .flatMapSequential(i -> kv.get(key(i)), COUNT)
                .map(KvEntry::value)
                .collectList();
    }

    private static final List<Integer> EXPECTED =
            IntStream.range(0, COUNT).boxed().collect(Collectors.toList());

    @Test
    void eachReadGetsItsOwnInFewerRequests() {
        Kv kv = filled(quick());
        assertThat(await(all(kv))).isEqualTo(EXPECTED);
        assertThat(server.count(READ)).isLessThan(COUNT);
        assertThat(server.requests(READ)).allMatch(request -> ranges(request) <= 10);
    }

    @Test
    void aServerThatTakesFewerRangesGetsFewer() {
        Kv kv = filled(rangesPerRead(3));
        assertThat(await(all(kv))).isEqualTo(EXPECTED);
        assertThat(server.requests(READ)).allMatch(request -> ranges(request) <= 3);
    }

    @Test
    void aServerThatTakesOneRangeGetsOne() {
        Kv kv = filled(rangesPerRead(1));
        assertThat(await(all(kv))).isEqualTo(EXPECTED);
        assertThat(server.count(READ)).isEqualTo(COUNT);
    }

    @Test
    void whatIsRefusedTogetherIsReadOneByOne() {
        Kv kv = filled(quick());
        server.script(READ, 2 * COUNT, whenShared(Reply.status(400, "too many for me")));
        assertThat(await(all(kv))).isEqualTo(EXPECTED);
        assertThat(server.requests(READ))
                .filteredOn(request -> ranges(request) == 1)
                .hasSize(COUNT);
    }

    @Test
    void whatMayPassIsRepeatedTogether() {
        Kv kv = filled(quick());
        server.script(READ, 30, whenShared(Reply.status(503, "busy")));
        server.script(READ, 30, whenShared(Reply.reset()));
        assertThat(await(all(kv))).isEqualTo(EXPECTED);
    }

    @Test
    void theDeadlineHoldsForEach() {
        Kv kv = kv(quick().deadline(Duration.ofSeconds(3)).build());
        await(kv.ready());
        server.script(READ, COUNT, Reply.silence());
        List<Throwable> errors = await(Flux.range(0, 100)
                .flatMap(
                        i -> kv.get(key(i))
                                .<Throwable>thenReturn(new AssertionError("an answer"))
                                .onErrorResume(Mono::just),
                        100)
                .collectList());
        assertThat(errors).hasSize(100).hasOnlyElementsOfType(KvTimeoutException.class);
    }

    @Test
    void consistenciesAreNotMixed() {
        ConnectDatabase database = database(own -> own);
        server.isStronglyConsistent = false;
        List<ReadRange> range = List.of(ReadRange.point(A.encoded()));
        // Whoever wants the latest state does not take it from this server, and must not keep the others waiting.
        List<Disposable> strong = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            strong.add(database.snapshotRead(range, KvConsistency.STRONG).subscribe(found -> {}, error -> {}));
        }
        List<List<List<RawEntry>>> found = await(Flux.range(0, 20)
                .flatMap(i -> database.snapshotRead(range, KvConsistency.EVENTUAL), 20)
                .collectList());
        assertThat(found).hasSize(20);
        strong.forEach(Disposable::dispose);
    }

    @Test
    void whoeverGoesTakesNothingFromTheOthers() throws InterruptedException {
        ConnectDatabase database = database(own -> own);
        Sinks.Empty<Void> answer = Sinks.empty();
        server.script(READ, COUNT, Reply.after(answer.asMono()));
        List<ReadRange> range = List.of(ReadRange.point(A.encoded()));
        CountDownLatch answered = new CountDownLatch(20);
        List<Disposable> reads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            reads.add(database.snapshotRead(range, KvConsistency.STRONG).subscribe(found -> answered.countDown()));
        }
        for (int i = 0; i < 40; i += 2) {
            reads.get(i).dispose();
        }
        answer.tryEmitEmpty();
        assertThat(answered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whenAllHaveGoneNothingIsUnderWay() {
        ConnectDatabase database = database(own -> own);
        server.script(READ, COUNT, Reply.silence());
        List<ReadRange> range = List.of(ReadRange.point(A.encoded()));
        List<Disposable> reads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            reads.add(database.snapshotRead(range, KvConsistency.STRONG).subscribe());
        }
        awaitThat(() -> server.count(READ) >= SharedReads.UNSHARED_REQUESTS);
        reads.forEach(Disposable::dispose);
        awaitThat(() -> database.transport().underWay() == 0);
    }

    @Test
    void closingWaitsForThoseWhoWait() {
        Kv kv = filled(quick());
        Mono<List<Object>> read = all(kv).cache();
        Disposable reading = read.subscribe();
        kv.close().block(PATIENCE);
        assertThat(await(read)).isEqualTo(EXPECTED);
        assertThat(reading.isDisposed()).isTrue();
    }
}
