// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvConsistency;
import io.kvreactive.proto.KvConnect;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answer of a metadata exchange: takes what the schemas in {@code schemas/} take, and holds it against the further duties of a client
 * ({@code docs/spec/kv-connect.md}, section 2.1, CM8 to CM12). Pure functions.
 */
final class MetadataReader {

    /** The answer is not what it must be. The text names the place, never the token. */
    static final class Refusal extends Exception {
        Refusal(String message) {
            super(message, null, false, false);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> FIELDS = Set.of("version", "databaseId", "endpoints", "token", "expiresAt");
    private static final Set<String> ENDPOINT_FIELDS = Set.of("url", "consistency");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    /** Parts of a second beyond nanoseconds are dropped. */
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}:\\d{2})(?:(\\.\\d{1,9})\\d*)?([Zz]|[+-]\\d{2}:\\d{2})");

    private MetadataReader() {}

    /**
     * Reads an answer.
     *
     * @param body the JSON text
     * @param base where it came from, against which relative URLs are resolved
     */
    static DatabaseMetadata read(byte[] body, URI base) throws Refusal {
        JsonNode answer = parse(body);
        int version = versionOf(answer);
        checkFields("the answer", answer, FIELDS);
        String databaseId = text(answer, "databaseId");
        if (!UUID.matcher(databaseId).matches()) {
            throw new Refusal("databaseId is no UUID");
        }
        String token = text(answer, "token");
        if (token.isEmpty()) {
            throw new Refusal("token is empty");
        }
        Instant expiresAt = timeOf(text(answer, "expiresAt"));
        return DatabaseMetadata.of(version, databaseId, endpointsOf(answer, version, base), token, expiresAt);
    }

    private static JsonNode parse(byte[] body) throws Refusal {
        try {
            JsonNode answer = JSON.readTree(body);
            if (answer == null || !answer.isObject()) {
                throw new Refusal("it is no JSON object");
            }
            return answer;
        } catch (JacksonException e) {
            // Its message may quote the text, and so the token.
            throw new Refusal("it is no JSON");
        }
    }

    private static int versionOf(JsonNode answer) throws Refusal {
        JsonNode version = answer.get("version");
        if (version == null || !version.isNumber()) {
            throw new Refusal("version is missing, or no number");
        }
        double number = version.asDouble();
        for (int known = KvConnect.OLDEST_VERSION; known <= KvConnect.NEWEST_VERSION; known++) {
            // JSON knows no difference between 2 and 2.0.
            if (number == known) {
                return known;
            }
        }
        throw new Refusal("version is " + version + ", offered were " + KvConnect.OLDEST_VERSION + " to "
                + KvConnect.NEWEST_VERSION);
    }

    private static void checkFields(String where, JsonNode object, Set<String> allowed) throws Refusal {
        for (String name : object.propertyNames()) {
            if (!allowed.contains(name)) {
                throw new Refusal(where + " has the unknown field " + shortened(name));
            }
        }
    }

    private static String shortened(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "..." : name;
    }

    private static String text(JsonNode object, String field) throws Refusal {
        JsonNode value = object.get(field);
        if (value == null || !value.isString()) {
            throw new Refusal(field + " is missing, or no text");
        }
        return value.asString();
    }

    private static Instant timeOf(String text) throws Refusal {
        Matcher parts = DATE_TIME.matcher(text);
        if (parts.matches()) {
            String fraction = parts.group(3) == null ? "" : parts.group(3);
            String normal = parts.group(1) + "T" + parts.group(2) + fraction
                    + parts.group(4).toUpperCase(Locale.ROOT);
            try {
                return OffsetDateTime.parse(normal).toInstant();
            } catch (DateTimeException e) {
                // Told below.
            }
        }
        throw new Refusal("expiresAt is no time of RFC 3339");
    }

    private static List<DatabaseMetadata.Endpoint> endpointsOf(JsonNode answer, int version, URI base) throws Refusal {
        JsonNode list = answer.get("endpoints");
        if (list == null || !list.isArray()) {
            throw new Refusal("endpoints is missing, or no list");
        }
        List<DatabaseMetadata.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode endpoint = list.get(i);
            String where = "endpoint " + i;
            if (!endpoint.isObject()) {
                throw new Refusal(where + " is no object");
            }
            checkFields(where, endpoint, ENDPOINT_FIELDS);
            String url = text(endpoint, "url");
            KvConsistency consistency = consistencyOf(text(endpoint, "consistency"), version, where);
            if (consistency != null) {
                endpoints.add(new DatabaseMetadata.Endpoint(urlOf(url, version, base, where), consistency));
            }
        }
        if (endpoints.stream().noneMatch(endpoint -> endpoint.consistency() == KvConsistency.STRONG)) {
            throw new Refusal("no endpoint is strong, so that there is none for writes");
        }
        return endpoints;
    }

    private static @Nullable KvConsistency consistencyOf(String text, int version, String where) throws Refusal {
        return switch (text) {
            case "strong" -> KvConsistency.STRONG;
            case "eventual" -> KvConsistency.EVENTUAL;
            default -> {
                if (version == 1) {
                    // Version 1 does not bound it; what nobody knows nobody can use.
                    yield null;
                }
                throw new Refusal("the consistency of " + where + " is neither strong nor eventual");
            }
        };
    }

    private static URI urlOf(String text, int version, URI base, String where) throws Refusal {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new Refusal("the URL of " + where + " is malformed");
        }
        if (version > 1) {
            url = Urls.resolve(base, url);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null || url.getUserInfo() != null) {
            throw new Refusal("the URL of " + where + " is no absolute http or https URL");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new Refusal("the URL of " + where + " has a query or a fragment");
        }
        if (url.getRawPath().endsWith("/")) {
            throw new Refusal("the URL of " + where + " ends with a slash");
        }
        return url;
    }
}
