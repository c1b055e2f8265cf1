// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvTimeoutException;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.remote.TestServer.Request;
import io.kvreactive.testsupport.NettyLeaks;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The metadata exchange against a server that does anything: {@code docs/spec/kv-connect.md}, section 2.1. */
class MetadataExchangeIT extends ServerTest {

    private KvException refusal() {
        return errorOf(KvException.class, kv().ready());
    }

    private void assertFinal(String... texts) {
        KvException error = refusal();
        assertThat(error).isInstanceOf(KvDatabaseException.class);
        assertThat(error.getMessage()).contains(texts).contains(server.url());
        assertThat(error.retryable()).isFalse();
        assertThat(server.count(METADATA)).isEqualTo(1);
    }

    private String metadata(int version) {
        return server.metadata("", version, Instant.now().plusSeconds(3_600));
    }

    @Test
    void theRequestIsWhatTheProtocolAsksFor() {
        await(kv().ready());
        Request request = server.requests(METADATA).get(0);
        assertThat(request.headers().get("Authorization")).isEqualTo("Bearer " + TestServer.ACCESS_TOKEN);
        assertThat(request.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(request.headers().get("User-Agent")).matches("kv-reactive/\\d+\\.\\d+\\.\\d+.*");
        assertThat(request.text()).isEqualTo("{\"supportedVersions\":[1,2,3]}");
        assertThat(server.count(METADATA)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aServerOfEachVersionIsServed(int version) {
        server.newestVersion = version;
        Kv kv = kv();
        await(kv.set(A, "value"));
        assertThat(await(kv.get(A)).value()).isEqualTo("value");
        Request read = server.requests(READ).get(0);
        assertThat(read.headers().get("Authorization")).isEqualTo("Bearer " + server.token);
        assertThat(read.headers().get("Content-Type")).isEqualTo("application/x-protobuf");
        assertThat(read.headers().get("User-Agent")).startsWith("kv-reactive/");
        assertThat(read.headers().get("x-transaction-domain-id"))
                .isEqualTo(version == 1 ? TestServer.DATABASE_ID : null);
        assertThat(read.headers().get("x-denokv-database-id")).isEqualTo(version == 1 ? null : TestServer.DATABASE_ID);
        assertThat(read.headers().get("x-denokv-version")).isEqualTo(version == 1 ? null : "" + version);
    }

    @Test
    void aVersionThatWasNotOfferedIsFinal() {
        server.script(METADATA, Reply.json(metadata(4)));
        assertFinal("version is 4", "1 to 3");
    }

    @Test
    void anAnswerThatDoesNotFitTheSchemaIsFinal() {
        server.script(METADATA, Reply.json("{\"version\":3}"));
        assertFinal("cannot be used", "databaseId is missing");
    }

    @Test
    void aWebsiteIsFinal() {
        server.script(METADATA, Reply.json("<html>Welcome</html>"));
        assertFinal("no JSON");
    }

    @Test
    void noStrongEndpointIsFinal() {
        server.endpoints = "[{\"url\":\"/v2\",\"consistency\":\"eventual\"}]";
        assertFinal("no endpoint is strong");
    }

    @Test
    void anEndpointWithATrailingSlashIsFinal() {
        server.endpoints = "[{\"url\":\"/v2/\",\"consistency\":\"strong\"}]";
        assertFinal("ends with a slash");
    }

    @Test
    void endpointsMayBeAbsoluteOrRelative() {
        for (String url : List.of("/abs", "rel/x", "./rel/y", server.url() + "/full")) {
            server.endpoints = "[{\"url\":\"" + url + "\",\"consistency\":\"strong\"}]";
            await(kv(server.url() + "/dir/base", quick().build()).get(A).hasElement());
        }
        assertThat(server.requests(READ))
                .extracting(Request::path)
                .containsExactly(
                        "/abs/snapshot_read",
                        "/dir/rel/x/snapshot_read",
                        "/dir/rel/y/snapshot_read",
                        "/full/snapshot_read");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectIsFollowedByTheSamePostAndMovesTheBase(int status) {
        server.endpoints = "[{\"url\":\"data\",\"consistency\":\"strong\"}]";
        server.script(METADATA, Reply.redirect(status, "/moved/here"));
        await(kv(server.url() + "/old/there", quick().build()).get(A).hasElement());
        List<Request> requests = server.requests(METADATA);
        assertThat(requests).extracting(Request::path).containsExactly("/old/there", "/moved/here");
        assertThat(requests)
                .extracting(Request::text)
                .containsOnly(MetadataExchange.BODY_TEXT)
                .hasSize(2);
        assertThat(requests)
                .extracting(request -> request.headers().get("Authorization"))
                .containsOnly("Bearer " + TestServer.ACCESS_TOKEN);
        assertThat(server.requests(READ).get(0).path()).isEqualTo("/moved/data/snapshot_read");
    }

    @Test
    void redirectsAreFollowedTenTimesAndNoMore() {
        server.script(METADATA, 10, Reply.redirect(307, "/again"));
        await(kv().ready());
        assertThat(server.count(METADATA)).isEqualTo(11);

        server.script(METADATA, 11, Reply.redirect(307, "/again"));
        assertThat(refusal()).isInstanceOf(KvDatabaseException.class).hasMessageContaining("more than 10 times");
        assertThat(server.count(METADATA)).isEqualTo(22);
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://other.example.com/, no http or https URL",
        "http://me:secret@127.0.0.1/, no http or https URL",
        "ht tp, no URL",
        ", without a Location"
    })
    void aRedirectToNowhereIsFinal(String location, String why) {
        server.script(METADATA, location == null ? Reply.status(302, "") : Reply.redirect(302, location));
        assertFinal(why);
    }

    @Test
    void aRedirectMayBeHeldToHostsAndNamesWhereItPoints() {
        try (TestServer other = TestServer.start()) {
            String location = "http://localhost:" + other.port() + "/elsewhere";
            server.script(METADATA, 2, Reply.redirect(308, location));
            KvException refused = errorOf(
                    KvException.class,
                    kv(quick().redirectHosts("kv.example.com").build()).ready());
            assertThat(refused).hasMessageContaining(location).hasMessageContaining("redirectHosts");
            assertThat(other.count(METADATA)).isZero();

            await(kv(quick().redirectHosts("LOCALHOST").build()).ready());
            assertThat(other.count(METADATA)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"400, bad request of ours", "401, the access token is wrong", "403, not for you", "404, ", "418, teapot"
    })
    void fourHundredsAreFinalAndTheirTextIsShown(int status, String text) {
        server.script(METADATA, Reply.status(status, text == null ? "" : text));
        assertFinal("answered " + status, text == null ? "" : text);
    }

    @Test
    void tooManyRequestsIsFinalForThisTimeOnly() {
        server.script(METADATA, Reply.status(429, "slow down"));
        KvException error = refusal();
        assertThat(error).isInstanceOf(KvUnavailableException.class).hasMessageContaining("slow down");
        assertThat(error.retryable()).isTrue();
        assertThat(server.count(METADATA)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 202, 204})
    void otherSuccessesAreNone(int status) {
        server.script(METADATA, Reply.status(status, ""));
        assertFinal("answered " + status);
    }

    @Test
    void fiveHundredsAreTriedAgain() {
        server.script(METADATA, 3, Reply.status(500, "not yet"));
        await(kv().ready());
        assertThat(server.count(METADATA)).isEqualTo(4);
    }

    @Test
    void aConnectionThatIsResetIsTriedAgain() {
        server.script(METADATA, Reply.reset(), Reply.reset());
        await(kv().ready());
        assertThat(server.count(METADATA)).isEqualTo(3);
    }

    @Test
    void aServerThatIsSilentIsTriedAgain() {
        server.script(METADATA, Reply.silence());
        await(kv(quick().http(HttpOptions.builder()
                                .responseTimeout(Duration.ofMillis(100))
                                .build())
                        .build())
                .ready());
        assertThat(server.count(METADATA)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void triesEndWithTheDeadlineWhichTellsWhatWentWrong() {
        server.script(METADATA, 1_000, Reply.status(503, "down for maintenance"));
        KvTimeoutException error = errorOf(
                KvTimeoutException.class,
                kv(quick().deadline(Duration.ofSeconds(3)).build()).ready());
        assertThat(error)
                .hasMessageContaining("open")
                .hasMessageContaining("PT3S")
                .hasMessageContaining("metadata exchange with " + server.url())
                .hasMessageContaining("503: down for maintenance");
        assertThat(error.retryable()).isTrue();
        assertThat(server.count(METADATA)).isGreaterThan(3);
    }

    @Test
    void triesMayBeCounted() {
        server.script(METADATA, 1_000, Reply.status(503, "down"));
        errorOf(KvUnavailableException.class, kv(quick().maxAttempts(3).build()).ready());
        assertThat(server.count(METADATA)).isEqualTo(3);
    }

    @Test
    void anOpeningThatFailedIsTriedAgainByTheNextWhoNeedsIt() {
        server.script(METADATA, Reply.status(403, "not yet"));
        Kv kv = kv();
        errorOf(KvDatabaseException.class, kv.ready());
        await(kv.ready());
        assertThat(server.count(METADATA)).isEqualTo(2);
    }

    @Test
    void whatHasExpiredOnArrivalIsNotUsed() {
        server.script(
                METADATA, 2, Reply.json(server.metadata("", 3, Instant.now().minusSeconds(1))));
        await(kv().ready());
        assertThat(server.count(METADATA)).isEqualTo(3);

        server.script(
                METADATA, 1_000, Reply.json(server.metadata("", 3, Instant.now().minusSeconds(1))));
        assertThat(errorOf(
                        KvTimeoutException.class,
                        kv(quick().deadline(Duration.ofSeconds(3)).build()).ready()))
                .hasMessageContaining("has expired")
                .hasMessageContaining("check both clocks");
    }

    @Test
    void anExpiryWithOffsetAndNanosecondsIsUnderstood() {
        OffsetDateTime inAnHour = Instant.now().plusSeconds(3_600).atOffset(ZoneOffset.ofHoursMinutes(-9, -30));
        String text = inAnHour.withNano(123_456_789).toString();
        server.script(
                METADATA,
                Reply.json(metadata(3).replaceFirst("\"expiresAt\":\"[^\"]*\"", "\"expiresAt\":\"" + text + "\"")));
        ConnectDatabase database = database(own -> own);
        DatabaseMetadata metadata = await(database.metadata().next());
        assertThat(metadata.expiresAt())
                .isEqualTo(inAnHour.withNano(123_456_789).toInstant());
    }

    @Test
    void metadataThatLivesForFiveSecondsIsRenewedAfterOneWithoutAGap() {
        server.lifetime = Duration.ofSeconds(5);
        ConnectDatabase database = database(own -> own);
        List<DatabaseMetadata> seen = await(database.metadata().take(3).collectList());
        assertThat(seen).hasSize(3).doesNotHaveDuplicates();
        assertThat(server.count(METADATA)).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theAccessTokenMayChangeBetweenExchanges() {
        server.lifetime = Duration.ofSeconds(5);
        AtomicInteger asked = new AtomicInteger();
        Mono<String> tokens =
                Mono.fromSupplier(() -> TestServer.ACCESS_TOKEN + (asked.getAndIncrement() == 0 ? "" : "-2"));
        server.script(METADATA, Reply.json(server.metadata("", 3, Instant.now().plusSeconds(5))));
        server.script(METADATA, Reply.json(metadata(3)));
        ConnectDatabase database = database(own -> own.accessToken(tokens));
        await(database.metadata().take(2).collectList());
        assertThat(server.requests(METADATA))
                .extracting(request -> request.headers().get("Authorization"))
                .containsExactly("Bearer " + TestServer.ACCESS_TOKEN, "Bearer " + TestServer.ACCESS_TOKEN + "-2");
    }

    @Test
    void withoutATokenNothingIsSent() {
        Kv kv = Kv.create(
                server.url(),
                KvOptions.builder()
                        .with(quick().accessToken(Mono.empty()).build())
                        .build());
        KvDatabaseException error = errorOf(KvDatabaseException.class, kv.ready());
        assertThat(error).hasMessageContaining("no access token").hasMessageContaining("DENO_KV_ACCESS_TOKEN");
        Kv failing = Kv.create(
                server.url(),
                KvOptions.builder()
                        .with(quick().accessToken(Mono.error(new IllegalStateException("the vault is sealed")))
                                .build())
                        .build());
        assertThat(errorOf(KvDatabaseException.class, failing.ready())).hasMessageContaining("the vault is sealed");
        assertThat(server.count(METADATA)).isZero();
    }

    @Test
    void theEnvironmentGivesTheTokenUnlessTheOptionsDo() {
        KvOptions with = KvOptions.builder().accessToken("of-the-options").build();
        RemoteOptions own =
                RemoteOptions.builder().accessToken(Mono.just("own")).build();
        RemoteOptions none = RemoteOptions.defaults();
        assertThat(RemoteDatabaseHandler.tokenOf(own, with, "of-the-variable").block())
                .isEqualTo("own");
        assertThat(RemoteDatabaseHandler.tokenOf(none, with, "of-the-variable").block())
                .isEqualTo("of-the-options");
        assertThat(RemoteDatabaseHandler.tokenOf(none, KvOptions.defaults(), "of-the-variable")
                        .block())
                .isEqualTo("of-the-variable");
        assertThat(RemoteDatabaseHandler.tokenOf(none, KvOptions.defaults(), "").block())
                .isNull();
        assertThat(RemoteDatabaseHandler.tokenOf(none, KvOptions.defaults(), null)
                        .block())
                .isNull();
    }

    @Test
    void aThousandOperationsAtOnceCauseOneExchange() {
        Kv kv = kv();
        Long done = await(Flux.range(0, 1_000)
                .flatMap(i -> kv.set(A, i).hasElement(), 1_000)
                .count());
        assertThat(done).isEqualTo(1_000);
        assertThat(server.count(METADATA)).isEqualTo(1);
        assertThat(server.count(WRITE)).isEqualTo(1_000);
    }

    @Test
    void metadataIsSeenThroughKvBeforeItIsOpenAndByManyAtOnce() {
        Kv kv = kv();
        RemoteDatabase remote = kv.unwrap(RemoteDatabase.class);
        assertThat(server.count(METADATA)).isZero();
        List<DatabaseMetadata> seen = await(Flux.range(0, 1_000)
                .flatMap(i -> remote.metadata().next(), 1_000)
                .collectList());
        assertThat(seen).hasSize(1_000);
        assertThat(seen.stream().distinct()).hasSize(1);
        assertThat(seen.get(0).databaseId()).isEqualTo(TestServer.DATABASE_ID);
        assertThat(seen.get(0).version()).isEqualTo(3);
        assertThat(seen.get(0).toString()).doesNotContain(server.token);
        assertThat(server.count(METADATA)).isEqualTo(1);
        Mono<Long> all = remote.metadata().count().cache();
        all.subscribe();
        kv.close().block(PATIENCE);
        assertThat(await(all)).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsFarTooLongIsRefusedAndNotKept() {
        server.script(METADATA, Reply.body(new byte[4 << 20]));
        assertFinal("longer than");
        assertThat(NettyLeaks.take()).isEmpty();
    }
}
