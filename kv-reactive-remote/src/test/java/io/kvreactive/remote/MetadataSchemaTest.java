// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@link MetadataReader} checks by hand what the schemas in {@code schemas/} say; here a validator reads the schemas themselves. */
class MetadataSchemaTest {

    private static final Path SCHEMAS = Path.of(System.getProperty("schemas"));

    /** What the reader checks beyond the schemas ({@code docs/spec/kv-connect.md}, CM10 to CM12). */
    private static final List<String> BEYOND =
            List.of("no endpoint is strong", "the URL of endpoint", "a query or a fragment", "ends with a slash");

    private static final URI BASE = URI.create("https://kv.example.com/x");

    private final Map<Integer, Schema> responses = new TreeMap<>();

    MetadataSchemaTest() throws Exception {
        for (int version = 1; version <= 3; version++) {
            responses.put(version, schema("metadata-response.v" + version + ".json"));
        }
    }

    private static Schema schema(String name) throws Exception {
        String text = Files.readString(SCHEMAS.resolve(name));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(SchemaLocation.of(SCHEMAS.resolve(name).toUri().toString()), text, InputFormat.JSON);
    }

    private boolean isValid(int version, String text) {
        List<Error> errors = responses
                .get(version)
                .validate(
                        text,
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        return errors.isEmpty();
    }

    /** What the reader says of a text: nothing if it takes it. */
    private static String refusalOf(String text) {
        try {
            MetadataReader.read(text.getBytes(StandardCharsets.UTF_8), BASE);
            return "";
        } catch (MetadataReader.Refusal e) {
            return e.getMessage();
        }
    }

    @Test
    void whatTheClientSendsIsWhatTheSchemaOfRequestsTakes() throws Exception {
        assertThat(schema("metadata-request.json").validate(MetadataExchange.BODY_TEXT, InputFormat.JSON))
                .isEmpty();
    }

    @Test
    void theReaderTakesWhatTheSchemasTakeAndNothingElse() {
        Random random = new Random(20_260_101);
        int taken = 0;
        int refused = 0;
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            int version = 1 + random.nextInt(3);
            String text = document(random, version);
            String refusal = refusalOf(text);
            if (BEYOND.stream().anyMatch(refusal::contains)) {
                // Of such a text the schemas may say one or the other.
                continue;
            }
            boolean isValid = isValid(version, text);
            if (refusal.isEmpty() != isValid) {
                differences.add(refusal + " but valid " + isValid + ": " + text);
            }
            if (isValid) {
                taken++;
            } else {
                refused++;
            }
        }
        assertThat(differences).isEmpty();
        assertThat(taken).isGreaterThan(500);
        assertThat(refused).isGreaterThan(500);
    }

    /** An answer in which now and then something is not as it should be. */
    private static String document(Random random, int version) {
        List<String> fields = new ArrayList<>();
        add(
                fields,
                random,
                "version",
                String.valueOf(version),
                "\"" + version + "\"",
                "null",
                "[]",
                version + ".0",
                version + ".5");
        add(
                fields,
                random,
                "databaseId",
                "\"a1b2c3d4-0000-4000-8000-000000000001\"",
                "\"A1B2C3D4-0000-4000-8000-00000000000F\"",
                "\"a1b2c3d4-0000-4000-8000-00000000000\"",
                "\"g1b2c3d4-0000-4000-8000-000000000001\"",
                "\"xa1b2c3d4-0000-4000-8000-000000000001\"",
                "7",
                "null");
        add(
                fields,
                random,
                "endpoints",
                endpoints(random),
                endpoints(random),
                "[]",
                "{}",
                "null",
                "\"x\"",
                "[1]",
                "[[]]");
        add(fields, random, "token", "\"t\"", "\"\"", "1", "null", "true", "[\"t\"]");
        add(
                fields,
                random,
                "expiresAt",
                "\"2026-01-01T00:00:00Z\"",
                "\"2026-01-01T00:00:00.123456789+02:00\"",
                "\"2026-01-01T00:00:00\"",
                "\"2026-02-30T00:00:00Z\"",
                "\"2026-01-01\"",
                "\"later\"",
                "1767225600",
                "null");
        if (random.nextInt(20) == 0) {
            fields.add("\"more\":1");
        }
        return "{" + String.join(",", fields) + "}";
    }

    private static String endpoints(Random random) {
        List<String> endpoints = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<String> fields = new ArrayList<>();
            add(fields, random, "url", "\"https://h/v2\"", "\"/v2\"", "\"\"", "7", "null");
            add(fields, random, "consistency", "\"strong\"", "\"eventual\"", "\"best\"", "1", "null");
            if (random.nextInt(30) == 0) {
                fields.add("\"region\":\"x\"");
            }
            endpoints.add("{" + String.join(",", fields) + "}");
        }
        return "[" + String.join(",", endpoints) + "]";
    }

    /** A field, mostly with the first value, now and then with another or not at all. */
    private static void add(List<String> fields, Random random, String name, String usual, String... others) {
        int choice = random.nextInt(20 + others.length);
        if (choice == 0) {
            return;
        }
        String value = choice < 20 ? usual : others[choice - 20];
        fields.add("\"" + name + "\":" + value);
    }
}
