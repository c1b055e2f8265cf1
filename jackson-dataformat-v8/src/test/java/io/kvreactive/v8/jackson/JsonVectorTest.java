// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8Options;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Every vector with a JSON projection, through trees and back. */
class JsonVectorTest {

    /** What V8 reads and the defaults refuse. */
    private static final V8Options AS_V8 = V8Options.builder()
            .strictness(V8Options.Strictness.AS_V8)
            .trailing(V8Options.Trailing.IGNORE)
            .version(16)
            .build();

    private static final V8Mapper SIMPLE = V8Mapper.builder().options(AS_V8).build();
    private static final V8Mapper PARITY =
            SIMPLE.rebuild().enable(V8WriteFeature.PARITY).build();

    private static final List<JsonNode> CASES = Vectors.cases("values.json", "cases").stream()
            // Bad UTF-8 is replaced by as many U+FFFD as the decoder likes.
            .filter(c -> c.has("json") && !name(c).equals("utf8-surrogate"))
            .toList();

    /** Those that are too long or deep for a JSON beside them. */
    private static final List<JsonNode> LARGE = Vectors.cases("values.json", "cases").stream()
            .filter(c -> c.has("writer") && !c.has("json"))
            .toList();

    @TestFactory
    Stream<DynamicTest> bytesAreReadAsTheTreeOfTheirJson() {
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    JsonNode tree = SIMPLE.readTree(Vectors.bytes(c));
                    assertThat(tree.equals(JsonVectorTest::compare, c.get("json")))
                            .as("%s", tree)
                            .isTrue();
                    JsonNode again = SIMPLE.readTree(SIMPLE.writeValueAsBytes(tree));
                    assertThat(again).isEqualTo(tree);
                }));
    }

    @TestFactory
    Stream<DynamicTest> treesOfJsonAreWrittenAsTheBytesOfV8() {
        return CASES.stream()
                .filter(c -> c.has("writer"))
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    JsonNode tree = asInJavaScript(c.get("json"));
                    assertSameBytes(PARITY.writeValueAsBytes(PARITY.readTree(Vectors.bytes(c))), Vectors.bytes(c));
                    assertSameBytes(PARITY.writeValueAsBytes(tree), Vectors.bytes(c));
                    if (c.get("writer").asString().equals("simple")) {
                        assertSameBytes(SIMPLE.writeValueAsBytes(tree), Vectors.bytes(c));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> largeTreesAreWrittenAsTheBytesOfV8() {
        return LARGE.stream()
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    JsonNode tree = SIMPLE.readTree(Vectors.bytes(c));
                    assertThat(PARITY.writeValueAsBytes(tree)).isEqualTo(Vectors.bytes(c));
                    if (c.get("writer").asString().equals("simple")) {
                        assertThat(SIMPLE.writeValueAsBytes(tree)).isEqualTo(Vectors.bytes(c));
                    }
                }));
    }

    @Test
    void theVectorsAreAllThere() {
        long written = CASES.stream().filter(c -> c.has("writer")).count();
        long simple = CASES.stream()
                .filter(c -> c.has("writer") && c.get("writer").asString().equals("simple"))
                .count();
        System.out.printf(
                "vectors: jackson: %d cases with JSON read as trees, %d written byte for byte, %d of them in one pass; %d large ones%n",
                CASES.size(), written, simple, LARGE.size());
        assertThat(CASES).hasSize(186);
        assertThat(written).isEqualTo(139);
        assertThat(simple).isEqualTo(132);
        assertThat(LARGE).hasSize(8);
    }

    /** Numbers by value: JSON does not tell 1 from 1.0. */
    private static int compare(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return Double.compare(a.asDouble(), b.asDouble());
        }
        return a.equals(b) ? 0 : a instanceof ObjectNode ? 1 : -1;
    }

    /** As JSON.parse has it: numbers beyond 32 bits are doubles. */
    private static JsonNode asInJavaScript(JsonNode node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (node.isNumber() && !node.isInt()) {
            return nodes.numberNode(node.asDouble());
        }
        if (node.isArray()) {
            ArrayNode array = nodes.arrayNode();
            node.forEach(element -> array.add(asInJavaScript(element)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = nodes.objectNode();
            node.properties().forEach(property -> object.set(property.getKey(), asInJavaScript(property.getValue())));
            return object;
        }
        return node;
    }

    private static String name(JsonNode c) {
        return c.get("name").asString();
    }

    private static void assertSameBytes(byte[] actual, byte[] expected) {
        assertThat(HexFormat.of().formatHex(actual)).isEqualTo(HexFormat.of().formatHex(expected));
    }
}
