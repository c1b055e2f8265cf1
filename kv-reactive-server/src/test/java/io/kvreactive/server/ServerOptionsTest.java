// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.KvOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerOptionsTest {

    private static final String TOKEN = "access-token-of-the-tests";

    @Test
    void aChangedCopyKeepsWhatWasNotChangedAndTheOriginalStays() {
        ServerOptions original = ServerOptions.builder()
                .accessToken(TOKEN)
                .host("::1")
                .port(1)
                .workers(2)
                .database("sqlite:a.sqlite")
                .databaseId(UUID.fromString("a1b2c3d4-0000-4000-8000-000000000001"))
                .databaseToken("orders", "another-access-token")
                .databaseFolder(Path.of("data"))
                .databaseOptions(KvOptions.builder().transactAttempts(3).build())
                .access(ServerOptions.Access.READ_ONLY)
                .publicUrl(URI.create("https://kv.example.com"))
                .forwardedHeaders(ServerOptions.ForwardedHeaders.TRUST)
                .tls(Path.of("c.pem"), Path.of("k.pem"))
                .tokenLifetime(Duration.ofMinutes(1))
                .watchPing(Duration.ofSeconds(1))
                .stopGrace(Duration.ofSeconds(2))
                .limits(ServerLimits.builder().watches(3).build())
                .accessLog(ServerOptions.AccessLog.ON)
                .metricsPage(() -> "page")
                .observer(new RecordingObserver())
                .build();
        assertThat(original.mutate().build()).usingRecursiveComparison().isEqualTo(original);
        ServerOptions changed = original.mutate().port(2).build();
        assertThat(changed.port()).isEqualTo(2);
        assertThat(original.port()).isEqualTo(1);
        assertThat(changed.databaseTokens()).isEqualTo(original.databaseTokens());
    }

    @Test
    void changedLimitsKeepWhatWasNotChanged() {
        ServerLimits limits = ServerLimits.builder()
                .bodyBytes(1)
                .headerBytes(2)
                .connections(3)
                .streams(4)
                .watches(5)
                .answerBytes(6)
                .databases(7)
                .requestTimeout(Duration.ofSeconds(8))
                .idleTimeout(Duration.ofSeconds(9))
                .slowWatchTimeout(Duration.ofSeconds(10))
                .databaseIdleTime(Duration.ofSeconds(11))
                .build();
        assertThat(limits.mutate().build()).usingRecursiveComparison().isEqualTo(limits);
        assertThat(limits.mutate().watches(9).build().watches()).isEqualTo(9);
        assertThat(limits.watches()).isEqualTo(5);
    }

    @Test
    void noTokenIsShown() {
        ServerOptions options = ServerOptions.builder()
                .accessToken(TOKEN)
                .databaseToken("orders", "another-access-token")
                .build();
        assertThat(options.toString()).contains("orders").doesNotContain(TOKEN, "another-access-token");
        assertThat(new ServedDatabase("orders", "id", AccessTokens.of(TOKEN, UUID.randomUUID())).toString())
                .doesNotContain(TOKEN);
    }

    @Test
    void aServerNeedsAToken() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptions.builder().database("memory:").build())
                .withMessageContaining("access token is needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eleven-char", "with a space inside", "with-\u00e9-inside-it", "with-\u0000-inside-it"})
    void aTokenThatIsTooShortOrCannotBeSentIsRefusedAndNotShown(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptions.builder().accessToken(token))
                .withMessageNotContaining(token.isEmpty() ? "\u0001" : token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kv.example.com",
                "ftp://kv.example.com",
                "https:///path",
                "https://kv.example.com?x=1",
                "https://kv.example.com#x",
                "https://user:password@kv.example.com"
            })
    void aPublicUrlIsAnAbsoluteUrlAndNothingMore(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptions.builder().publicUrl(URI.create(url)))
                .withMessageContaining("publicUrl");
    }

    @Test
    void argumentsThatAreWrongAreNamed() {
        ServerOptionsBuilder options = ServerOptions.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> options.port(-1)).withMessageContaining("port");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.workers(0))
                .withMessageContaining("workers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.tokenLifetime(Duration.ofMillis(999)))
                .withMessageContaining("tokenLifetime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.watchPing(Duration.ZERO))
                .withMessageContaining("watchPing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.stopGrace(Duration.ofMillis(-1)))
                .withMessageContaining("stopGrace");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.databaseToken("A", TOKEN))
                .withMessageContaining("name of a database");
        ServerLimits.Builder limits = ServerLimits.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.bodyBytes(0))
                .withMessageContaining("bodyBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.answerBytes(0))
                .withMessageContaining("answerBytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.databases(-1))
                .withMessageContaining("databases");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits.idleTimeout(Duration.ZERO))
                .withMessageContaining("idleTimeout");
    }
}
