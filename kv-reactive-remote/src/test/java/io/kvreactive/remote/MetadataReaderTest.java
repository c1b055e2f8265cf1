// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.KvConsistency;
import io.kvreactive.remote.DatabaseMetadata.Endpoint;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataReaderTest {

    private static final URI BASE = URI.create("https://kv.example.com/dir/x");
    private static final String ID = "a1b2c3d4-0000-4000-8000-000000000001";
    private static final String SECRET = "planted-token-in-the-answer";

    /** An answer of a version, with single quotes for double ones, in which something may be replaced. */
    private static String answer(int version) {
        return "{'version':" + version + ",'databaseId':'" + ID
                + "','endpoints':[{'url':'https://a.example.com/v2','consistency':'strong'}],'token':'" + SECRET
                + "','expiresAt':'2026-01-01T00:00:00Z'}";
    }

    private static String endpoints(String endpoints) {
        return answer(3).replace("[{'url':'https://a.example.com/v2','consistency':'strong'}]", endpoints);
    }

    private static DatabaseMetadata read(String text, URI base) throws MetadataReader.Refusal {
        return MetadataReader.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), base);
    }

    private static void assertRefused(String text, String why) {
        assertThatExceptionOfType(MetadataReader.Refusal.class)
                .isThrownBy(() -> read(text, BASE))
                .withMessageContaining(why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anAnswerOfEachVersionIsRead(int version) throws Exception {
        DatabaseMetadata metadata = read(answer(version), BASE);
        assertThat(metadata.version()).isEqualTo(version);
        assertThat(metadata.databaseId()).isEqualTo(ID);
        assertThat(metadata.endpoints())
                .containsExactly(new Endpoint(URI.create("https://a.example.com/v2"), KvConsistency.STRONG));
        assertThat(metadata.expiresAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(metadata.token()).isEqualTo(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "0, version is 0",
        "4, version is 4",
        "-1, version is -1",
        "2.5, version is 2.5",
        "'\"3\"', version is missing",
        "null, version is missing",
        "1e400, version is"
    })
    void aVersionThatWasNotOfferedIsRefused(String version, String why) {
        assertRefused(answer(3).replace("'version':3", "'version':" + version), why);
    }

    @Test
    void whatTheSchemaDemandsIsDemanded() {
        assertRefused("", "no JSON");
        assertRefused("[]", "no JSON object");
        assertRefused("{'token':'" + SECRET, "no JSON");
        assertRefused(SECRET, "no JSON");
        assertRefused(answer(3) + "x", "no JSON");
        assertRefused("{}", "version is missing");
        for (String field : List.of("databaseId", "endpoints", "token", "expiresAt")) {
            assertRefused(answer(3).replace("'" + field + "'", "'other'"), "unknown field other");
            assertRefused(answer(3).replaceFirst("('" + field + "':)('[^']*'|\\[.*?\\])", "$17"), field);
        }
        // The name in the example of the protocol's text.
        assertRefused(answer(3).replace("'databaseId'", "'uuid'"), "unknown field uuid");
        assertRefused(answer(3).replace(ID, "a1b2c3d4"), "databaseId is no UUID");
        assertRefused(answer(3).replace(SECRET, ""), "token is empty");
        assertRefused(answer(3).replace("{'version'", "{'more':1,'version'"), "unknown field more");
        assertRefused(endpoints("[7]"), "endpoint 0 is no object");
        assertRefused(endpoints("[{'url':'https://a/v2'}]"), "consistency is missing");
        assertRefused(endpoints("[{'consistency':'strong'}]"), "url is missing");
        assertRefused(
                endpoints("[{'url':'https://a/v2','consistency':'strong','region':'x'}]"), "unknown field region");
        assertRefused(
                endpoints("[{'url':'https://a/v2','consistency':'best'}]"),
                "endpoint 0 is neither strong nor eventual");
    }

    @Test
    void anUpperCaseUuidIsOneToo() throws Exception {
        String upper = ID.toUpperCase();
        assertThat(read(answer(3).replace(ID, upper), BASE).databaseId()).isEqualTo(upper);
    }

    @Test
    void aStrongEndpointIsDemanded() {
        assertRefused(endpoints("[]"), "no endpoint is strong");
        assertRefused(endpoints("[{'url':'https://a/v2','consistency':'eventual'}]"), "no endpoint is strong");
    }

    @Test
    void versionOneDoesNotBoundConsistencyAndWhatIsUnknownIsPassedOver() throws Exception {
        String mixed = "[{'url':'https://a/v1','consistency':'best'},{'url':'https://b/v1','consistency':'strong'}]";
        assertThat(read(endpoints(mixed).replace("'version':3", "'version':1"), BASE)
                        .endpoints())
                .containsExactly(new Endpoint(URI.create("https://b/v1"), KvConsistency.STRONG));
        String unknown = "[{'url':'https://a/v1','consistency':'best'}]";
        assertRefused(endpoints(unknown).replace("'version':3", "'version':1"), "no endpoint is strong");
    }

    @ParameterizedTest
    @CsvSource({
        // As observed of Deno.
        "https://h/dir/x, /v2, https://h/v2",
        "https://h/dir/x, ./data, https://h/dir/data",
        "https://h/dir/, data, https://h/dir/data",
        // As RFC 3986 says.
        "https://h, data, https://h/data",
        "https://h, /data, https://h/data",
        "https://h:8443/a/b, ../data, https://h:8443/data",
        "https://h/a, ../../data, https://h/data",
        "https://h/a?x=1, data, https://h/data",
        "https://h/a, //other/data, https://other/data",
        "https://h/a, https://other:1/data, https://other:1/data",
        "https://h/dir/x, '', https://h/dir/x",
        "http://h/a, .., http://h/ends-with-a-slash"
    })
    void relativeUrlsAreResolvedAgainstWhereTheAnswerCameFrom(String base, String url, String resolved)
            throws Exception {
        String text = endpoints("[{'url':'" + url + "','consistency':'strong'}]");
        if (resolved.endsWith("slash")) {
            assertRefused(text, "ends with a slash");
            return;
        }
        assertThat(read(text, URI.create(base)).endpoints().get(0).url()).isEqualTo(URI.create(resolved));
        assertThat(read(text.replace("'version':3", "'version':2"), URI.create(base))
                        .endpoints()
                        .get(0)
                        .url())
                .isEqualTo(URI.create(resolved));
    }

    @Test
    void versionOneHasAbsoluteUrlsOnly() {
        for (String url : List.of("/v1", "./v1", "v1", "//a/v1")) {
            String text = endpoints("[{'url':'" + url + "','consistency':'strong'}]");
            assertRefused(text.replace("'version':3", "'version':1"), "endpoint 0 is no absolute http or https URL");
        }
    }

    @Test
    void urlsToWhichNothingCanBeAppendedAreRefused() {
        for (String url : List.of("https://a/v2/", "https://a/", "/v2/")) {
            assertRefused(endpoints("[{'url':'" + url + "','consistency':'strong'}]"), "ends with a slash");
        }
        for (String url : List.of("https://a/v2?x", "https://a/v2#x", "/v2?")) {
            assertRefused(endpoints("[{'url':'" + url + "','consistency':'strong'}]"), "a query or a fragment");
        }
        for (String url : List.of("ftp://a/v2", "mailto:a", "https:///v2", "https://me:secret@a/v2", "file:/v2")) {
            assertRefused(endpoints("[{'url':'" + url + "','consistency':'strong'}]"), "no absolute http or https URL");
        }
        assertRefused(endpoints("[{'url':'ht tp://a','consistency':'strong'}]"), "malformed");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
        "2026-01-01T02:30:00+02:30, 2026-01-01T00:00:00Z",
        "2025-12-31T19:00:00-05:00, 2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.5Z, 2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:00.123456789Z, 2026-01-01T00:00:00.123456789Z",
        "2026-01-01T00:00:00.1234567899999Z, 2026-01-01T00:00:00.123456789Z",
        "2026-01-01t00:00:00z, 2026-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z"
    })
    void timesAreReadWithAnyOffsetAndUpToNanoseconds(String text, Instant time) throws Exception {
        assertThat(read(answer(3).replace("2026-01-01T00:00:00Z", text), BASE).expiresAt())
                .isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2026-01-01",
                "2026-01-01T00:00:00",
                "2026-01-01 00:00:00Z",
                "2026-01-01T00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-01-01T25:00:00Z",
                "2026-01-01T00:00:00123Z",
                "2026-01-01T00:00:00.Z",
                "2026-01-01T00:00:00+0200",
                "1767225600"
            })
    void whatIsNoTimeIsRefused(String text) {
        assertRefused(answer(3).replace("2026-01-01T00:00:00Z", text), "expiresAt is no time");
    }

    @Test
    void theTextOfMetadataShowsNoToken() throws Exception {
        DatabaseMetadata metadata = read(answer(3), BASE);
        assertThat(metadata.toString()).doesNotContain(SECRET).contains(ID, "https://a.example.com/v2", "version 3");
    }
}
