// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kvreactive.KvOptions;
import io.kvreactive.test.MutableClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata exchange: duties SM1 to SM6. */
class MetadataIT {

    @RegisterExtension
    final TestServers servers = new TestServers();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                  | 1",
                "{\"supportedVersions\":[1]}         | 1",
                "{\"supportedVersions\":[2]}         | 2",
                "{\"supportedVersions\":[3,1,2]}     | 3",
                "{\"supportedVersions\":[2,2,4,99]}  | 2",
                "{\"supportedVersions\":[3.0,1e300]} | 3",
            })
    void theNewestCommonVersionIsChosenAndTheAnswerIsOfItsSchema(String body, int version) throws IOException {
        Caller caller = Caller.of(servers.start());
        Caller.Answer answer = caller.exchange("/", TestServers.TOKEN, body).expect(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.json().get("version").asInt()).isEqualTo(version);
        Schema schema = schema(version);
        assertThat(schema.validate(answer.text(), InputFormat.JSON)).isEmpty();
        assertThat(schema.validate(answer.text().replace("databaseId", "uuid"), InputFormat.JSON))
                .isNotEmpty();
        caller.works(Caller.Metadata.of(caller.metadata("/").base(), answer.json()));
    }

    private static Schema schema(int version) throws IOException {
        String text = Files.readString(Path.of("..", "schemas", "metadata-response.v" + version + ".json"))
                // A name that is no URL, which the validator does not take.
                .replaceFirst("\"\\$id\": *\"[^\"]*\",", "");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text, InputFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[1,2,3]",
                "null",
                "\"supportedVersions\"",
                "{}",
                "{\"supportedVersions\":3}",
                "{\"supportedVersions\":[]}",
                "{\"supportedVersions\":[4,5]}",
                "{\"supportedVersions\":[0]}",
                "{\"supportedVersions\":[-1]}",
                "{\"supportedVersions\":[1.5]}",
                "{\"supportedVersions\":[\"3\"]}",
                "{\"supportedVersions\":[null]}",
                "{\"supportedVersions\":[3],\"more\":1}",
                "{\"supportedVersions\":[3],\"supportedVersions\":[2]}",
                "{\"supportedVersions\":[3]} {}",
                "{\"supportedVersions\":[3",
                "   ",
            })
    void aBodyThatDoesNotMatchTheSchemaOrHasNoCommonVersionIsRefusedWithAText(String body) {
        Caller caller = Caller.of(servers.start());
        Caller.Answer answer = caller.exchange("/", TestServers.TOKEN, body).refused(400);
        assertThat(answer.text()).containsAnyOf("supportedVersions", "versions");
    }

    @Test
    void endpointsAreRelativeForClientsThatCanAndAbsoluteForThoseThatCannot() {
        KvConnectServer server = servers.start();
        Caller caller = Caller.of(server);
        assertThat(endpoint(caller, "/", "{\"supportedVersions\":[3]}")).isEqualTo("/v2");
        assertThat(endpoint(caller, "/db/orders", "{\"supportedVersions\":[2]}"))
                .isEqualTo("/db/orders/v2");
        assertThat(endpoint(caller, "/", "")).isEqualTo(server.url() + "/v2");
        assertThat(endpoint(caller, "/db/orders", "")).isEqualTo(server.url() + "/db/orders/v2");
    }

    private static String endpoint(Caller caller, String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Authorization";
        all[headers.length + 1] = "Bearer " + TestServers.TOKEN;
        return caller.post(path, body.getBytes(), all)
                .expect(200)
                .json()
                .get("endpoints")
                .get(0)
                .get("url")
                .asString();
    }

    @Test
    void thePublicUrlIsWhatEveryClientIsTold() {
        Caller caller = Caller.of(servers.start(TestServers.options()
                .publicUrl(URI.create("https://kv.example.com/base/"))
                .build()));
        for (String body : List.of("", "{\"supportedVersions\":[3]}")) {
            assertThat(endpoint(caller, "/db/orders", body)).isEqualTo("https://kv.example.com/base/db/orders/v2");
        }
    }

    @Test
    void forwardingHeadersAreBelievedByOptionOnly() {
        String[] headers = {
            "X-Forwarded-Proto", "https, http", "X-Forwarded-Host", "kv.example.com:8443", "X-Forwarded-Prefix", "/kv/"
        };
        KvConnectServer careful = servers.start();
        assertThat(endpoint(Caller.of(careful), "/", "", headers)).isEqualTo(careful.url() + "/v2");
        KvConnectServer trusting = servers.start(TestServers.options()
                .forwardedHeaders(ServerOptions.ForwardedHeaders.TRUST)
                .build());
        Caller caller = Caller.of(trusting);
        assertThat(endpoint(caller, "/", "", headers)).isEqualTo("https://kv.example.com:8443/kv/v2");
        assertThat(endpoint(caller, "/", "{\"supportedVersions\":[3]}", headers))
                .isEqualTo("/kv/v2");
        assertThat(endpoint(caller, "/", "", "Forwarded", "for=1.2.3.4;proto=https;host=\"other.example.com\", for=5"))
                .isEqualTo("https://other.example.com/v2");
        assertThat(endpoint(caller, "/", "", "X-Forwarded-Prefix", "/../evil\""))
                .isEqualTo(trusting.url() + "/v2");
        caller.post(
                        "/",
                        Caller.NOTHING,
                        "Authorization",
                        "Bearer " + TestServers.TOKEN,
                        "X-Forwarded-Host",
                        "evil.example.com/path?")
                .refused(400);
    }

    @Test
    void theNameOfADatabaseIsTheSameAfterARestartAndOfEachAnother() {
        KvConnectServer first = servers.start();
        String main = Caller.of(first).metadata("/").databaseId();
        String orders = Caller.of(first).metadata("/db/orders").databaseId();
        assertThat(orders).isNotEqualTo(main);
        assertThat(UUID.fromString(orders).version()).isEqualTo(8);
        TestServers.stop(first);
        Caller again = Caller.of(servers.start());
        assertThat(again.metadata("/").databaseId()).isEqualTo(main);
        assertThat(again.metadata("/db/orders").databaseId()).isEqualTo(orders);
        UUID given = UUID.fromString("a1b2c3d4-0000-4000-8000-000000000001");
        Caller named =
                Caller.of(servers.start(TestServers.options().databaseId(given).build()));
        assertThat(named.metadata("/").databaseId()).isEqualTo(given.toString());
        named.works(named.metadata("/"));
    }

    @Test
    void metadataIsValidForAsLongAsTheOptionsSay() {
        Instant noon = Instant.parse("2026-03-01T12:00:00.789Z");
        Caller caller = Caller.of(servers.start(TestServers.options()
                .databaseOptions(
                        KvOptions.builder().clock(MutableClock.at(noon)).build())
                .tokenLifetime(Duration.ofMinutes(10))
                .build()));
        assertThat(caller.exchange("/", TestServers.TOKEN, "")
                        .expect(200)
                        .json()
                        .get("expiresAt")
                        .asString())
                .isEqualTo("2026-03-01T12:10:00Z");
    }

    @Test
    void clientsThatAreCarelessWithPathsAreUnderstood() {
        KvConnectServer server = servers.start();
        Caller caller = Caller.of(server);
        for (String path :
                List.of("", "/", "//", "/?x=1", "/db/orders", "/db/orders/", "//db//orders//", "/db/orders?")) {
            caller.exchange(path, TestServers.TOKEN, "").expect(200);
        }
        Caller.Metadata metadata = caller.metadata("/");
        caller.works(new Caller.Metadata(
                metadata.base(), metadata.version(), metadata.databaseId(), server.url() + "//v2/", metadata.token()));
    }

    @Test
    void nothingButPostIsTakenAndNothingIsRedirected() {
        Caller caller = Caller.of(servers.start());
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            for (String path : List.of("/", "/v2/snapshot_read", "/v2/watch", "/db/orders")) {
                Caller.Answer answer = caller.call(method, path, Caller.NOTHING).refused(405);
                assertThat(answer.header("allow")).isEqualTo("POST");
            }
        }
        assertThat(caller.call("POST", "/healthz", Caller.NOTHING).refused(405).header("allow"))
                .isEqualTo("GET, HEAD");
        for (String path : List.of("/v1", "/v2", "/v2/", "/v2/enqueue", "/v2/snapshot_read/x", "/db", "/index.html")) {
            caller.exchange(path, TestServers.TOKEN, "").refused(404);
        }
    }

    @Test
    void aServerWithoutADatabaseUnderTheRootSaysWhereOthersAre() {
        Caller caller = Caller.of(servers.start(
                ServerOptions.builder().accessToken(TestServers.TOKEN).port(0).build()));
        assertThat(caller.exchange("/", TestServers.TOKEN, "").refused(404).text())
                .contains("/db/NAME");
        caller.works(caller.metadata("/db/orders"));
    }
}
