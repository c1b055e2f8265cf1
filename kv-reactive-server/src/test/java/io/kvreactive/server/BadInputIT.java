// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.MalformedMessageException;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.spi.SumRange;
import io.kvreactive.testsupport.TestCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Requests that are truncated, mutated or made of nothing, over real sockets: more than fifty thousand. Each is answered with a success, if it
 * still is a request, or with 4xx, or its connection is closed; never with 5xx, and nothing is left of any. Afterwards the server answers as before.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {

    private static final int BODIES = 36_000;
    private static final int HEADS = 8_000;
    private static final int FRAMES = 5_000;
    private static final int WATCHES = 1_500;
    private static final int AT_LEAST = 50_000;
    private static final int CLIENTS = 8;
    private static final int PIPELINED = 24;

    private static final byte[] KEY = KvKey.of("a", 1).encoded();
    private static final KvValue TEXT = KvValue.copyOf(KvValue.V8, new byte[] {(byte) 0xFF, 15, '"', 2, 'h', 'i'});

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private RecordingObserver observer;
    private KvConnectServer server;
    private Caller.Metadata metadata;

    @BeforeEach
    void start() {
        log.start();
        root().addAppender(log);
        observer = new RecordingObserver();
        server = servers.start(TestServers.options()
                .observer(observer)
                .tokenLifetime(Duration.ofHours(1))
                // No connection is closed because the machine has other things to do.
                .limits(ServerLimits.builder()
                        .requestTimeout(TestServers.PATIENCE)
                        .idleTimeout(TestServers.PATIENCE)
                        .databases(50)
                        .build())
                .build());
        metadata = Caller.of(server).metadata("/");
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @AfterEach
    void theServerAnswersAsBeforeAndNothingIsLeft() {
        root().detachAppender(log);
        Waiting.until("nothing is under way", () -> server.statistics().requests() == 0);
        assertThat(server.statistics().watches()).isZero();
        assertThat(server.statistics().answerBytes()).isZero();
        Caller.of(server).works(metadata);
        Caller.of(server).works(Caller.of(server).metadata("/"));
        assertThat(observer.requests).isNotEmpty().allMatch(request -> request.status() < 500);
        List<String> faults = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.ERROR) || event.getThrowableProxy() != null)
                .map(event -> event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getMessage()))
                .distinct()
                .toList();
        assertThat(faults).as("errors and stack traces in the log").isEmpty();
    }

    @AfterAll
    void thereWereEnough() {
        System.out.println("bad input: " + sent + " requests, " + refused + " of them refused, " + served + " served");
        assertThat(sent.get()).isGreaterThanOrEqualTo(AT_LEAST);
        assertThat(refused.get()).isGreaterThan(sent.get() / 4);
        assertThat(served.get()).isGreaterThan(sent.get() / 100);
    }

    /** Something to send, and how it is read. */
    private record Target(String path, byte[] body, Consumer<byte[]> decoder) {
        boolean isWellFormed(byte[] changed) {
            try {
                decoder.accept(changed);
                return true;
            } catch (MalformedMessageException | Refusal e) {
                return false;
            }
        }
    }

    private static List<Target> targets() {
        byte[] read = WireMapper.encodeRead(List.of(
                ReadRange.point(KEY),
                ReadRange.descending(KvKey.of("a").encoded(), KvKey.of("b").encoded(), 100)));
        Versionstamp version = Versionstamp.ofVersion(7);
        byte[] write = WireMapper.encodeWrite(AtomicWrite.of(
                List.of(Check.of(KEY, null), Check.of(KvKey.of("c").encoded(), version)),
                List.of(
                        Mutation.set(KEY, TEXT, Instant.parse("2030-01-01T00:00:00Z")),
                        Mutation.sum(KvKey.of("n").encoded(), KvValue.of(KvU64.of(5)), SumRange.UNBOUNDED),
                        Mutation.setVersionstamped(KvKey.of("v").encoded(), TEXT, null),
                        Mutation.delete(KvKey.of("d").encoded())),
                List.of(Enqueue.of(TEXT.toByteArray(), Instant.now(), List.of(Duration.ofSeconds(1)), List.of(KEY)))));
        byte[] sum = WireMapper.encodeWrite(Caller.write(
                Mutation.sum(KvKey.of("s").encoded(), TEXT, new SumRange(TEXT, TEXT, SumRange.Outside.CLAMP))));
        byte[] json = "{\"supportedVersions\":[1,2,3]}".getBytes(StandardCharsets.UTF_8);
        return List.of(
                new Target("/v2" + KvConnect.SNAPSHOT_READ_PATH, read, WireMapper::decodeRead),
                new Target("/v2" + KvConnect.ATOMIC_WRITE_PATH, write, WireMapper::decodeWrite),
                new Target("/v2" + KvConnect.ATOMIC_WRITE_PATH, sum, WireMapper::decodeWrite),
                new Target(
                        "/",
                        json,
                        body -> MetadataJson.chosen(MetadataJson.readSupportedVersions(ByteBuffer.wrap(body)))));
    }

    private byte[] request(Target target, byte[] body) {
        Caller.Metadata who = target.path.equals("/")
                ? new Caller.Metadata("", 3, metadata.databaseId(), "", TestServers.TOKEN)
                : metadata;
        return RawRequests.of(target.path, who, body, "Content-Type: application/x-protobuf", "User-Agent: test");
    }

    private void inParallel(int all, int batch, BadClient client) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int first = 0; first < all; first += batch) {
                int from = first;
                int to = Math.min(all, first + batch);
                tasks.add(() -> {
                    client.send(from, to);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private interface BadClient {
        void send(int from, int to) throws IOException;
    }

    @Test
    void bodiesThatAreTruncatedOrMutated() throws Exception {
        List<Target> targets = targets();
        inParallel(BODIES, PIPELINED, (from, to) -> {
            List<Target> order = new ArrayList<>();
            List<byte[]> bodies = new ArrayList<>();
            List<byte[]> requests = new ArrayList<>();
            for (int i = from; i < to; i++) {
                Target target = targets.get(i % targets.size());
                int at = i / targets.size();
                byte[] body =
                        at < target.body.length ? Arrays.copyOf(target.body, at) : new Mutations(i).of(target.body, 0);
                order.add(target);
                bodies.add(body);
                requests.add(request(target, body));
            }
            try (RawConnection connection = new RawConnection(server)) {
                connection.send(RawRequests.join(requests.toArray(byte[][]::new)));
                for (int i = 0; i < requests.size(); i++) {
                    judge(connection.answer().status(), order.get(i).isWellFormed(bodies.get(i)));
                }
            }
        });
    }

    private void judge(int status, boolean mayBeServed) {
        sent.incrementAndGet();
        if (status != 200 || !mayBeServed) {
            assertThat(status).isBetween(400, 499);
            refused.incrementAndGet();
        } else {
            served.incrementAndGet();
        }
    }

    @Test
    void headsThatAreTruncatedOrMutated() throws Exception {
        List<byte[]> requests =
                targets().stream().map(target -> request(target, target.body)).toList();
        inParallel(HEADS, 50, (from, to) -> {
            for (int i = from; i < to; i++) {
                byte[] request = requests.get(i % requests.size());
                int at = i / requests.size();
                alone(at < request.length ? Arrays.copyOf(request, at) : new Mutations(i).of(request, 0));
            }
        });
    }

    /** On a connection of its own: whatever is answered is no 5xx, and the connection is closed in the end. */
    private void alone(byte[] request) throws IOException {
        sent.incrementAndGet();
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(request);
            connection.endOutput();
            boolean isRefused = true;
            for (int status : connection.statuses()) {
                assertThat(status).isLessThan(500);
                isRefused &= status != 200;
            }
            if (isRefused) {
                refused.incrementAndGet();
            }
            assertThat(connection.isClosed()).isTrue();
        }
    }

    /** Reactor Netty reads no more, and so overlooks the end, once it has answered such a request behind another. */
    @Test
    void aRequestThatIsRefusedByItsHeadEndsAConnectionOnWhichItCameBehindAnother() throws Exception {
        Target target = targets().get(2);
        byte[] whole = request(target, target.body);
        // Two bytes are missing, for which the method of the next is taken: what is left of POST is a method that
        // nobody knows.
        byte[] cut = Arrays.copyOf(whole, whole.length - 2);
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(RawRequests.join(cut, whole));
            connection.endOutput();
            List<Integer> answers = new ArrayList<>();
            try {
                answers.add(connection.answer().status());
                answers.add(connection.answer().status());
            } catch (EOFException e) {
                // The client's end may be seen before an answer has been written, which then is nobody's any more.
            }
            assertThat(answers).isIn(List.of(), List.of(400), List.of(400, 405));
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void requestsThatAreNone() throws Exception {
        String bearer = "Authorization: Bearer " + TestServers.TOKEN + "\r\n";
        List<String> requests = List.of(
                "\r\n\r\n",
                "hello\r\n\r\n",
                "POST / HTTP/1.1\r\n\r\n",
                "POST / HTTP/9.9\r\nHost: x\r\n\r\n",
                "POST / HTTP/2.0\r\nHost: x\r\n\r\n",
                "POST  / HTTP/1.1\r\nHost: x\r\n\r\n",
                "BREW / HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: something\r\nContent-Length: 1\r\n\r\na",
                "POST / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: !!\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\n" + bearer + "X: \u0000\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\nAuthorization\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\n : y\r\n\r\n",
                "POST http:// HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST http://[::1 HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST * HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST /%zz HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST /../../etc/passwd HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST /db/../v2/snapshot_read HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST /db/%2e%2e%2fx HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "POST \\db\\x HTTP/1.1\r\nHost: x\r\n" + bearer + "\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");
        for (String request : requests) {
            try (RawConnection connection = new RawConnection(server)) {
                connection.send(request);
                connection.endOutput();
                sent.incrementAndGet();
                try {
                    int status = connection.answer().status();
                    assertThat(status).as(request).isBetween(400, 499);
                    refused.incrementAndGet();
                } catch (IOException | ArrayIndexOutOfBoundsException | NumberFormatException closedOrHttp2) {
                    // As good.
                }
                assertThat(connection.isClosed()).as(request).isTrue();
            }
        }
    }

    @Test
    void framesOfHttp2WithinTls(@TempDir Path folder) throws Exception {
        TestCertificate certificate = TestCertificate.ofLocalhost(folder);
        KvConnectServer secured = servers.start(TestServers.options()
                .host("localhost")
                .tls(certificate.serving())
                .build());
        byte[] request = Http2Bytes.request("/", targets().get(3).body);
        for (int i = 0; i < 100; i++) {
            byte[] changed = new Mutations(i).of(request, i % 2 == 0 ? 0 : Http2Bytes.PREFACE.length);
            try (SSLSocket socket = (SSLSocket) certificate
                    .trusted()
                    .getSocketFactory()
                    .createSocket("localhost", secured.address().getPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setApplicationProtocols(new String[] {"h2"});
                socket.setSSLParameters(parameters);
                socket.setSoTimeout((int) TestServers.PATIENCE.toMillis());
                socket.startHandshake();
                assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
                socket.getOutputStream().write(changed);
                socket.shutdownOutput();
                sent.incrementAndGet();
                Http2Bytes.statuses(socket.getInputStream().readAllBytes());
                refused.incrementAndGet();
            } catch (SocketException reset) {
                refused.incrementAndGet();
            }
        }
        Waiting.until("all are gone", () -> secured.statistics().connections() == 0);
    }

    @Test
    void framesOfHttp2ThatAreTruncatedOrMutated() throws Exception {
        List<byte[]> requests = targets().stream()
                .map(target -> Http2Bytes.request(
                        target.path,
                        target.body,
                        target.path.equals("/")
                                ? new String[] {"authorization", "Bearer " + TestServers.TOKEN}
                                : metadata.headers()))
                .toList();
        inParallel(FRAMES, 50, (from, to) -> {
            for (int i = from; i < to; i++) {
                byte[] request = requests.get(i % requests.size());
                int at = i / requests.size();
                byte[] changed = at < request.length
                        ? Arrays.copyOf(request, at)
                        : new Mutations(i).of(request, Http2Bytes.PREFACE.length);
                sent.incrementAndGet();
                try (RawConnection connection = new RawConnection(server)) {
                    connection.send(changed);
                    connection.endOutput();
                    if (Http2Bytes.statuses(connection.rest()).stream().noneMatch(status -> status == 200)) {
                        refused.incrementAndGet();
                    }
                }
            }
        });
    }

    @Test
    void watchesThatAreTruncatedOrMutated() throws Exception {
        Target target = new Target(
                "/v2" + KvConnect.WATCH_PATH,
                WireMapper.encodeWatch(List.of(KEY, KvKey.of("w").encoded())),
                WireMapper::decodeWatch);
        inParallel(WATCHES, 25, (from, to) -> {
            for (int i = from; i < to; i++) {
                byte[] body =
                        i < target.body.length ? Arrays.copyOf(target.body, i) : new Mutations(i).of(target.body, 0);
                try (RawConnection connection = new RawConnection(server)) {
                    connection.send(request(target, body));
                    judge(connection.head(), target.isWellFormed(body));
                }
            }
        });
    }
}
