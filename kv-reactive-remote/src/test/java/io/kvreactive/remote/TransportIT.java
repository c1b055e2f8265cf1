// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.remote.HttpOptions.Version;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.testsupport.TestCertificate;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;

/** How requests travel: versions of HTTP, TLS, proxies, compression, as {@link HttpOptions} says. */
class TransportIT extends ServerTest {

    /** What no resolver of names knows. */
    private static final String ELSEWHERE = "http://kv.elsewhere.invalid:4512";

    @TempDir
    static Path folder;

    private static TestCertificate local;
    private static TestCertificate foreign;

    @BeforeAll
    static void makeCertificates() {
        local = TestCertificate.ofLocalhost(folder);
        foreign = TestCertificate.of("dns:kv.elsewhere.invalid", folder);
    }

    /** Has the server speak TLS in place of what it speaks, with HTTP/2 or without. */
    private void serveTls(TestCertificate certificate, boolean withHttp2) {
        server.close();
        SslProvider.GenericSslContextSpec<?> tls = withHttp2
                ? Http2SslContextSpec.forServer(certificate.keys())
                : Http11SslContextSpec.forServer(certificate.keys());
        HttpProtocol[] protocols = withHttp2
                ? new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11}
                : new HttpProtocol[] {HttpProtocol.HTTP11};
        server = TestServer.start(
                plain -> plain.secure(spec -> spec.sslContext(tls)).protocol(protocols));
    }

    private Kv secure(HttpOptions.Builder http) {
        return kv(
                "https://localhost:" + server.port(),
                quick().maxAttempts(3).http(http.build()).build());
    }

    private static HttpOptions.Builder trusting(SSLContext context) {
        return HttpOptions.builder().sslContext(context);
    }

    /** A write, a read and a watch. */
    private void use(Kv kv) {
        await(kv.set(A, "value"));
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        assertThat(await(kv.watch(A).next()).value()).isEqualTo("value");
    }

    // Versions and TLS.

    @ParameterizedTest
    @CsvSource({
        "NEGOTIATED, true, HTTP/2.0",
        "NEGOTIATED, false, HTTP/1.1",
        "HTTP_1_1, true, HTTP/1.1",
        "HTTP_1_1, false, HTTP/1.1",
        "HTTP_2, true, HTTP/2.0"
    })
    void overTlsTheVersionIsAgreedUpon(Version version, boolean withHttp2, String expected) {
        serveTls(local, withHttp2);
        use(secure(trusting(local.trusted()).version(version)));
        for (TestServer.Operation operation : TestServer.Operation.values()) {
            assertThat(server.requests(operation))
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.protocol()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"NEGOTIATED, HTTP/1.1", "HTTP_1_1, HTTP/1.1", "HTTP_2, HTTP/2.0"})
    void withoutTlsTheVersionIsThatOfTheOption(Version version, String expected) {
        use(kv(quick().http(HttpOptions.builder().version(version).build()).build()));
        assertThat(server.requests(READ))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.protocol()).isEqualTo(expected));
    }

    @Test
    void aServerWithoutHttp2IsToldApartFromOneThatIsAway() {
        serveTls(local, false);
        KvException error = errorOf(
                KvException.class,
                secure(trusting(local.trusted()).version(Version.HTTP_2)).ready());
        assertThat(error).hasMessageContaining("localhost:" + server.port());
        assertThat(server.count(METADATA)).isZero();
    }

    @Test
    void aCertificateThatNobodyTrustsIsFinalAndTellsWhatToDo() {
        serveTls(local, true);
        for (HttpOptions.Builder http : List.of(HttpOptions.builder(), trusting(foreign.trusted()))) {
            KvDatabaseException error =
                    errorOf(KvDatabaseException.class, secure(http).ready());
            assertThat(error)
                    .hasMessageContaining("TLS cannot be agreed upon")
                    .hasMessageContaining("HttpOptions.sslContext");
            assertThat(error.retryable()).isFalse();
        }
        assertThat(server.count(METADATA)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTrustedCertificateOfAnotherHostIsRefused(boolean withHttp2) {
        serveTls(foreign, withHttp2);
        KvDatabaseException error = errorOf(
                KvDatabaseException.class, secure(trusting(foreign.trusted())).ready());
        assertThat(error).hasMessageContaining("TLS cannot be agreed upon");
        assertThat(server.count(METADATA)).isZero();
    }

    // Proxies.

    @ParameterizedTest
    @CsvSource({
        "http://, CONNECT, ''",
        "http://me:pass%20word@, CONNECT, me:pass word",
        "socks5://, SOCKS5, ''",
        "socks5://me:password@, SOCKS5, me:password",
        "socks4://, SOCKS4, ''",
        "socks4://me@, SOCKS4, me"
    })
    void aProxyIsAskedForTheHostByItsName(String proxy, String protocol, String user) throws Exception {
        try (TestProxy between = new TestProxy(server.port(), null)) {
            Kv kv = kv(
                    ELSEWHERE,
                    quick().http(HttpOptions.builder()
                                    .proxy(proxy + between.address())
                                    .build())
                            .build());
            use(kv);
            kv.close().block(PATIENCE);
            assertThat(between.asked())
                    .isNotEmpty()
                    .containsOnly(new TestProxy.Asked(protocol, "kv.elsewhere.invalid:4512", user));
        }
    }

    @Test
    void tlsGoesThroughAProxyToTheServer() throws Exception {
        serveTls(foreign, true);
        try (TestProxy between = new TestProxy(server.port(), "me:secret")) {
            Kv kv = kv(
                    "https://kv.elsewhere.invalid",
                    quick().http(trusting(foreign.trusted())
                                    .proxy("http://me:secret@" + between.address())
                                    .build())
                            .build());
            use(kv);
            kv.close().block(PATIENCE);
            assertThat(between.asked())
                    .containsOnly(new TestProxy.Asked("CONNECT", "kv.elsewhere.invalid:443", "me:secret"));
            assertThat(server.requests(WATCH)).hasSize(1);
        }
    }

    @Test
    void aProxyThatRefusesIsToldWithItsStatusAndWithoutThePassword() throws Exception {
        try (TestProxy between = new TestProxy(server.port(), "me:secret")) {
            Kv kv = kv(
                    ELSEWHERE,
                    quick().maxAttempts(2)
                            .http(HttpOptions.builder()
                                    .proxy("http://me:wrong-one@" + between.address())
                                    .build())
                            .build());
            KvUnavailableException error = errorOf(KvUnavailableException.class, kv.ready());
            assertThat(error).hasMessageContaining("407").message().doesNotContain("wrong-one");
            assertThat(between.asked()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"proxy:3128", "http://proxy", "https://proxy:3128", "ftp://proxy:21", "http://:3128", "http:// x"
            })
    void whatIsNoUrlOfAProxyIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpOptions.builder().proxy(url))
                .withMessageContaining("socks5://host:port");
    }

    // Compression.

    private static Reply zipped(byte[] body) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(body);
        }
        return (server, request, response) -> response.header("Content-Encoding", "gzip")
                .send(Mono.just(Unpooled.wrappedBuffer(zipped.toByteArray())));
    }

    @Test
    void answersComeCompressedOnlyWhereTheOptionAsksForIt() throws Exception {
        Kv plain = kv();
        Kv small = kv(quick().http(HttpOptions.builder()
                        .compression(HttpOptions.Compression.GZIP)
                        .build())
                .build());
        use(plain);
        assertThat(server.requests(READ).get(0).headers().get("Accept-Encoding"))
                .isNull();
        RawEntry entry = RawEntry.of(
                A.encoded(), KvValue.copyOf(KvValue.BYTES, new byte[60_000]), Versionstamp.ofVersion(1), null);
        server.script(READ, zipped(WireMapper.encodeReadAnswer(List.of(List.of(entry)), true)));
        assertThat(await(small.get(A)).value()).isEqualTo(new byte[60_000]);
        assertThat(server.requests(READ).get(1).headers().get("Accept-Encoding"))
                .contains("gzip");
    }

    @Test
    void anAnswerThatSwellsBeyondWhatWasAskedForIsRefused() throws Exception {
        Kv kv = kv(quick().http(HttpOptions.builder()
                        .compression(HttpOptions.Compression.GZIP)
                        .build())
                .build());
        await(kv.ready());
        server.script(READ, zipped(new byte[100 << 20]));
        assertThat(errorOf(KvDatabaseException.class, kv.get(A))).hasMessageContaining("longer than");
        use(kv);
    }

    // The rest.

    @Test
    void theTimeForAConnectionIsThatOfTheOption() {
        AtomicReference<HttpClient> configured = new AtomicReference<>();
        use(kv(quick().http(HttpOptions.builder()
                        .connectTimeout(Duration.ofMillis(1_234))
                        .client(client -> {
                            configured.set(client);
                            return client;
                        })
                        .build())
                .build()));
        assertThat(configured.get().configuration().options().get(ChannelOption.CONNECT_TIMEOUT_MILLIS))
                .isEqualTo(1_234);
    }
}
