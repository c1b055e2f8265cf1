// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.WATCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvChange;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.Datapath;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Watches of a server that sends anything: {@code docs/spec/kv-connect.md}, section 4.3. */
class WatchIT extends ServerTest {

    private static final byte[] PING = WireMapper.encodeWatchPing();

    private static List<RawEntry> entry(KvKey key, int version) {
        byte[] value = {(byte) version};
        return List.of(RawEntry.of(
                key.encoded(), KvValue.copyOf(KvValue.BYTES, value), Versionstamp.ofVersion(version), null));
    }

    /** A frame of the state of the keys a and b; 0 for one that is absent. */
    private static byte[] frame(int a, int b) {
        return WireMapper.encodeWatchFrame(null, state(a, b));
    }

    private static byte[] frame(List<List<RawEntry>> before, int a, int b) {
        return WireMapper.encodeWatchFrame(before, state(a, b));
    }

    private static List<List<RawEntry>> state(int a, int b) {
        return List.of(a == 0 ? List.of() : entry(A, a), b == 0 ? List.of() : entry(B, b));
    }

    private static byte[] framed(Datapath.WatchOutput.Builder message) {
        byte[] body = message.build().toByteArray();
        return ByteBuffer.allocate(4 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static Reply frames(byte[]... frames) {
        return Reply.frames(Flux.concat(Flux.fromArray(frames), Mono.never()));
    }

    private static Reply framesAndTheEnd(byte[]... frames) {
        return Reply.frames(Flux.fromArray(frames));
    }

    /** What is told of the keys a and b, as versions. */
    private Flux<List<Integer>> watch(Kv kv) {
        return kv.watch(List.of(A, B)).map(KvChange::entries).map(WatchIT::versions);
    }

    private static List<Integer> versions(List<KvEntryMaybe<Object>> entries) {
        return entries.stream()
                .map(entry -> entry.isPresent() ? (int) ((byte[]) entry.value())[0] : 0)
                .toList();
    }

    private List<List<Integer>> first(int count) {
        return await(watch(kv()).take(count).collectList());
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    @Test
    void theRequestIsWhatTheProtocolAsksFor() {
        server.script(WATCH, frames(frame(1, 0)));
        assertThat(first(1)).containsExactly(List.of(1, 0));
        TestServer.Request request = server.requests(WATCH).get(0);
        assertThat(request.path()).isEqualTo("/v2/watch");
        assertThat(request.headers().get("Authorization")).isEqualTo("Bearer " + server.token);
        assertThat(request.headers().get("Content-Type")).isEqualTo("application/x-protobuf");
        assertThat(request.headers().get("x-denokv-version")).isEqualTo("3");
        assertThat(WireMapper.decodeWatch(request.body())).containsExactly(A.encoded(), B.encoded());
    }

    @Test
    void changesAndAbsencesAndWhatStaysAreToldApart() {
        server.script(
                WATCH,
                frames(frame(1, 0), frame(state(1, 0), 1, 2), frame(state(1, 2), 0, 2), frame(state(0, 2), 3, 4)));
        assertThat(first(4)).containsExactly(List.of(1, 0), List.of(1, 2), List.of(0, 2), List.of(3, 4));
    }

    @Test
    void aSignOfLifeMayComeFirstAndAtAnyTime() {
        server.script(WATCH, frames(join(PING, PING, frame(1, 0), PING), PING, join(PING, frame(2, 0))));
        assertThat(first(2)).containsExactly(List.of(1, 0), List.of(2, 0));
    }

    @Test
    void framesMayBeCutAnywhere() {
        byte[] stream = join(PING, frame(1, 0), PING, frame(1, 2), frame(3, 2));
        for (int step : new int[] {1, 2, 3, 5, 7, stream.length}) {
            List<byte[]> pieces = new ArrayList<>();
            for (int from = 0; from < stream.length; from += step) {
                pieces.add(Arrays.copyOfRange(stream, from, Math.min(stream.length, from + step)));
            }
            server.script(WATCH, frames(pieces.toArray(byte[][]::new)));
            assertThat(first(3)).containsExactly(List.of(1, 0), List.of(1, 2), List.of(3, 2));
        }
    }

    @Test
    void aServerThatTellsEveryKeyInEachFrameChangesNothing() {
        server.script(WATCH, frames(frame(1, 0), frame(1, 0), frame(1, 0), frame(1, 2)));
        assertThat(first(2)).containsExactly(List.of(1, 0), List.of(1, 2));
    }

    @Test
    void afterAnEndOfTheStreamNothingIsRepeatedAndNothingLost() {
        server.script(
                WATCH,
                framesAndTheEnd(frame(1, 0)),
                framesAndTheEnd(frame(1, 0), frame(2, 0)),
                framesAndTheEnd(),
                framesAndTheEnd(PING),
                // Changed while nobody listened.
                frames(frame(2, 7)));
        assertThat(first(3)).containsExactly(List.of(1, 0), List.of(2, 0), List.of(2, 7));
        assertThat(server.count(WATCH)).isEqualTo(5);
    }

    @Test
    void afterAResetInTheMiddleOfAFrameTheNextStreamBeginsAnew() {
        byte[] second = frame(2, 0);
        Reply half = (s, request, response) -> {
            Flux<byte[]> pieces = Flux.just(frame(1, 0), Arrays.copyOf(second, 9));
            return Mono.from(Reply.frames(pieces.concatWith(Mono.delay(Duration.ofMillis(50))
                            .flatMap(x -> Mono.from(Reply.reset().give(s, request, response))
                                    .then(Mono.empty()))))
                    .give(s, request, response));
        };
        server.script(WATCH, half, frames(frame(1, 0), second));
        assertThat(first(2)).containsExactly(List.of(1, 0), List.of(2, 0));
        assertThat(server.count(WATCH)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void fiveHundredsAreTriedAgain(int status) {
        server.script(WATCH, Reply.status(status, "not now"), Reply.reset(), frames(frame(1, 0)));
        assertThat(first(1)).containsExactly(List.of(1, 0));
        assertThat(server.count(WATCH)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 400, 404})
    void otherStatusesAreFinal(int status) {
        server.script(WATCH, Reply.status(status, "no such thing"));
        KvDatabaseException error = errorOf(KvDatabaseException.class, watch(kv()));
        assertThat(error)
                .hasMessageContaining("watch on " + server.url() + "/v2/watch")
                .hasMessageContaining("answered " + status)
                .hasMessageContaining("no such thing");
        assertThat(server.count(WATCH)).isEqualTo(1);
    }

    @Test
    void aRefusedTokenIsRenewedOnceForEachStreamThatWentWell() {
        server.script(
                WATCH,
                Reply.status(401, "expired"),
                framesAndTheEnd(frame(1, 0)),
                Reply.status(401, "expired again"),
                frames(frame(2, 0)));
        assertThat(first(2)).containsExactly(List.of(1, 0), List.of(2, 0));
        assertThat(server.count(METADATA)).isEqualTo(3);
        server.script(WATCH, 2, Reply.status(401, "who are you"));
        assertThat(errorOf(KvDatabaseException.class, watch(kv()))).hasMessageContaining("401: who are you");
    }

    @Test
    void aServerThatCannotReadNowLeadsToNewMetadataAndAnotherStream() {
        server.script(WATCH, frames(frame(1, 0), WireMapper.encodeWatchDisabledFrame()), frames(frame(2, 0)));
        assertThat(first(2)).containsExactly(List.of(1, 0), List.of(2, 0));
        assertThat(server.count(METADATA)).isEqualTo(2);
    }

    @Test
    void aServerThatNeverCanReadIsGivenUp() {
        server.script(WATCH, 100, frames(WireMapper.encodeWatchDisabledFrame()));
        assertThat(errorOf(KvUnavailableException.class, watch(kv()))).hasMessageContaining("cannot read now");
        assertThat(server.count(WATCH)).isEqualTo(6);
    }

    private void assertFinal(byte[] frame, String why) {
        server.script(WATCH, frames(frame));
        assertThat(errorOf(KvDatabaseException.class, watch(kv()))).hasMessageContaining(why);
        assertThat(server.count(WATCH)).isEqualTo(1);
    }

    @Test
    void aStatusOfZeroIsFinal() {
        assertFinal(
                framed(Datapath.WatchOutput.newBuilder().addKeys(Datapath.WatchKeyOutput.getDefaultInstance())),
                "status 0");
    }

    @Test
    void anUnknownStatusIsFinal() {
        assertFinal(framed(Datapath.WatchOutput.newBuilder().setStatusValue(99)), "status 99");
    }

    @Test
    void anotherNumberOfKeysIsFinal() {
        assertFinal(WireMapper.encodeWatchFrame(null, List.of(entry(A, 1))), "tells of 1 keys, watched are 2");
    }

    @Test
    void anotherKeyInTheWrongPlaceIsFinal() {
        assertFinal(
                WireMapper.encodeWatchFrame(null, List.of(entry(B, 1), List.of())),
                "another key in the place of key 0");
    }

    @Test
    void aFirstFrameThatDoesNotTellOfAKeyIsFinal() {
        assertFinal(frame(state(1, 0), 2, 0), "does not tell of key 1");
    }

    @Test
    void garbageIsFinal() {
        assertFinal(join(new byte[] {3, 0, 0, 0}, new byte[] {-1, -1, -1}), "no WatchOutput");
    }

    @Test
    void aFrameThatClaimsToBeHugeIsFinalAtOnce() {
        byte[] length = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(KvConnect.MAX_FRAME_BYTES + 1)
                .array();
        assertFinal(length, "a frame claims 16777217 bytes");
    }

    @Test
    void silenceIsTheEndOfAStream() {
        server.script(WATCH, frames(frame(1, 0)), frames(), frames(frame(2, 0)));
        Kv kv = kv(quick().watchSilence(Duration.ofSeconds(2)).build());
        assertThat(await(watch(kv).take(2).collectList())).containsExactly(List.of(1, 0), List.of(2, 0));
        assertThat(server.count(WATCH)).isEqualTo(3);
    }

    @Test
    void signsOfLifeKeepAStreamAlive() {
        Flux<byte[]> pings =
                Flux.interval(Duration.ofMillis(200)).map(i -> PING).take(20);
        server.script(
                WATCH, Reply.frames(Flux.concat(Mono.just(frame(1, 0)), pings, Mono.just(frame(2, 0)), Mono.never())));
        Kv kv = kv(quick().watchSilence(Duration.ofSeconds(3)).build());
        assertThat(await(watch(kv).take(2).collectList())).containsExactly(List.of(1, 0), List.of(2, 0));
        assertThat(server.count(WATCH)).isEqualTo(1);
    }

    @Test
    void aServerThatClosesAtOnceIsNotAskedInABusyLoop() {
        server.script(WATCH, 10_000, framesAndTheEnd(frame(1, 0)));
        Kv kv = kv(RemoteOptions.builder()
                .backoff(Duration.ofMillis(200), Duration.ofSeconds(1))
                .jitter(0)
                .build());
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        // Three streams take two pauses of 200 ms at least.
        long begin = System.nanoTime();
        var watching = watch(kv).subscribe(seen::add);
        awaitThat(() -> server.count(WATCH) >= 3);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(390));
        watching.dispose();
        assertThat(seen).hasSize(1);
    }

    @Test
    void pausesGrowAndBeginAnewAfterAStreamThatWentWell() {
        server.script(WATCH, 4, Reply.status(503, "down"));
        server.script(WATCH, framesAndTheEnd(frame(1, 0)));
        server.script(WATCH, 4, Reply.status(503, "down"));
        server.script(WATCH, frames(frame(2, 0)));
        // Four failures in a row are allowed, eight in all are met.
        Kv kv = kv(quick().maxAttempts(6).build());
        assertThat(await(watch(kv).take(2).collectList())).containsExactly(List.of(1, 0), List.of(2, 0));
        server.script(WATCH, 6, Reply.status(503, "down"));
        errorOf(KvUnavailableException.class, watch(kv));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void beforeVersionThreeThereAreNoWatches(int version) {
        server.newestVersion = version;
        assertThat(errorOf(KvUnsupportedException.class, watch(kv())))
                .hasMessageContaining("version " + version)
                .hasMessageContaining("version 3");
        assertThat(server.count(WATCH)).isZero();
    }

    @Test
    void whoIsSlowIsGivenTheNewestStateOnly() {
        Sinks.Empty<Void> goOn = Sinks.empty();
        Flux<byte[]> later = Flux.range(2, 99).map(i -> frame(i, 0));
        server.script(
                WATCH,
                Reply.frames(Flux.just(frame(1, 0)).concatWith(goOn.asMono().thenMany(later))),
                frames(frame(100, 0)));
        ConnectDatabase database = database(own -> own);
        StepVerifier.create(database.watch(List.of(A.encoded(), B.encoded())), 1)
                .assertNext(state -> assertThat(version(state)).isEqualTo(1))
                .then(goOn::tryEmitEmpty)
                // The client has read a stream to its end when it begins another.
                .then(() -> awaitThat(() -> server.count(WATCH) == 2))
                .thenRequest(1)
                .assertNext(state -> assertThat(version(state)).isEqualTo(100))
                .thenCancel()
                .verify(PATIENCE);
    }

    private static int version(List<List<RawEntry>> state) {
        return (int) state.get(0).get(0).versionstamp().version();
    }

    @Test
    void moreKeysThanAStreamTakesAreSeveralStreams() {
        List<KvKey> keys =
                IntStream.range(0, 25).mapToObj(i -> KvKey.of("k", i)).toList();
        Kv kv = kv();
        List<Integer> changed = new ArrayList<>();
        StepVerifier.create(kv.watch(keys))
                .assertNext(change -> assertThat(change.entries()).hasSize(25))
                .then(() -> await(kv.set(keys.get(0), 1)))
                .assertNext(change -> changed.addAll(change.changedIndexes()))
                .then(() -> await(kv.set(keys.get(24), 1)))
                .assertNext(change -> changed.addAll(change.changedIndexes()))
                .thenCancel()
                .verify(PATIENCE);
        assertThat(changed).containsExactly(0, 24);
        assertThat(server.requests(WATCH))
                .extracting(request -> WireMapper.decodeWatch(request.body()).size())
                .containsExactlyInAnyOrder(10, 10, 5);
    }

    @Test
    void aWatchOutlivesARestartOfTheServer() {
        Kv kv = kv();
        StepVerifier.create(kv.watch(A).<@Nullable Object>map(seen -> seen.isPresent() ? "" + seen.value() : "-"))
                .expectNext("-")
                .then(() -> await(kv.set(A, "before")))
                .expectNext("before")
                .then(() -> server.stop())
                .then(() -> await(server.database()
                        .atomicWrite(AtomicWrite.of(
                                List.of(), List.of(Mutation.set(A.encoded(), KvValue.of(KvU64.of(7)), null))))))
                .then(() -> server.startAgain())
                .expectNext("7")
                .then(() -> await(kv.set(A, "after")))
                .expectNext("after")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void hundredsOfWatchesLeaveRoomForRequests() {
        Kv kv = kv(quick().http(HttpOptions.builder().connections(2).build()).build());
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        var all =
                Flux.range(0, 200).flatMap(i -> kv.watch(KvKey.of("w", i)), 200).subscribe(seen::add);
        awaitThat(() -> seen.size() == 200);
        for (int i = 0; i < 10; i++) {
            await(kv.set(KvKey.of("w", i), i));
        }
        awaitThat(() -> seen.size() == 210);
        all.dispose();
    }

    @Test
    void closingCompletesWatches() {
        Kv kv = kv();
        Mono<Long> told = kv.watch(A).count().cache();
        told.subscribe();
        awaitThat(() -> server.count(WATCH) == 1);
        await(kv.set(A, 1));
        kv.close().block(PATIENCE);
        assertThat(await(told)).isBetween(0L, 2L);
    }
}
