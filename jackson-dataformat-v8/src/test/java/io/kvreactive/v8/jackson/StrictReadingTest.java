// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Hole;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.exc.MismatchedInputException;

/** Nothing is cut off, and nothing is made of a value of another kind. docs/spec/v8-structured-clone.md, sections 2.4 to 2.6. */
class StrictReadingTest {

    private static final V8Mapper MAPPER = V8Mapper.shared();

    @Test
    void integersAreReadFromIntegralNumbersOfAnyTagAndFromBigints() {
        for (V8Value five : List.of(V8Number.int32(5), V8Number.uint32(5), V8Number.float64(5), bigint("5"))) {
            assertThat(read(five, byte.class)).isEqualTo((byte) 5);
            assertThat(read(five, Short.class)).isEqualTo((short) 5);
            assertThat(read(five, int.class)).isEqualTo(5);
            assertThat(read(five, Long.class)).isEqualTo(5L);
            assertThat(read(five, double.class)).isEqualTo(5.0);
            assertThat(read(five, float.class)).isEqualTo(5f);
            assertThat(read(five, BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
            assertThat(read(five, BigDecimal.class)).isEqualByComparingTo("5");
            assertThat(read(V8Array.of(five, five), int[].class)).containsExactly(5, 5);
            assertThat(read(V8Array.of(five), long[].class)).containsExactly(5);
        }
        assertThat(read(V8Number.of(-0.0), int.class)).isZero();
        assertThat(read(V8Array.of(V8Number.of(-0.0)), int[].class)).containsExactly(0);
        assertThat(read(V8Number.of(-0.0), double.class)).isEqualTo(-0.0);
        assertThat(read(V8Number.of(0x1p60), long.class)).isEqualTo(1L << 60);
        assertThat(read(V8Number.of(1e30), BigInteger.class)).isEqualTo(new BigDecimal(1e30).toBigIntegerExact());
    }

    @Test
    void nothingIsCutOffOrRounded() {
        refused(V8Number.of(1.5), int.class, Long.class, byte.class, BigInteger.class, int[].class, List.class);
        refused(V8Number.of(3e9), int.class, short.class);
        refused(V8Number.of(200), byte.class);
        refused(V8Number.of(0x1p63), long.class, Long.class);
        refused(V8Number.of(Double.NaN), int.class, BigDecimal.class, BigInteger.class);
        refused(bigint("9223372036854775808"), long.class, int.class);
        refused(bigint("9007199254740993"), double.class, Double.class, float.class);
        assertThat(read(bigint("9007199254740994"), double.class)).isEqualTo(9007199254740994.0);
        assertThatThrownBy(() -> read(V8Number.of(3e9), int.class))
                .isInstanceOf(InputCoercionException.class)
                .hasMessageContaining("int")
                .hasMessageNotContaining("3000000000");
        refused(V8Array.of(V8Number.of(1.5)), int[].class, long[].class);
    }

    @Test
    void kindsAreNotMixed() {
        refused(V8String.of("5"), int.class, Integer.class, double.class, BigInteger.class, BigDecimal.class);
        refused(V8String.of("true"), boolean.class, Boolean.class);
        refused(V8String.of("AQID"), byte[].class);
        refused(V8Number.of(5), String.class, boolean.class, Boolean.class, Shop.Colour.class, byte[].class);
        refused(V8Number.of(1.5), String.class);
        refused(io.kvreactive.v8.V8Boolean.TRUE, String.class, int.class, double.class);
        refused(bigint("5"), String.class);
        refused(V8Number.of(5), Instant.class, java.util.Date.class, Duration.class, Year.class, LocalDate.class);
        refused(V8Array.of(V8Number.of(2026), V8Number.of(1), V8Number.of(2)), LocalDate.class);
        refused(V8Date.of(Double.NaN), Instant.class);
        refused(V8Date.of(0), String.class, long.class, Duration.class, java.util.UUID.class);
        refused(V8Array.of(V8Date.of(0)), String[].class);
        assertThatThrownBy(
                        () -> MAPPER.readValue(V8.encode(List.of(Instant.EPOCH)), new TypeReference<List<String>>() {}))
                .isInstanceOf(MismatchedInputException.class);
        refused(V8Number.of(65), char.class, Character.class, CharSequence.class, StringBuilder.class);
    }

    @Test
    void unsafeIntegersAreRefusedOnRequest() {
        V8Mapper careful = MAPPER.rebuild()
                .options(V8Options.builder()
                        .unsafeIntegers(V8Options.UnsafeIntegers.FAIL)
                        .build())
                .build();
        byte[] bytes = V8.encodeModel(V8Number.of(0x1p53));
        assertThatThrownBy(() -> careful.readValue(bytes, long.class)).isInstanceOf(InputCoercionException.class);
        assertThatThrownBy(() -> careful.readValue(bytes, BigInteger.class)).isInstanceOf(InputCoercionException.class);
        assertThat(careful.readValue(bytes, double.class)).isEqualTo(0x1p53);
    }

    @Test
    void decimalsWrittenAsTextAreReadFromText() {
        V8Mapper text = MAPPER.rebuild()
                .options(V8Options.builder()
                        .decimals(V8Options.Decimals.AS_STRING)
                        .build())
                .build();
        BigDecimal tenth = new BigDecimal("0.10");
        assertThat(V8.decode(text.writeValueAsBytes(tenth))).isEqualTo("0.10");
        assertThat(text.readValue(text.writeValueAsBytes(tenth), BigDecimal.class))
                .isEqualTo(tenth);
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(new BigDecimal("0.1000000000000000000001")))
                .isInstanceOf(StreamWriteException.class)
                .hasMessageContaining("AS_STRING");
    }

    @Test
    void holesAndUndefinedAreNullOnlyWhereSaid() {
        V8Value holes = V8Array.of(V8Number.of(1), V8Hole.INSTANCE, V8Number.of(3));
        refused(holes, List.class, Object.class);
        V8Mapper lax = MAPPER.rebuild().disable(V8ReadFeature.FAIL_ON_HOLES).build();
        assertThat((Object) lax.readValue(V8.encodeModel(holes), List.class)).isEqualTo(Arrays.asList(1, null, 3));
        V8Value sparse = V8Array.sparse(3).put(V8Number.of(2), V8Number.of(5)).build();
        assertThat((Object) lax.readValue(V8.encodeModel(sparse), List.class)).isEqualTo(Arrays.asList(null, null, 5));
        V8Value complete = V8Array.sparse(2)
                .put(V8Number.of(1), V8String.of("b"))
                .put(V8Number.of(0), V8String.of("a"))
                .build();
        assertThat((Object) read(complete, List.class)).isEqualTo(List.of("a", "b"));
        V8Value extra = V8Array.dense()
                .add(V8Number.of(1))
                .put(V8String.of("x"), V8Null.INSTANCE)
                .build();
        assertThatThrownBy(() -> read(extra, List.class)).hasMessageContaining("V8Array");
        assertThat(read(extra, V8Value.class)).isInstanceOf(V8Array.class);
    }

    @Test
    void mapsAreReadFromMapsAndObjectsOfAnyKeys() {
        V8Value map = V8Map.builder().put(V8Number.of(1), V8String.of("x")).build();
        V8Value object = V8Object.builder().put("1", V8String.of("x")).build();
        TypeReference<Map<Integer, String>> byInt = new TypeReference<>() {};
        assertThat(MAPPER.readValue(V8.encodeModel(map), byInt)).isEqualTo(Map.of(1, "x"));
        assertThat(MAPPER.readValue(V8.encodeModel(object), byInt)).isEqualTo(Map.of(1, "x"));
        V8Value byText = V8Map.builder().put(V8String.of("1"), V8String.of("x")).build();
        assertThatThrownBy(() -> MAPPER.readValue(V8.encodeModel(byText), byInt))
                .isInstanceOf(MismatchedInputException.class);
        TypeReference<Map<String, String>> byString = new TypeReference<>() {};
        assertThat(MAPPER.readValue(V8.encodeModel(byText), byString)).isEqualTo(Map.of("1", "x"));
        V8Value both = V8Map.builder()
                .put(V8Number.of(1), V8String.of("number"))
                .put(V8String.of("1"), V8String.of("text"))
                .build();
        assertThat(MAPPER.readValue(V8.encodeModel(both), Object.class)).isEqualTo(Map.of(1, "number", "1", "text"));
        assertThat(MAPPER.readTree(V8.encodeModel(both)).toString()).isEqualTo("[[1,\"number\"],[\"1\",\"text\"]]");
        assertThat((Object) read(V8Array.of(V8Number.of(1), V8Number.of(1)), Set.class))
                .isEqualTo(Set.of(1));
    }

    @Test
    void boxedPrimitivesAndBuffersAreWhatTheyHold() {
        assertThat(read(V8Boxed.of(5), int.class)).isEqualTo(5);
        assertThat(read(V8Boxed.of("s"), String.class)).isEqualTo("s");
        assertThat(read(V8Boxed.of(true), boolean.class)).isTrue();
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[] {1, 2});
        assertThat(read(buffer, byte[].class)).containsExactly(1, 2);
        assertThat(read(buffer, Object.class)).isInstanceOf(V8ArrayBuffer.class);
    }

