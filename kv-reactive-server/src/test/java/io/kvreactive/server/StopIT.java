// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvKey;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.testsupport.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The beginning and the end of a server. */
class StopIT {

    private static final byte[] READ_BODY =
            WireMapper.encodeRead(List.of(ReadRange.point(KvKey.of("key").encoded())));
    private static final String READ = "/v2" + KvConnect.SNAPSHOT_READ_PATH;
    private static final UUID ID = UUID.fromString("a1b2c3d4-0000-4000-8000-000000000001");

    @RegisterExtension
    final TestServers servers = new TestServers();

    @TempDir
    Path folder;

    /** Answers reads when the test says so. */
    private static final class HeldDatabase implements Database {
        final Sinks.One<List<List<RawEntry>>> answer = Sinks.one();
        final AtomicInteger reads = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
            return answer.asMono().doOnSubscribe(s -> reads.incrementAndGet());
        }

        @Override
        public Mono<CommitResult> atomicWrite(AtomicWrite write) {
            return Mono.never();
        }

        @Override
        public DatabaseLimits limits() {
            return DatabaseLimits.DENO;
        }

        @Override
        public Mono<Void> close() {
            return Mono.fromRunnable(closed::incrementAndGet);
        }
    }

    @Test
    void requestsThatAreUnderWayAreAnsweredAndNoOtherIsBegun() throws IOException {
        HeldDatabase database = new HeldDatabase();
        KvConnectServer server = servers.start(
                TestServers.options().database(Mono.just(database), ID).build());
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection busy = new RawConnection(server);
                RawConnection idle = new RawConnection(server);
                Http2Caller http2 = new Http2Caller(server)) {
            busy.send(RawRequests.of(READ, metadata, READ_BODY));
            idle.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(idle.answer().status()).isEqualTo(200);
            Http2Caller.Received stream = http2.send(READ, READ_BODY, metadata.headers());
            Waiting.until("both are under way", () -> database.reads.get() == 2);

            Disposable stopping = server.stop().subscribe();
            assertThat(idle.isClosed()).isTrue();
            Waiting.until("the client of HTTP/2 is sent away", () -> http2.isToldToGo);
            // The system goes on accepting until the event loop looks at the socket next.
            Waiting.until("nobody can connect any more", () -> {
                try {
                    new RawConnection(server).close();
                    return false;
                } catch (IOException e) {
                    return true;
                }
            });
            assertThat(database.closed).hasValue(0);
            assertThat(stopping.isDisposed()).isFalse();

            database.answer.tryEmitValue(List.of(List.of()));
            RawConnection.Answer answer = busy.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(busy.isClosed()).isTrue();
            Waiting.until("the stream is answered", () -> stream.isEnded);
            assertThat(stream.status).isEqualTo(200);
            TestServers.stop(server);
            assertThat(database.closed).hasValue(1);
        }
    }

    @Test
    void whatDoesNotEndInTimeIsCutOff() throws IOException {
        HeldDatabase database = new HeldDatabase();
        KvConnectServer server = servers.start(TestServers.options()
                .database(Mono.just(database), ID)
                .stopGrace(Duration.ofMillis(100))
                .build());
        Caller.Metadata metadata = Caller.of(server).metadata("/");
        try (RawConnection busy = new RawConnection(server);
                Http2Caller http2 = new Http2Caller(server)) {
            busy.send(RawRequests.of(READ, metadata, READ_BODY));
            http2.send(READ, READ_BODY, metadata.headers());
            Waiting.until("both are under way", () -> database.reads.get() == 2);
            TestServers.stop(server);
            assertThat(busy.isClosed()).isTrue();
            Waiting.until("HTTP/2 is cut off", () -> !http2.isOpen());
        }
        server.stopped().block(TestServers.PATIENCE);
    }

    @Test
    void aStopThatSomebodyWaitsForGoesOnWhenHeLeaves() {
        HeldDatabase database = new HeldDatabase();
        KvConnectServer server = servers.start(
                TestServers.options().database(Mono.just(database), ID).build());
        server.stop().subscribe().dispose();
        server.stopped().block(TestServers.PATIENCE);
        assertThat(database.closed).hasValue(1);
    }

    @Test
    void aPortThatIsTakenIsToldAndLeavesNothingOpen() {
        KvConnectServer first = servers.start();
        HeldDatabase database = new HeldDatabase();
        ServerOptions second = TestServers.options()
                .port(first.address().getPort())
                .database(Mono.just(database), ID)
                .build();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> KvConnectServer.start(second).block(TestServers.PATIENCE))
                .withMessageContaining(
                        "cannot listen on 127.0.0.1:" + first.address().getPort());
        assertThat(database.closed).hasValue(1);
        Caller.of(first).works(Caller.of(first).metadata("/"));
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsToldAtTheStart() {
        ServerOptions options = TestServers.options()
                .database("sqlite:" + folder.resolve("no/such/folder/kv.sqlite"))
                .build();
        assertThatExceptionOfType(KvDatabaseException.class)
                .isThrownBy(() -> KvConnectServer.start(options).block(TestServers.PATIENCE));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> KvConnectServer.start(
                                TestServers.options().database("nonsense:x").build())
                        .block(TestServers.PATIENCE))
                .withMessageContaining("no backend opens");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> KvConnectServer.start(TestServers.options()
                                .tls(folder.resolve("none.pem"), folder.resolve("none.key"))
                                .build())
                        .block(TestServers.PATIENCE))
                .withMessageContaining("none.pem");
    }

    @Test
    void aStartThatIsCancelledLeavesNothing() {
        HeldDatabase database = new HeldDatabase();
        Sinks.One<Database> opening = Sinks.one();
        ServerOptions options =
                TestServers.options().database(opening.asMono(), ID).build();
        Disposable starting = KvConnectServer.start(options).subscribe();
        starting.dispose();
        assertThat(opening.currentSubscriberCount()).isZero();

        // Other than a lambda, it is also given what meets the cancel half-way.
        Queue<KvConnectServer> given = new ConcurrentLinkedQueue<>();
        BaseSubscriber<KvConnectServer> late = new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(KvConnectServer server) {
                given.add(server);
            }
        };
        KvConnectServer.start(
                        TestServers.options().database(Mono.just(database), ID).build())
                .subscribe(late);
        late.cancel();
        Waiting.until("the database is closed", () -> {
            for (KvConnectServer server = given.poll(); server != null; server = given.poll()) {
                TestServers.stop(server);
            }
            return database.closed.get() == 1;
        });
    }

    @Test
    void eachSubscriptionStartsAServer() {
        Mono<KvConnectServer> start =
                KvConnectServer.start(TestServers.options().build());
        KvConnectServer one = start.block(TestServers.PATIENCE);
        KvConnectServer other = start.block(TestServers.PATIENCE);
        assertThat(one.address()).isNotEqualTo(other.address());
        assertThat(one.url()).startsWith("http://127.0.0.1:");
        TestServers.stop(one);
        Caller.of(other).works(Caller.of(other).metadata("/"));
        TestServers.stop(other);
    }

    @Test
    void pemFilesServeTls() throws Exception {
        TestCertificate certificate = TestCertificate.ofLocalhost(folder);
        KvConnectServer server = servers.start(TestServers.options()
                .host("localhost")
                .tls(certificate.certificateFile(), certificate.keyFile())
                .build());
        assertThat(server.url()).startsWith("https://localhost:");
        HttpClient http =
                HttpClient.newBuilder().sslContext(certificate.trusted()).build();
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(server.url() + "/readyz")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("ready");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
}
