// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvSelector.OnDecodeError;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The three files that the real Deno left, row by row against its own description of them. */
class DenoFilesIT {

    private static final Map<Integer, String> ENCODINGS = Map.of(1, "v8", 2, "le64", 3, "bytes");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"mixed", "queue", "expiring"})
    void everyRowThatIsNotExpiredIsReadWithItsKeyValueVersionAndExpiry(String name) throws Exception {
        JsonNode description = Vectors.json(name + ".json");
        Instant now = Instant.ofEpochMilli(description.get("writtenAtMs").asLong());
        Kv kv = Files.kv(Vectors.copy(name + ".sqlite", folder), now);
        List<JsonNode> expected = new ArrayList<>();
        int expired = 0;
        for (JsonNode row : description.get("rows")) {
            if (row.has("expirationMs") && row.get("expirationMs").asLong() <= now.toEpochMilli()) {
                expired++;
            } else {
                expected.add(row);
            }
        }
        List<KvEntry<Object>> entries = kv.list(KvSelector.prefix().batchSize(7).onDecodeError(OnDecodeError.KEEP))
                .collectList()
                .block();

        assertThat(entries).hasSameSizeAs(expected);
        int decoded = 0;
        for (int i = 0; i < entries.size(); i++) {
            assertRow(entries.get(i), expected.get(i));
            decoded += entries.get(i).decodeError() == null ? 1 : 0;
        }
        kv.close().block();
        System.out.println("vectors: " + name + ".sqlite: " + entries.size() + " of "
                + description.get("rows").size() + " rows read, " + decoded + " to natural values, "
                + (entries.size() - decoded) + " kept raw, " + expired + " expired and not shown");
        assertThat(entries).isNotEmpty();
    }

    private static void assertRow(KvEntry<Object> entry, JsonNode row) {
        String key = row.get("keyHex").asString();
        assertThat(HexFormat.of().formatHex(entry.rawKey())).isEqualTo(key);
        if (!key.contains("210007ffffffffffff")) {
            assertThat(entry.key()).as(key).isEqualTo(KvKey.of(Vectors.keyParts(row.get("key"))));
        }
        assertThat(ENCODINGS.get(entry.rawValue().encoding()))
                .as(key)
                .isEqualTo(row.get("encoding").asString());
        byte[] bytes = entry.rawValue().toByteArray();
        if (row.has("valueHex")) {
            assertThat(HexFormat.of().formatHex(bytes))
                    .as(key)
                    .isEqualTo(row.get("valueHex").asString());
        } else {
            assertThat(bytes.length).as(key).isEqualTo(row.get("valueLength").asInt());
            assertThat(sha256(bytes)).as(key).isEqualTo(row.get("valueSha256").asString());
        }
        assertThat(entry.versionstamp())
                .as(key)
                .hasToString(row.get("versionstamp").asString());
        assertThat(entry.expiresAt())
                .as(key)
                .isEqualTo(
                        row.has("expirationMs")
                                ? Instant.ofEpochMilli(row.get("expirationMs").asLong())
                                : null);
        if (entry.decodeError() != null) {
            // What has no natural form, such as a cycle, is still a sound value of the model.
            assertThat(V8.decodeModel(bytes)).as(key + " " + row.get("js")).isNotNull();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
