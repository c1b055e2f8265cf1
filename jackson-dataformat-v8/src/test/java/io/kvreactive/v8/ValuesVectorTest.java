// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.testsupport.Vectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class ValuesVectorTest {

    /** What V8 reads and the defaults refuse. */
    private static final V8Options AS_V8 = V8Options.builder()
            .strictness(V8Options.Strictness.AS_V8)
            .trailing(V8Options.Trailing.IGNORE)
            .version(16)
            .build();

    private static final V8Options VERSION_16 = V8Options.builder().version(16).build();

    private static final List<JsonNode> CASES = Vectors.cases("values.json", "cases");

    @TestFactory
    Stream<DynamicTest> everyCaseDecodesToItsTreeOrCounts() {
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    byte[] bytes = Vectors.bytes(c);
                    assertThat(bytes).hasSize(c.get("bytes").asInt());
                    if (c.has("counts")) {
                        assertThat(Trees.counts(bytes, AS_V8)).isEqualTo(Trees.counts(c.get("counts")));
                    } else if (badUtf8(c)) {
                        assertThat(((V8String) V8.decodeModel(bytes)).text()).matches("\uFFFD+");
                    } else {
                        assertThat(Trees.comparable(Trees.of(V8.decodeModel(bytes, AS_V8))))
                                .isEqualTo(Trees.comparable(c.get("tree")));
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatV8WroteComesOutByteForByte() {
        return CASES.stream()
                .filter(ValuesVectorTest::writtenByV8)
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    byte[] bytes = Vectors.bytes(c);
                    assertSameBytes(V8.encodeModel(V8.decodeModel(bytes), VERSION_16), bytes);
                    assertThat(V8.decodeModel(V8.encodeModel(V8.decodeModel(bytes))))
                            .matches(again -> V8Value.deepEquals(again, V8.decodeModel(bytes)));
                }));
    }

    @TestFactory
    Stream<DynamicTest> plainJavaOfJsonComesOutByteForByte() {
        return CASES.stream()
                .filter(c -> c.has("json") && c.has("writer"))
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    Object value = Trees.plain(c.get("json"));
                    byte[] bytes = Vectors.bytes(c);
                    V8Options parity = VERSION_16
                            .mutate()
                            .writerMode(V8Options.WriterMode.PARITY)
                            .build();
                    assertSameBytes(V8.encode(value, parity), bytes);
                    if (c.get("writer").asString().equals("simple")) {
                        assertSameBytes(V8.encode(value, VERSION_16), bytes);
                    }
                    assertThat(V8.decode(V8.encode(value))).isEqualTo(V8.decode(bytes));
                }));
    }

    @TestFactory
    Stream<DynamicTest> jsonIsWhatPlainJavaReads() {
        return CASES.stream()
                .filter(c -> c.has("json") && !c.has("java"))
                .map(c -> DynamicTest.dynamicTest(
                        name(c),
                        () -> assertThat(normal(V8.decode(Vectors.bytes(c))))
                                .isEqualTo(normal(Trees.plain(c.get("json"))))));
    }

    @Test
    void onlyTheListedCasesAreRefusedByDefaultAndTheCountIsComplete() {
        List<String> refused = new ArrayList<>();
        int decoded = 0;
        for (JsonNode c : CASES) {
            try {
                V8.decodeModel(Vectors.bytes(c));
                decoded++;
            } catch (V8Exception e) {
                refused.add(name(c));
            }
        }
        long reEncoded = CASES.stream().filter(ValuesVectorTest::writtenByV8).count();
        System.out.printf(
                "vectors: values: %d cases, %d decoded to their tree/counts by default, %d re-encoded byte for byte, %d refused by default: %s%n",
                CASES.size(), decoded, reEncoded, refused.size(), refused);
        assertThat(CASES).hasSize(484);
        assertThat(reEncoded).isEqualTo(393);
        assertThat(refused)
                .containsExactlyInAnyOrder(
                        "trailing-value",
                        "trailing-garbage",
                        "trailing-zero",
                        "int-high-bits-dropped",
                        "int-five-bytes-continued",
                        "dense-prop-beyond",
                        "sparse-beyond-length");
        // The vectors mark every one of them as a reader's choice.
        assertThat(CASES.stream().filter(c -> refused.contains(name(c)))).allMatch(c -> c.has("java"));
    }

    @Test
    void plainJavaEitherReadsACaseOrSaysWhatWouldCarryIt() {
        int read = 0;
        List<String> lossy = new ArrayList<>();
        for (JsonNode c : CASES) {
            try {
                V8.decode(Vectors.bytes(c), AS_V8);
                read++;
            } catch (V8LossyConversionException e) {
                assertThat(e).hasMessageContaining("V8").hasMessageContaining(e.path());
                assertThat(e.offset()).isPresent();
                lossy.add(name(c));
            } catch (V8UnsupportedException e) {
                assertThat(e.reason()).isEqualTo(V8UnsupportedException.Reason.HOST_OBJECT);
                lossy.add(name(c));
            }
        }
        System.out.printf("vectors: values: %d read as plain Java, %d refused: %s%n", read, lossy.size(), lossy);
        assertThat(read).isGreaterThan(400);
    }

    @Test
    void aSharedGraphOfManyPathsDecodesInLinearTime() {
        JsonNode dag = CASES.stream()
                .filter(c -> name(c).equals("big-dag-objects"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Vectors.bytes(dag);
        V8Value model = V8.decodeModel(bytes);
        assertThat(V8.encodeModel(model)).hasSameSizeAs(bytes);
        assertThat(V8.encode(V8.decode(bytes))).hasSameSizeAs(bytes);
    }

    @Test
    void aHeaderOfTooNewAVersionIsUnsupported() {
        assertThatThrownBy(() -> V8.decode(new byte[] {(byte) 0xff, 17, '0'}))
                .isInstanceOf(V8UnsupportedException.class);
    }

    private static boolean writtenByV8(JsonNode c) {
        return c.get("origin").asString().equals("deno");
    }

    private static boolean badUtf8(JsonNode c) {
        return name(c).equals("utf8-surrogate");
    }

    private static String name(JsonNode c) {
        return c.get("name").asString();
    }

    /** Numbers by value and maps without order, as JSON sees them. */
    private static Object normal(Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(ValuesVectorTest::normal)
                    .map(Optional::ofNullable)
                    .toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new HashMap<>();
            map.forEach((k, v) -> copy.put(k, normal(v)));
            return copy;
        }
        return value;
    }

    private static void assertSameBytes(byte[] actual, byte[] expected) {
        assertThat(HexFormat.of().formatHex(actual)).isEqualTo(HexFormat.of().formatHex(expected));
    }
}
