// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvValue;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.test.MutableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Who is let in, and who is told to stay out: with 401 and a text. */
class AuthenticationIT {

    private static final ReadRange RANGE = ReadRange.point(KvKey.of("a").encoded());
    private static final String OTHER_TOKEN = "another-access-token";

    @RegisterExtension
    final TestServers servers = new TestServers();

    private static void refused(Caller.Answer answer) {
        answer.refused(401);
        assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Basic YTpi",
                "access-token-of-the-tests",
                "Bearer access-token-of-the-test",
                "Bearer access-token-of-the-tests2",
                "Bearer ACCESS-TOKEN-OF-THE-TESTS",
                "Bearer bearer access-token-of-the-tests",
            })
    void theExchangeTakesTheAccessTokenOnly(String authorization) {
        Caller caller = Caller.of(servers.start());
        String[] headers = authorization.isEmpty() ? new String[0] : new String[] {"Authorization", authorization};
        refused(caller.post("/", Caller.NOTHING, headers));
        refused(caller.post("/db/orders", Caller.NOTHING, headers));
        for (String operation : List.of("/v2/snapshot_read", "/v2/atomic_write", "/v2/watch")) {
            refused(caller.post(operation, Caller.NOTHING, headers));
        }
    }

    @Test
    void theSchemeMayBeOfAnyCaseAndTwoTokensAreNone() {
        Caller caller = Caller.of(servers.start());
        caller.post("/", Caller.NOTHING, "Authorization", "bEARER  " + TestServers.TOKEN)
                .expect(200);
        refused(caller.post(
                "/",
                Caller.NOTHING,
                "Authorization",
                "Bearer " + TestServers.TOKEN,
                "Authorization",
                "Bearer " + TestServers.TOKEN));
    }

    @Test
    void theDataPathTakesTheTokenOfTheExchangeOnlyAndNoneThatWasChanged() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata metadata = caller.metadata("/");
        refused(caller.read(with(metadata, TestServers.TOKEN), RANGE));
        byte[] token = Base64.getUrlDecoder().decode(metadata.token());
        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] ^= 1;
            refused(caller.read(
                    with(metadata, Base64.getUrlEncoder().withoutPadding().encodeToString(changed)), RANGE));
        }
        refused(caller.read(with(metadata, metadata.token().substring(1)), RANGE));
        refused(caller.read(with(metadata, metadata.token() + "AAAA"), RANGE));
        caller.works(metadata);
    }

    private static Caller.Metadata with(Caller.Metadata metadata, String token) {
        return new Caller.Metadata(
                metadata.base(), metadata.version(), metadata.databaseId(), metadata.endpoint(), token);
    }

    @Test
    void theTokenOfAnotherDatabaseIsRefused() {
        Caller caller = Caller.of(servers.start());
        Caller.Metadata main = caller.metadata("/");
        Caller.Metadata orders = caller.metadata("/db/orders");
        refused(caller.read(with(main, orders.token()), RANGE));
        refused(caller.read(with(orders, main.token()), RANGE));
        refused(caller.read(with(caller.metadata("/db/users"), orders.token()), RANGE));
    }

    @Test
    void aDatabaseWithATokenOfItsOwnIsOpenedByNoOther() {
        Caller caller = Caller.of(servers.start(
                TestServers.options().databaseToken("orders", OTHER_TOKEN).build()));
        refused(caller.exchange("/db/orders", TestServers.TOKEN, ""));
        refused(caller.exchange("/", OTHER_TOKEN, ""));
        refused(caller.exchange("/db/users", OTHER_TOKEN, ""));
        caller.works(caller.metadata("/db/orders", OTHER_TOKEN, ""));
        caller.works(caller.metadata("/db/users"));
    }

    @Test
    void aTokenExpiresToTheSecondAndTheTextSaysSo() {
        MutableClock clock = MutableClock.at(Instant.parse("2026-03-01T12:00:00.500Z"));
        Caller caller = Caller.of(servers.start(TestServers.options()
                .databaseOptions(KvOptions.builder().clock(clock).build())
                .tokenLifetime(Duration.ofMinutes(10))
                .build()));
        Caller.Metadata metadata = caller.metadata("/");
        clock.set(Instant.parse("2026-03-01T12:09:59.999Z"));
        caller.works(metadata);
        clock.set(Instant.parse("2026-03-01T12:10:00Z"));
        Caller.Answer answer = caller.read(metadata, RANGE);
        refused(answer);
        assertThat(answer.text()).contains("expired");
        caller.works(caller.metadata("/"));
    }

    @Test
    void tokensSurviveARestartAndDieWithTheAccessToken() {
        KvConnectServer first = servers.start();
        Caller.Metadata before = Caller.of(first).metadata("/");
        TestServers.stop(first);
        KvConnectServer second = servers.start(
                TestServers.options().port(first.address().getPort()).build());
        Caller.of(second).works(before);
        TestServers.stop(second);
        KvConnectServer changed = servers.start(TestServers.options()
                .port(first.address().getPort())
                .accessToken(OTHER_TOKEN)
                .build());
        refused(Caller.of(changed).read(before, RANGE));
        refused(Caller.of(changed).exchange("/", TestServers.TOKEN, ""));
    }

    @Test
    void nobodyWithoutATokenLearnsOrMakesAnything() {
        KvConnectServer server = servers.start();
        Caller caller = Caller.of(server);
        int databases = server.statistics().databases();
        for (int i = 0; i < 20; i++) {
            refused(caller.exchange("/db/guess-" + i, "not-the-access-token", ""));
        }
        assertThat(server.statistics().databases()).isEqualTo(databases);
    }

    @Test
    void thePageOfMetersIsForWhoeverHasTheAccessTokenAndHealthForEverybody() {
        Caller caller = Caller.of(
                servers.start(TestServers.options().metricsPage(() -> "a 1\n").build()));
        refused(caller.get("/metrics"));
        refused(caller.get("/metrics", "Authorization", "Bearer " + OTHER_TOKEN));
        assertThat(caller.get("/metrics", "Authorization", "Bearer " + TestServers.TOKEN)
                        .expect(200)
                        .text())
                .isEqualTo("a 1\n");
        assertThat(caller.get("/healthz").expect(200).text()).isEqualTo("alive");
        assertThat(caller.get("/readyz").expect(200).text()).isEqualTo("ready");
        Caller.of(servers.start())
                .get("/metrics", "Authorization", "Bearer " + TestServers.TOKEN)
                .refused(404);
    }

    @Test
    void nothingOfATokenOrAValueIsLoggedWhateverTheLevel() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        context.getLogger("io.kvreactive").setLevel(Level.TRACE);
        context.getLogger("reactor.netty").setLevel(Level.INFO);
        try {
            String secret = "planted-value-in-clear";
            KvConnectServer server = servers.start(TestServers.options()
                    .accessLog(ServerOptions.AccessLog.ON)
                    .databaseToken("orders", OTHER_TOKEN)
                    .build());
            Caller caller = Caller.of(server);
            Caller.Metadata metadata = caller.metadata("/");
            byte[] key = KvKey.of(secret).encoded();
            KvValue value = KvValue.copyOf(KvValue.BYTES, secret.getBytes(StandardCharsets.UTF_8));
            caller.writeWell(metadata, Caller.set(key, value));
            caller.readWell(metadata, ReadRange.point(key));
            caller.read(with(metadata, secret), RANGE).refused(401);
            caller.exchange("/?token=" + TestServers.TOKEN, OTHER_TOKEN, secret).refused(401);
            caller.exchange("/db/" + TestServers.TOKEN + "/none", TestServers.TOKEN, secret)
                    .refused(404);
            caller.post(metadata.endpoint() + KvConnect.ATOMIC_WRITE_PATH, secret.getBytes(), metadata.headers())
                    .refused(400);
            // A request is logged when it is over, which is after its client has read the answer.
            TestServers.stop(server);
            root.detachAppender(log);
            assertThat(log.list).extracting(ILoggingEvent::getLoggerName).contains(AccessLogger.NAME);
            for (ILoggingEvent event : List.copyOf(log.list)) {
                assertThat(event.getFormattedMessage())
                        .doesNotContain(secret, TestServers.TOKEN, OTHER_TOKEN, metadata.token(), "planted");
            }
        } finally {
            root.detachAppender(log);
            context.getLogger("io.kvreactive").setLevel(Level.WARN);
            context.getLogger("reactor.netty").setLevel(null);
        }
    }
}
