// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.jackson.V8Mapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every case of {@code testdata/keys.json}: keys as the real Deno wrote, read, ordered and refused them. */
class KeyVectorTest {

    private static final String FILE = "keys.json";

    @Test
    void everyKeyIsEncodedAsDenoDoes() {
        List<JsonNode> cases = Vectors.cases(FILE, "cases");
        for (JsonNode c : cases) {
            KvKey key = KvKey.of(Vectors.keyParts(c.get("key")));
            assertThat(HexFormat.of().formatHex(key.encoded()))
                    .as(c.get("id").asString())
                    .isEqualTo(c.get("hex").asString());
            assertThat(key.encodedSize()).isEqualTo(c.get("size").asInt());
        }
        System.out.println("vectors: keys: " + cases.size() + " of " + cases.size() + " encoded byte for byte");
    }

    @Test
    void everyEncodedKeyIsReadBackToItsPartsAndBytes() {
        List<JsonNode> cases = Vectors.cases(FILE, "cases");
        for (JsonNode c : cases) {
            byte[] bytes = HexFormat.of().parseHex(c.get("hex").asString());
            KvKey key = KvKey.decode(bytes);
            assertThat(key.encoded()).as(c.get("id").asString()).isEqualTo(bytes);
            KvKey expected = KvKey.of(Vectors.keyParts(c.has("decoded") ? c.get("decoded") : c.get("key")));
            // Parts of the key that was read make the same key again, and read as the expected ones do.
            assertThat(KvKey.of(key.parts().toArray()))
                    .as(c.get("id").asString())
                    .isEqualTo(key);
            assertThat(key).as(c.get("id").asString()).hasToString(expected.toString());
            if (!isSignedNaN(c)) {
                assertThat(key).as(c.get("id").asString()).isEqualTo(expected);
            }
        }
        System.out.println("vectors: keys: " + cases.size() + " of " + cases.size() + " decoded");
    }

    /** JavaScript cannot tell the NaNs apart, so the vectors show both as the positive one. */
    private static boolean isSignedNaN(JsonNode c) {
        return c.get("hex").asString().contains("210007ffffffffffff");
    }

    @Test
    void everyRefusedKeyIsRefusedWithAClearMessage() {
        List<JsonNode> cases = Vectors.cases(FILE, "rejected");
        for (JsonNode c : cases) {
            Object[] parts = Vectors.keyParts(c.get("key"));
            assertThatIllegalArgumentException()
                    .as(c.get("id").asString())
                    .isThrownBy(() -> AtomicOperation.begin(new ValueCodec(V8Mapper.shared()), o -> null)
                            .set(KvKey.of(parts), new byte[0]))
                    .withMessageContaining(parts.length == 0 ? "the key is empty" : "part " + (parts.length - 1));
        }
        System.out.println("vectors: keys: " + cases.size() + " of " + cases.size() + " refused");
    }

    @Test
    void theOrderOfKeysIsTheOrderOfDenosListing() {
        Map<String, KvKey> keys = new HashMap<>();
        for (JsonNode c : Vectors.cases(FILE, "cases")) {
            keys.put(c.get("id").asString(), KvKey.of(Vectors.keyParts(c.get("key"))));
        }
        List<KvKey> expected = Vectors.cases(FILE, "order").stream()
                .map(id -> keys.get(id.asString()))
                .toList();
        List<KvKey> shuffled = new ArrayList<>(expected);
        Collections.shuffle(shuffled, new Random(7));
        Collections.sort(shuffled);
        assertThat(shuffled).isEqualTo(expected);
        System.out.println("vectors: keys: " + expected.size() + " in Deno's order");
    }

    @Test
    void keysOfTheSameEncodingAreEqual() {
        Map<String, KvKey> keys = Vectors.cases(FILE, "cases").stream()
                .collect(Collectors.toMap(c -> c.get("id").asString(), c -> KvKey.of(Vectors.keyParts(c.get("key")))));
        Vectors.json(FILE)
                .get("sameAs")
                .properties()
                .forEach(same -> assertThat(keys.get(same.getKey()))
                        .isEqualTo(keys.get(same.getValue().asString()))
                        .hasSameHashCodeAs(keys.get(same.getValue().asString())));
    }
}
