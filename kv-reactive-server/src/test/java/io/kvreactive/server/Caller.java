// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.ReadAnswer;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.proto.WriteAnswer;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the protocol that hides nothing: it shows what was answered, whatever that is. Over HTTP/1.1, and waits. */
final class Caller {

    static final byte[] NOTHING = new byte[0];
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TestServers.PATIENCE)
            .build();
    private final String url;

    private Caller(String url) {
        this.url = url;
    }

    static Caller at(String url) {
        return new Caller(url);
    }

    static Caller of(KvConnectServer server) {
        return new Caller(server.url());
    }

    /** An answer as it came. */
    record Answer(int status, Map<String, List<String>> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(body);
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of()).stream().findFirst().orElse("");
        }

        Answer expect(int expected) {
            assertThat(status).as(text()).isEqualTo(expected);
            return this;
        }

        /** A refusal, which has a text for a person. */
        Answer refused(int expected) {
            expect(expected);
            assertThat(text()).as("the text of a refusal").isNotBlank();
            assertThat(header("content-type")).isEqualTo("text/plain; charset=utf-8");
            return this;
        }
    }

    /** What the metadata exchange gave. */
    record Metadata(String base, int version, String databaseId, String endpoint, String token) {
        static Metadata of(String base, JsonNode json) {
            JsonNode endpoint = json.get("endpoints").get(0);
            assertThat(endpoint.get("consistency").asString()).isEqualTo("strong");
            UUID.fromString(json.get("databaseId").asString());
            return new Metadata(
                    base,
                    json.get("version").asInt(),
                    json.get("databaseId").asString(),
                    URI.create(base).resolve(endpoint.get("url").asString()).toString(),
                    json.get("token").asString());
        }

        /** The headers that a client of this version sends. */
        String[] headers() {
            return version == 1
                    ? new String[] {"Authorization", "Bearer " + token, KvConnect.DOMAIN_HEADER, databaseId}
                    : new String[] {
                        "Authorization",
                        "Bearer " + token,
                        KvConnect.DATABASE_HEADER,
                        databaseId,
                        KvConnect.VERSION_HEADER,
                        String.valueOf(version)
                    };
        }
    }

    Answer call(String method, String path, byte[] body, String... headers) {
        String target = path.startsWith("http") ? path : url + path;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(target))
                .timeout(TestServers.PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Answer post(String path, byte[] body, String... headers) {
        return call("POST", path, body, headers);
    }

    Answer get(String path, String... headers) {
        return call("GET", path, NOTHING, headers);
    }

    /** The metadata exchange as it is answered. */
    Answer exchange(String path, String token, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), "Authorization", "Bearer " + token);
    }

    /** The metadata of a database, in the newest version. */
    Metadata metadata(String path) {
        return metadata(path, TestServers.TOKEN, "{\"supportedVersions\":[1,2,3]}");
    }

    Metadata metadata(String path, String token, String body) {
        return Metadata.of(url + path, exchange(path, token, body).expect(200).json());
    }

    Answer read(Metadata metadata, ReadRange... ranges) {
        return post(
                metadata.endpoint + KvConnect.SNAPSHOT_READ_PATH,
                WireMapper.encodeRead(List.of(ranges)),
                metadata.headers());
    }

    ReadAnswer readWell(Metadata metadata, ReadRange... ranges) {
        Answer answer = read(metadata, ranges).expect(200);
        assertThat(answer.header("content-type")).isEqualTo(KvConnect.PROTOBUF_TYPE);
        return WireMapper.decodeReadAnswer(answer.body);
    }

    Answer write(Metadata metadata, AtomicWrite write) {
        return post(metadata.endpoint + KvConnect.ATOMIC_WRITE_PATH, WireMapper.encodeWrite(write), metadata.headers());
    }

    WriteAnswer writeWell(Metadata metadata, AtomicWrite write) {
        Answer answer = write(metadata, write).expect(200);
        assertThat(answer.header("content-type")).isEqualTo(KvConnect.PROTOBUF_TYPE);
        return WireMapper.decodeWriteAnswer(answer.body);
    }

    /** Writes an entry, and reads it: the server answers normally. */
    void works(Metadata metadata) {
        byte[] key = KvKey.of("works").encoded();
        KvValue value = KvValue.of(KvU64.of(42));
        WriteAnswer written = writeWell(metadata, set(key, value));
        assertThat(written.status()).isEqualTo(WriteAnswer.SUCCESS);
        ReadAnswer read = readWell(metadata, ReadRange.point(key));
        assertThat(read.ranges().get(0).get(0).value()).isEqualTo(value);
        assertThat(read.ranges().get(0).get(0).versionstamp()).isEqualTo(written.versionstamp());
    }

    static AtomicWrite set(byte[] key, KvValue value) {
        return AtomicWrite.of(List.of(), List.of(Mutation.set(key, value, null)));
    }

    static AtomicWrite write(Mutation... mutations) {
        return AtomicWrite.of(List.of(), List.of(mutations));
    }

    /** Begins a watch: the stream of its frames, to be closed. */
    InputStream watch(Metadata metadata, KvKey... keys) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(metadata.endpoint + KvConnect.WATCH_PATH))
                .headers(metadata.headers())
                .POST(HttpRequest.BodyPublishers.ofByteArray(WireMapper.encodeWatch(
                        List.of(keys).stream().map(KvKey::encoded).toList())))
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains(KvConnect.WATCH_TYPE);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
