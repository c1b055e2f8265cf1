// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvValue;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.ReadRange;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What clients may take of a server: sizes, numbers and times. */
class LimitsIT {

    private static final byte[] KEY = KvKey.of("key").encoded();
    private static final String READ = "/v2" + KvConnect.SNAPSHOT_READ_PATH;
    private static final String WRITE = "/v2" + KvConnect.ATOMIC_WRITE_PATH;
    private static final Duration SHORT = Duration.ofSeconds(1);

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final RecordingObserver observer = new RecordingObserver();

    private KvConnectServer start(ServerLimits.Builder limits) {
        return servers.start(
                TestServers.options().observer(observer).limits(limits.build()).build());
    }

    @Test
    void aBodyThatIsTooLongIsRefusedWhetherOrNotItsLengthIsToldBefore() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().bodyBytes(1_000));
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.head(READ, metadata, "Content-Length: 1001"));
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).contains("1000 bytes");
            assertThat(connection.isClosed()).isTrue();
        }
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.head(READ, metadata, "Transfer-Encoding: chunked"));
            String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
            connection.send(chunk + chunk + chunk);
            assertThat(connection.answer().status()).isEqualTo(413);
            assertThat(connection.isClosed()).isTrue();
        }
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.head(READ, metadata, "Content-Length: 99999999999999999999"));
            assertThat(connection.answer().status()).isBetween(400, 413);
        }
        Caller.of(server).works(metadata);
    }

    @Test
    void headersThatAreTooLongAreRefused() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().headerBytes(2_000));
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of(READ, metadata, Caller.NOTHING, "X-Long: " + "x".repeat(2_000)));
            assertThat(connection.answer().status()).isEqualTo(431);
            assertThat(connection.isClosed()).isTrue();
        }
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of("/" + "x".repeat(5_000), metadata, Caller.NOTHING));
            assertThat(connection.answer().status()).isEqualTo(414);
        }
        try (Http2Caller connection = new Http2Caller(server)) {
            Http2Caller.Received received = connection.send(READ, Caller.NOTHING, "x-long", "x".repeat(3_000));
            Waiting.until("it is refused", () -> received.isReset || received.isEnded || !connection.isOpen());
            assertThat(received.status).isIn(0, 431);
        }
        Caller.of(server).works(metadata);
    }

    @Test
    void oneConnectionMoreThanTheLimitIsClosedAsItComes() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().connections(2));
        List<RawConnection> open = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                RawConnection connection = new RawConnection(server);
                open.add(connection);
                connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(connection.answer().status()).isEqualTo(200);
            }
            for (int i = 0; i < 5; i++) {
                try (RawConnection another = new RawConnection(server)) {
                    assertThat(another.isClosed()).isTrue();
                }
            }
            assertThat(server.statistics().connections()).isEqualTo(2);
            assertThat(observer.refused).hasValue(5);
            open.remove(0).close();
            Waiting.until("one is gone", () -> server.statistics().connections() == 1);
            try (RawConnection another = new RawConnection(server)) {
                another.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(another.answer().status()).isEqualTo(200);
            }
        } finally {
            for (RawConnection connection : open) {
                connection.close();
            }
        }
    }

    @Test
    void theNumberOfStreamsIsToldToClientsOfHttp2() {
        KvConnectServer server = start(ServerLimits.builder().streams(77));
        try (Http2Caller connection = new Http2Caller(server)) {
            Waiting.until("the settings are there", () -> connection.settings != null);
            assertThat(connection.settings.maxConcurrentStreams()).isEqualTo(77);
            assertThat(connection.settings.maxHeaderListSize()).isEqualTo((long) ServerLimits.DEFAULT_HEADER_BYTES);
        }
    }

    @Test
    void aConnectionWithoutARequestIsClosedWhateverItSendsMeanwhile() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().idleTimeout(Duration.ofSeconds(2)));
        try (RawConnection silent = new RawConnection(server);
                RawConnection afterOne = new RawConnection(server);
                RawConnection slow = new RawConnection(server);
                Http2Caller http2 = new Http2Caller(server)) {
            afterOne.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(afterOne.answer().status()).isEqualTo(200);
            // A head that never ends, letter by letter.
            byte[] head = "POST /v2/snapshot_read HTTP/1.1\r\nX-Slow: ".getBytes();
            long begun = System.nanoTime();
            boolean isClosed = false;
            for (int i = 0; !isClosed && System.nanoTime() - begun < TestServers.PATIENCE.toNanos(); i++) {
                try {
                    slow.send(new byte[] {i < head.length ? head[i] : (byte) 'x'});
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                } catch (IOException e) {
                    isClosed = true;
                }
            }
            assertThat(isClosed).isTrue();
            assertThat(silent.isClosed()).isTrue();
            assertThat(afterOne.isClosed()).isTrue();
            Waiting.until("the connection of HTTP/2 is closed", () -> !http2.isOpen());
        }
        Waiting.until("all are gone", () -> server.statistics().connections() == 0);
    }

    @Test
    void aConnectionWithARequestUnderWayIsNotIdle() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().idleTimeout(Duration.ofSeconds(1)));
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(
                    RawRequests.of("/v2" + KvConnect.WATCH_PATH, metadata, WireMapper.encodeWatch(List.of(KEY))));
            assertThat(connection.head()).isEqualTo(200);
            connection.chunk();
            // It outlives others that begin after it and have nothing to do.
            for (int i = 0; i < 2; i++) {
                try (RawConnection silent = new RawConnection(server)) {
                    assertThat(silent.isClosed()).isTrue();
                }
            }
            Caller.of(server)
                    .writeWell(Caller.of(server).metadata("/"), Caller.set(KEY, KvValue.copyOf(KvValue.BYTES, KEY)));
            assertThat(connection.chunk()).isNotEmpty();
        }
    }

    @Test
    void aBodyThatDoesNotComeInTimeIsGivenUp() throws IOException {
        KvConnectServer server = start(ServerLimits.builder().requestTimeout(SHORT));
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.head(READ, metadata, "Content-Length: 100"));
            connection.send("x");
            RawConnection.Answer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(connection.isClosed()).isTrue();
        }
        Waiting.until("nothing is under way", () -> server.statistics().requests() == 0);
    }

    @Test
    void aDatabaseThatDoesNotAnswerInTimeIsGivenUpAndAWriteIsToldAsUncertain() {
        FailingDatabase database = new FailingDatabase();
        KvConnectServer server = servers.start(TestServers.options()
                .database(Mono.just(database), UUID.randomUUID())
                .limits(ServerLimits.builder().requestTimeout(SHORT).build())
                .build());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        caller.read(metadata, ReadRange.point(KEY)).refused(503);
        caller.write(metadata, Caller.set(KEY, KvValue.copyOf(KvValue.BYTES, KEY)))
                .refused(504);
        caller.post("/v2/watch", WireMapper.encodeWatch(List.of(KEY)), metadata.headers())
                .expect(503);
        assertThat(database.subscribed).hasValue(3);
        assertThat(database.cancelled).hasValue(3);
    }

    @Test
    void aClientThatLeavesCancelsWhatItAskedFor() throws IOException {
        FailingDatabase database = new FailingDatabase();
        KvConnectServer server = servers.start(TestServers.options()
                .database(Mono.just(database), UUID.randomUUID())
                .build());
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of(READ, metadata, WireMapper.encodeRead(List.of(ReadRange.point(KEY)))));
            Waiting.until("the database was asked", () -> database.subscribed.get() == 1);
        }
        Waiting.until("it is told to stop", () -> database.cancelled.get() == 1);
        Waiting.until("nothing is under way", () -> server.statistics().requests() == 0);
    }

    @Test
    void anAnswerThatIsNotTakenIsCutOffAndReadsAreRefusedWhileThereAreTooMany() throws IOException {
        KvConnectServer server = start(
                ServerLimits.builder().requestTimeout(Duration.ofSeconds(2)).answerBytes(10 << 20));
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        for (int i = 0; i < 250; i++) {
            caller.writeWell(
                    metadata,
                    Caller.set(KvKey.of("large", i).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[60_000])));
        }
        byte[] body = WireMapper.encodeRead(List.of(ReadRange.ascending(
                KvKey.of("large").encoded(), KvKey.of("largf").encoded(), 1_000)));
        try (RawConnection connection = new RawConnection(server, 4_096)) {
            connection.send(RawRequests.of(READ, metadata, body));
            assertThat(connection.head()).isEqualTo(200);
            assertThat(server.statistics().answerBytes()).isGreaterThan(10 << 20);
            caller.read(metadata, ReadRange.point(KEY)).refused(503);
            Waiting.until("it is cut off", () -> server.statistics().requests() == 0);
            assertThat(server.statistics().answerBytes()).isZero();
            caller.works(metadata);
        }
    }

    @Test
    void requestsOfOldClientsAreUnderstood() throws IOException {
        KvConnectServer server = start(ServerLimits.builder());
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        byte[] body = WireMapper.encodeRead(List.of(ReadRange.point(KEY)));
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.join(
                    RawRequests.head(READ, metadata, "Content-Length: " + body.length)
                            .replace("HTTP/1.1", "HTTP/1.0")
                            .getBytes(),
                    body));
            assertThat(connection.answer().status()).isEqualTo(200);
            assertThat(connection.isClosed()).isTrue();
        }
        try (RawConnection connection = new RawConnection(server)) {
            byte[] watch = WireMapper.encodeWatch(List.of(KEY));
            connection.send(RawRequests.join(
                    RawRequests.head("/v2/watch", metadata, "Content-Length: " + watch.length)
                            .replace("HTTP/1.1", "HTTP/1.0")
                            .getBytes(),
                    watch));
            assertThat(connection.answer().status()).isEqualTo(400);
        }
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.head(READ, metadata, "Content-Length: " + body.length, "Expect: 100-continue"));
            assertThat(connection.head()).isEqualTo(100);
            connection.send(body);
            assertThat(connection.answer().status()).isEqualTo(200);
        }
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.of(READ, metadata, body, "Content-Encoding: gzip"));
            assertThat(connection.answer().status()).isEqualTo(415);
        }
    }

    /** What has come of a chunked body when its rest is malformed may be a whole message, and must not be applied. */
    @Test
    void aWriteWhoseRestIsMalformedIsNotApplied() throws IOException {
        KvConnectServer server = start(ServerLimits.builder());
        Caller caller = Caller.of(server);
        Caller.Metadata metadata = caller.metadata("/");
        byte[] body = WireMapper.encodeWrite(Caller.set(KEY, KvValue.copyOf(KvValue.BYTES, KEY)));
        for (String rest : List.of("no number\r\n", "5\r\nab", "-1\r\n\r\n", "\r\n")) {
            try (RawConnection connection = new RawConnection(server)) {
                connection.send(RawRequests.join(
                        RawRequests.head(WRITE, metadata, "Transfer-Encoding: chunked")
                                .getBytes(),
                        (Integer.toHexString(body.length) + "\r\n").getBytes(),
                        body,
                        ("\r\n" + rest).getBytes()));
                connection.endOutput();
                try {
                    assertThat(connection.answer().status()).isEqualTo(400);
                } catch (EOFException closed) {
                    // As good.
                }
            }
            Waiting.until("nothing is under way", () -> server.statistics().requests() == 0);
            assertThat(caller.readWell(metadata, ReadRange.point(KEY)).ranges().get(0))
                    .as("after '%s'", rest)
                    .isEmpty();
        }
    }
}
