// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.ReadAnswer;
import io.kvreactive.proto.WatchAnswer;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.server.ServerObserver.WatchEnd;
import io.kvreactive.spi.Mutation;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Watches: frames, signs of life, readers that are slow or gone, and very many of them. */
class WatchIT {

    private static final KvKey A = KvKey.of("a");
    private static final KvKey B = KvKey.of("b");
    private static final KvValue VALUE = KvValue.copyOf(KvValue.BYTES, new byte[] {1, 2, 3});
    private static final String PATH = "/v2" + KvConnect.WATCH_PATH;

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final RecordingObserver observer = new RecordingObserver();

    /** The next frame, signs of life passed over; null at the end of the stream. */
    private static WatchAnswer frame(InputStream in) throws IOException {
        while (true) {
            byte[] head = in.readNBytes(Integer.BYTES);
            if (head.length == 0) {
                return null;
            }
            int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (length > 0) {
                return WireMapper.decodeWatchAnswer(in.readNBytes(length));
            }
        }
    }

    private KvConnectServer start(ServerOptionsBuilder builder) {
        return servers.start(builder.observer(observer).build());
    }

    @Test
    void everyFrameTellsEveryKeyAndThereIsOneOnlyWhenSomethingHasChanged() throws IOException {
        KvConnectServer server = start(TestServers.options());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        Versionstamp first =
                caller.writeWell(metadata, Caller.set(A.encoded(), VALUE)).versionstamp();
        try (InputStream in = caller.watch(metadata, A, B, A)) {
            WatchAnswer frame = frame(in);
            assertThat(frame.status()).isEqualTo(ReadAnswer.SUCCESS);
            assertThat(frame.keys()).extracting(WatchAnswer.Key::isChanged).containsExactly(true, true, true);
            assertThat(frame.keys().get(0).entry().versionstamp()).isEqualTo(first);
            assertThat(frame.keys().get(1).entry()).isNull();
            assertThat(frame.keys().get(2).entry().value()).isEqualTo(VALUE);

            Versionstamp second =
                    caller.writeWell(metadata, Caller.set(B.encoded(), VALUE)).versionstamp();
            frame = frame(in);
            // Deno would take a key for absent that is told as not changed.
            assertThat(frame.keys()).extracting(WatchAnswer.Key::isChanged).containsExactly(true, true, true);
            assertThat(frame.keys().get(0).entry().versionstamp()).isEqualTo(first);
            assertThat(frame.keys().get(1).entry().versionstamp()).isEqualTo(second);

            // What changes nothing is not told.
            caller.writeWell(
                    metadata, Caller.write(Mutation.delete(KvKey.of("other").encoded())));
            caller.writeWell(metadata, Caller.write(Mutation.delete(A.encoded())));
            frame = frame(in);
            assertThat(frame.keys()).extracting(WatchAnswer.Key::isChanged).containsExactly(true, true, true);
            assertThat(frame.keys().get(0).entry()).isNull();
            assertThat(frame.keys().get(1).entry().versionstamp()).isEqualTo(second);
        }
        assertThat(server.statistics().watches()).isLessThanOrEqualTo(1);
    }