    record Inner(List<Integer> numbers) {}

    record Outer(Map<String, Inner> inners) {}

    @Test
    void mismatchesTellThePathAndTheOffset() {
        byte[] bytes = V8.encode(Map.of("inners", Map.of("a", Map.of("numbers", List.of(1, "secret")))));
        assertThatThrownBy(() -> MAPPER.readValue(bytes, Outer.class))
                .isInstanceOfSatisfying(MismatchedInputException.class, e -> {
                    assertThat(e.getPathReference())
                            .contains("inners")
                            .contains("\"a\"")
                            .contains("numbers");
                    assertThat(e.getLocation().getByteOffset()).isGreaterThan(20);
                });
    }

    @Test
    void writersRefuseWhatWouldBeLost() {
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(Map.of(1, "a", 1L, "b")))
                .isInstanceOf(StreamWriteException.class)
                .hasMessageContaining("one in JavaScript");
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(Set.of(1, 1.0))).isInstanceOf(StreamWriteException.class);
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(Instant.MAX)).isInstanceOf(StreamWriteException.class);
        V8Mapper strict = MAPPER.rebuild()
                .options(V8Options.builder().longs(V8Options.Longs.FAIL).build())
                .build();
        record Id(long id) {}
        assertThatThrownBy(() -> strict.writeValueAsBytes(new Id(1L << 60)))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("BIGINT_IF_UNSAFE");
    }

    private static V8BigInt bigint(String digits) {
        return V8BigInt.of(new BigInteger(digits));
    }

    private static <T> T read(V8Value value, Class<T> type) {
        return MAPPER.readValue(V8.encodeModel(value), type);
    }

    private static void refused(V8Value value, Class<?>... types) {
        for (Class<?> type : types) {
            assertThatThrownBy(() -> read(value, type))
                    .as("%s as %s", value, type)
                    .isInstanceOfAny(MismatchedInputException.class, StreamReadException.class);
        }
    }
}
