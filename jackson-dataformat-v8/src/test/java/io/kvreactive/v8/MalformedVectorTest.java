// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kvreactive.testsupport.ProcessorTime;
import io.kvreactive.testsupport.Vectors;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Runs in a JVM of its own with a heap of 64 MiB and the default stack. */
class MalformedVectorTest {

    private static final long A_SECOND = 1_000_000_000L;

    private static final List<JsonNode> CASES = Vectors.cases("values-invalid.json", "cases");

    /** Where two labels fit a reader may give the other one: docs/spec/v8-structured-clone.md, part 3. */
    private static final Map<String, Set<String>> ALIKE = Map.of(
            "truncated", Set.of("bad-length"),
            "bad-length", Set.of("truncated"),
            "bad-key", Set.of("bad-count"),
            "bad-count", Set.of("bad-key"));

    /** Single cases whose label depends on how a reader is built. */
    private static final Map<String, Set<String>> OTHERWISE = Map.of(
            // The end tag of another container in place of a key: the labels of these three differ for no difference in
            // the bytes.
            "sparse-wrong-end", Set.of("bad-key"),
            // A chain of object counts is a loop here, as the specification asks, so its missing end is all that is
            // wrong.
            "depth-count-tags", Set.of("truncated"),
            // Index 0 is a view of Node's, which is readable by default, cut short.
            "host-object-index", Set.of("truncated"));

    /** In order but for a class that only an engine can know; the value model carries it. */
    private static final String HOST_OBJECT = "host-object-deno";

    @TestFactory
    Stream<DynamicTest> plainJavaRefusesEveryCaseInTimeWithTheRightKind() {
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(name(c), () -> assertRefused(c, () -> V8.decode(Vectors.bytes(c)))));
    }

    @TestFactory
    Stream<DynamicTest> theModelRefusesEveryCaseInTimeWithTheRightKind() {
        return CASES.stream()
                .filter(c -> !name(c).equals(HOST_OBJECT))
                .map(c -> DynamicTest.dynamicTest(
                        name(c), () -> assertRefused(c, () -> V8.decodeModel(Vectors.bytes(c)))));
    }

    @TestFactory
    Stream<DynamicTest> noCaseHarmsAReaderThatIsAsLaxAsV8() {
        V8Options lax = V8Options.builder()
                .strictness(V8Options.Strictness.AS_V8)
                .trailing(V8Options.Trailing.IGNORE)
                .cycles(V8Options.Cycles.ALLOW)
                .holes(V8Options.Holes.AS_NULL)
                .maxHoles(1000)
                .maxDepth(1_000_000)
                .build();
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(name(c), () -> {
                    byte[] bytes = Vectors.bytes(c);
                    long start = ProcessorTime.nanos();
                    Throwable thrown = catchThrowable(() -> V8.decode(bytes, lax));
                    assertThat(ProcessorTime.nanos() - start).isLessThan(A_SECOND);
                    boolean deepAndWellFormed = name(c).equals("depth-arrays-closed");
                    if (thrown == null) {
                        assertThat(deepAndWellFormed || c.has("java")).isTrue();
                    } else {
                        assertThat(thrown).isInstanceOf(V8Exception.class);
                    }
                }));
    }

    @Test
    void theCasesAreAllThere() {
        Map<String, Integer> kinds = new TreeMap<>();
        CASES.forEach(c -> kinds.merge(kind(c), 1, Integer::sum));
        System.out.printf(
                "vectors: malformed: %d cases, by kind: %s; heap of %d MiB%n", CASES.size(), kinds, heapMebibytes());
        assertThat(CASES).hasSize(289);
        assertThat(heapMebibytes()).isLessThanOrEqualTo(64);
    }

    @Test
    void aHostObjectOfAnyClassIsCarriedByTheModelOnly() {
        byte[] bytes = Vectors.bytes(CASES.stream()
                .filter(c -> name(c).equals(HOST_OBJECT))
                .findFirst()
                .orElseThrow());
        assertThat(V8.decodeModel(bytes)).isInstanceOf(V8Host.class);
        assertThat(catchThrowable(() -> V8.decode(bytes)))
                .isInstanceOf(V8UnsupportedException.class)
                .hasMessageContaining("class X");
    }

    private static void assertRefused(JsonNode c, Runnable reading) {
        long start = ProcessorTime.nanos();
        Throwable thrown = catchThrowable(reading::run);
        assertThat(ProcessorTime.nanos() - start).isLessThan(A_SECOND);
        if (thrown == null) {
            // Only an engine, or V8's fixed order of error fields, could object.
            assertThat(c.has("java")).isTrue();
            return;
        }
        assertThat(thrown).isInstanceOf(V8Exception.class);
        V8Exception e = (V8Exception) thrown;
        assertThat(e.offset()).isPresent();
        assertThat(e.offset().getAsInt()).isBetween(0, c.get("bytes").asInt());
        if (!c.has("java")) {
            Set<String> fitting = new HashSet<>(ALIKE.getOrDefault(kind(c), Set.of()));
            fitting.addAll(OTHERWISE.getOrDefault(name(c), Set.of()));
            fitting.add(kind(c));
            assertThat(kindOf(e)).as(name(c)).isIn(fitting);
        }
    }

    private static String kindOf(V8Exception e) {
        if (e instanceof V8FormatException format) {
            return format.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
        boolean version = e instanceof V8UnsupportedException unsupported
                && unsupported.reason() == V8UnsupportedException.Reason.VERSION;
        return version ? "bad-version" : "unsupported";
    }

    private static long heapMebibytes() {
        return Runtime.getRuntime().maxMemory() >> 20;
    }

    private static String name(JsonNode c) {
        return c.get("name").asString();
    }

    private static String kind(JsonNode c) {
        return c.get("kind").asString();
    }
}