    @Test
    void aWatchThatHasNothingToTellGivesSignsOfLife() throws IOException {
        KvConnectServer server = start(TestServers.options().watchPing(Duration.ofMillis(20)));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of(PATH, metadata, WireMapper.encodeWatch(List.of(A.encoded()))));
            assertThat(connection.head()).isEqualTo(200);
            assertThat(connection.chunk()).hasSizeGreaterThan(Integer.BYTES);
            for (int i = 0; i < 5; i++) {
                assertThat(connection.chunk()).containsExactly(0, 0, 0, 0);
            }
            caller.writeWell(metadata, Caller.set(A.encoded(), VALUE));
            byte[] chunk;
            do {
                chunk = connection.chunk();
            } while (chunk.length == Integer.BYTES);
            assertThat(WireMapper.decodeWatchAnswer(Arrays.copyOfRange(chunk, 4, chunk.length))
                            .keys()
                            .get(0)
                            .entry()
                            .value())
                    .isEqualTo(VALUE);
        }
    }

    @Test
    void keysThatAreNoneTooManyOrTooLongAreRefused() {
        KvConnectServer server = start(TestServers.options());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        for (List<byte[]> keys :
                List.of(List.<byte[]>of(), Collections.nCopies(11, A.encoded()), List.of(new byte[2_050]))) {
            caller.post(PATH, WireMapper.encodeWatch(keys), metadata.headers()).refused(400);
        }
        assertThat(observer.watchesBegun).hasValue(0);
    }

    @Test
    void aBackendThatCannotWatchIsTheClientsMistakeAndNothingToRepeat() {
        FailingDatabase database = new FailingDatabase();
        database.error = new KvUnsupportedException("watch: this backend does not tell what changes");
        KvConnectServer server = start(TestServers.options().database(Mono.just(database), UUID.randomUUID()));
        Caller caller = Caller.of(server);
        assertThat(caller.post(
                                PATH,
                                WireMapper.encodeWatch(List.of(A.encoded())),
                                caller.metadata("/").headers())
                        .refused(400)
                        .text())
                .contains("does not tell what changes");
    }

    @Test
    void aReaderThatLeavesLeavesNothing() throws IOException {
        KvConnectServer server = start(TestServers.options());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        byte[] body = WireMapper.encodeWatch(List.of(A.encoded()));
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of(PATH, metadata, body));
            assertThat(connection.head()).isEqualTo(200);
            assertThat(server.statistics().watches()).isEqualTo(1);
        }
        Waiting.until("the watch is over", () -> server.statistics().watches() == 0);
        try (Http2Caller connection = new Http2Caller(server)) {
            Http2Caller.Received received = connection.send(PATH, body, metadata.headers());
            Waiting.until("the watch has begun", () -> received.frames == 1);
            connection.resetAll();
            Waiting.until("the watch is over", () -> server.statistics().watches() == 0);
            // The connection is as good as before.
            Http2Caller.Received read =
                    connection.send("/v2" + KvConnect.SNAPSHOT_READ_PATH, Caller.NOTHING, metadata.headers());
            Waiting.until("the read is answered", () -> read.isEnded);
            assertThat(read.status).isEqualTo(200);
        }
        assertThat(observer.watchEnds).containsExactly(WatchEnd.CLIENT, WatchEnd.CLIENT);
    }

    @Test
    void aSlowReaderSkipsStatesHoldsOneFrameAndIsCutOffInTheEnd() throws IOException {
        KvConnectServer server = start(TestServers.options()
                .limits(ServerLimits.builder()
                        .slowWatchTimeout(Duration.ofMillis(500))
                        .build()));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        KvValue large = KvValue.copyOf(KvValue.BYTES, new byte[60_000]);
        int writes = 0;
        try (RawConnection connection = new RawConnection(server, 4_096)) {
            connection.send(RawRequests.of(PATH, metadata, WireMapper.encodeWatch(List.of(A.encoded()))));
            assertThat(connection.head()).isEqualTo(200);
            // Nobody reads any more. What the machine's own buffers take is some megabytes.
            while (server.statistics().watches() == 1 && writes < 20_000) {
                caller.writeWell(metadata, Caller.set(A.encoded(), large));
                writes++;
            }
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(observer.watchEnds).containsExactly(WatchEnd.SLOW_CLIENT);
        Predicate<ServedRequest> isWatch = request -> request.operation() == ServerObserver.Operation.WATCH;
        Waiting.until("its request is over", () -> observer.requests.stream().anyMatch(isWatch));
        ServedRequest watch =
                observer.requests.stream().filter(isWatch).findFirst().orElseThrow();
        assertThat(watch.answerBytes())
                .as("bytes that were sent for %d writes", writes)
                .isLessThan(writes * 60_000L);
    }

    @Test
    void aSlowReaderOfHttp2IsCutOffAndTheOthersOnItsConnectionAreNot() {
        KvConnectServer server = start(TestServers.options()
                .limits(ServerLimits.builder()
                        .slowWatchTimeout(Duration.ofMillis(500))
                        .build()));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        KvValue large = KvValue.copyOf(KvValue.BYTES, new byte[60_000]);
        // It never gives leave to send more than 64 KiB.
        try (Http2Caller connection = new Http2Caller(server, false)) {
            Http2Caller.Received watch =
                    connection.send(PATH, WireMapper.encodeWatch(List.of(A.encoded())), metadata.headers());
            Waiting.until("the watch has begun", () -> watch.frames == 1);
            // Two of them may come as one state, which there is room for.
            Waiting.until("the stream is cut off", () -> {
                if (!watch.isReset) {
                    caller.writeWell(metadata, Caller.set(A.encoded(), large));
                }
                return watch.isReset;
            });
            assertThat(connection.isOpen()).isTrue();
        }
        Waiting.until("the watch is over", () -> server.statistics().watches() == 0);
        assertThat(observer.watchEnds).containsExactly(WatchEnd.SLOW_CLIENT);
    }

    @Test
    void watchesEndInOrderWhenTheServerStops() throws IOException {
        KvConnectServer server = start(TestServers.options());
        Caller caller = Caller.of(server);
        try (InputStream in = caller.watch(caller.metadata("/"), A)) {
            assertThat(frame(in)).isNotNull();
            TestServers.stop(server);
            assertThat(frame(in)).as("the end of the stream").isNull();
        } catch (EOFException e) {
            throw new AssertionError("the stream was cut", e);
        }
        assertThat(observer.watchEnds).containsExactly(WatchEnd.SERVER);
    }

    @Test
    void oneMoreThanTheLimitIsTurnedAway() throws IOException {
        KvConnectServer server = start(
                TestServers.options().limits(ServerLimits.builder().watches(1).build()));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        try (InputStream in = caller.watch(metadata, A)) {
            assertThat(frame(in)).isNotNull();
            caller.post(PATH, WireMapper.encodeWatch(List.of(A.encoded())), metadata.headers())
                    .refused(503);
        }
        Waiting.until("the watch is over", () -> server.statistics().watches() == 0);
        caller.watch(metadata, A).close();
    }

    @Test
    void tenThousandWatchesAreOpenAtATimeAndEachIsTold() {
        int connections = 4;
        int each = 2_500;
        // Without signs of life the frames can be counted exactly.
        KvConnectServer server = start(TestServers.options().watchPing(Duration.ofHours(1)));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        byte[] watchA = WireMapper.encodeWatch(List.of(A.encoded()));
        byte[] watchB = WireMapper.encodeWatch(List.of(B.encoded(), A.encoded()));
        List<Http2Caller> callers = new ArrayList<>();
        try {
            for (int c = 0; c < connections; c++) {
                Http2Caller connection = new Http2Caller(server);
                callers.add(connection);
                for (int i = 0; i < each; i++) {
                    connection.send(PATH, i % 2 == 0 ? watchA : watchB, metadata.headers());
                }
            }
            int all = connections * each;
            Waiting.until("every watch has its first frame", () -> frames(callers) == all);
            ServerStatistics statistics = server.statistics();
            assertThat(statistics.watches()).isEqualTo(all);
            assertThat(statistics.connections()).isLessThanOrEqualTo(connections + 2);

            caller.writeWell(metadata, Caller.set(A.encoded(), VALUE));
            Waiting.until("every watch is told of a", () -> frames(callers) == 2 * all);
            caller.writeWell(metadata, Caller.set(B.encoded(), VALUE));
            Waiting.until("every other watch is told of b", () -> frames(callers) == 2 * all + all / 2);
            caller.works(metadata);

            callers.get(0).resetAll();
            Waiting.until("a quarter has left", () -> server.statistics().watches() == all - each);
            assertThat(callers.get(0).isOpen()).isTrue();
        } finally {
            callers.forEach(Http2Caller::close);
        }
        Waiting.until("all are over", () -> server.statistics().watches() == 0);
        assertThat(observer.watchesBegun).hasValue(connections * each);
        assertThat(observer.watchEnds).hasSize(connections * each).containsOnly(WatchEnd.CLIENT);
    }

    private static int frames(List<Http2Caller> callers) {
        return callers.stream().mapToInt(caller -> caller.watchFrames.get()).sum();
    }
}
