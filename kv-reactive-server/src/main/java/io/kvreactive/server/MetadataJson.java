// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The bodies of the metadata exchange, held to the schemas in {@code schemas/}. */
final class MetadataJson {

    private static final String VERSIONS = "supportedVersions";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A malformed body is not for the logs.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private MetadataJson() {}

    /** The versions that the client knows; without a body, the first. Throws {@link Refusal}. */
    static List<Integer> readSupportedVersions(ByteBuffer body) {
        if (!body.hasRemaining()) {
            return List.of(KvConnect.OLDEST_VERSION);
        }
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            List<Integer> versions = readObject(parser);
            if (parser.nextToken() != null) {
                throw malformed("something follows the object");
            }
            return versions;
        } catch (JacksonException e) {
            throw malformed("it is no JSON");
        }
    }

    private static List<Integer> readObject(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw malformed("it is no object");
        }
        List<Integer> versions = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            if (!VERSIONS.equals(parser.currentName())) {
                throw malformed("it has a field other than " + VERSIONS);
            }
            versions = readArray(parser);
        }
        if (versions == null) {
            throw malformed(VERSIONS + " is missing");
        }
        return versions;
    }

    private static List<Integer> readArray(JsonParser parser) {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw malformed(VERSIONS + " is no array");
        }
        List<Integer> versions = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null || !token.isNumeric()) {
                throw malformed(VERSIONS + " holds something else than numbers");
            }
            double version = parser.getDoubleValue();
            if (version != Math.rint(version) || version < 1) {
                throw malformed(VERSIONS + " holds something else than whole numbers from 1 on");
            }
            // Numbers that nobody knows are passed over, however large.
            versions.add((int) version);
        }
        return versions;
    }

    private static Refusal malformed(String why) {
        return Refusal.badRequest("The body is not {\"" + VERSIONS + "\":[1,2,3]} or the like: " + why + ".");
    }

    /** The newest version that both know; throws {@link Refusal}. */
    static int chosen(List<Integer> versions) {
        return versions.stream()
                .filter(version -> version <= KvConnect.NEWEST_VERSION)
                .max(Integer::compare)
                .orElseThrow(() -> Refusal.badRequest("The client knows versions " + versions
                        + " of the protocol, this server " + KvConnect.OLDEST_VERSION + " to "
                        + KvConnect.NEWEST_VERSION + "."));
    }

    static String write(int version, String databaseId, String url, String token, Instant end) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("version", version);
            json.writeStringProperty("databaseId", databaseId);
            json.writeArrayPropertyStart("endpoints");
            json.writeStartObject();
            json.writeStringProperty("url", url);
            json.writeStringProperty("consistency", "strong");
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringProperty("token", token);
            json.writeStringProperty("expiresAt", end.toString());
            json.writeEndObject();
        }
        return text.toString();
    }
}
