// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kvreactive.testsupport.ProcessorTime;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8FormatException;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8UnsupportedException;
import io.kvreactive.v8.V8Value;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;

/** Runs in a JVM of its own with a heap of 64 MiB and the default stack. */
class MalformedTypedVectorTest {

    private static final long A_SECOND = 1_000_000_000L;

    private static final V8Mapper MAPPER = V8Mapper.shared();
    private static final List<Class<?>> TARGETS = List.of(JsonNode.class, Object.class, Shop.Order.class);

    private static final List<JsonNode> CASES = Vectors.cases("values-invalid.json", "cases");

    @TestFactory
    Stream<DynamicTest> everyMalformedCaseIsRefusedInTimeWithItsOffset() {
        return CASES.stream()
                .map(c -> DynamicTest.dynamicTest(c.get("name").asString(), () -> {
                    byte[] bytes = Vectors.bytes(c);
                    for (Class<?> target : TARGETS) {
                        long start = ProcessorTime.nanos();
                        Throwable thrown = catchThrowable(() -> MAPPER.readValue(bytes, target));
                        assertThat(ProcessorTime.nanos() - start).isLessThan(A_SECOND);
                        check(c, thrown, target);
                    }
                }));
    }

    private static void check(JsonNode c, Throwable thrown, Class<?> target) {
        String name = c.get("name").asString();
        // Only an engine could object to these; the tokens carry what the model does.
        if (c.has("java") || name.equals("host-object-deno")) {
            assertThat(thrown)
                    .satisfiesAnyOf(
                            t -> assertThat(t).isNull(), t -> assertThat(t).isInstanceOf(JacksonException.class));
            return;
        }
        assertThat(thrown).as("%s as %s", name, target).isInstanceOf(StreamReadException.class);
        StreamReadException e = (StreamReadException) thrown;
        assertThat(e.getCause()).isInstanceOfAny(V8FormatException.class, V8UnsupportedException.class);
        V8Exception cause = (V8Exception) e.getCause();
        assertThat(e.getLocation().getByteOffset()).isEqualTo(cause.offset().orElseThrow());
    }

    /**
     * Long ones, deep ones, and a few bytes that stand for more values than there are atoms: a million tokens is what such may come to by default,
     * which as a tree takes more than this heap; so whoever has little says so.
     */
    @Test
    void largeVectorsAreReadOrStoppedInASmallHeapToo() {
        V8Mapper frugal = V8Mapper.builder(V8Factory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxTokenCount(100_000)
                                .maxNestingDepth(V8Options.DEFAULT_MAX_DEPTH)
                                .build())
                        .build())
                .build();
        int read = 0;
        int stopped = 0;
        List<JsonNode> large = Vectors.cases("values.json", "cases").stream()
                .filter(c -> c.get("name").asString().startsWith("big-"))
                .toList();
        for (JsonNode c : large) {
            byte[] bytes = Vectors.bytes(c);
            assertThat(MAPPER.readValue(bytes, V8Value.class)).isNotNull();
            for (Class<?> target : List.of(JsonNode.class, Object.class)) {
                try {
                    frugal.readValue(bytes, target);
                    read++;
                } catch (JacksonException e) {
                    stopped++;
                }
            }
        }
        System.out.printf("vectors: jackson: %d large ones: %d times read, %d stopped%n", large.size(), read, stopped);
        assertThat(large).hasSize(19);
        assertThat(List.of(read, stopped)).containsExactly(32, 6);
    }

    @Test
    void theVectorsAreAllThere() {
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        System.out.printf(
                "vectors: jackson: %d malformed cases into %d types; heap of %d MiB%n",
                CASES.size(), TARGETS.size(), mebibytes);
        assertThat(mebibytes).isLessThanOrEqualTo(64);
        assertThat(CASES).hasSize(289);
    }
}
