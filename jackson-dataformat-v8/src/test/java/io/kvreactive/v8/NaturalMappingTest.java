// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of docs/spec/v8-structured-clone.md, sections 2.3 to 2.5, line by line. */
class NaturalMappingTest {

    @ParameterizedTest
    @CsvSource({
        "30, null, ''",
        "54, true, Boolean",
        "46, false, Boolean",
        "4902, 1, Integer",
        "5501, 1, Integer",
        "4e000000000000f03f, 1, Integer",
        "55ffffffff0f, 4294967295, Long",
        "4effffffffffff3f43, 9007199254740991, Long",
        "4effffffffffff3fc3, -9007199254740991, Long",
        "4e0000000000004043, 9.007199254740992E15, Double",
        "4e000000000000f83f, 1.5, Double",
        "4e0000000000000080, -0.0, Double",
        "4e000000000000f87f, NaN, Double",
        "4e000000000000f0ff, -Infinity, Double",
        "5a1001000000000000ff, 18374686479671623681, BigInteger",
        "5a020f, 15, BigInteger",
        "22026869, hi, String",
        "6304ac202000, '€ ', String",
        "44000000000000f0bf, 1969-12-31T23:59:59.999Z, Instant",
        "44000000000000f83f, 1970-01-01T00:00:00.001Z, Instant",
        "79, true, Boolean",
        "6e000000000000f03f, 1, Integer",
        "7a0205, 5, BigInteger",
        "73220161, a, String",
    })
    void aScalarIsReadAsItsJavaClass(String hex, String text, String type) {
        Object value = V8.decode(bytes(hex));
        assertThat(String.valueOf(value)).isEqualTo(text);
        assertThat(value == null ? "" : value.getClass().getSimpleName()).isEqualTo(type);
    }

    @Test
    void undefinedIsApartFromNullUnlessAskedOtherwise() {
        assertThat(V8.decode(bytes("5f"))).isSameAs(V8Undefined.INSTANCE);
        assertThat(V8.decode(
                        bytes("5f"),
                        V8Options.builder()
                                .undefined(V8Options.Undefined.AS_NULL)
                                .build()))
                .isNull();
        assertThat(hex(V8Undefined.INSTANCE)).isEqualTo("5f");
    }

    @Test
    void boxedPrimitivesStayBoxedIfAsked() {
        V8Options boxed = V8Options.builder().boxed(V8Options.Boxed.KEEP).build();
        assertThat(((V8Boxed) V8.decode(bytes("79"), boxed)).value()).isEqualTo(V8Boolean.TRUE);
        assertThat(hex(V8Boxed.of("a"))).isEqualTo("73220161");
        assertThat(hex(V8Boxed.of(1))).isEqualTo("6e000000000000f03f");
        assertThat(hex(V8Boxed.of(BigInteger.ONE))).isEqualTo("7a100100000000000000");
    }

    @Test
    void anObjectIsReadIntoAMapInTheOrderOfTheBytes() {
        Object value = V8.decode(bytes("6f2201624902490a49044e000000000000f83f307b03"));
        assertThat(value).isInstanceOf(LinkedHashMap.class);
        assertThat(((Map<?, ?>) value).keySet().toArray()).containsExactly("b", "5", "1.5");
    }

    @Test
    void aCompleteSparseArrayIsAListLikeTheDenseOneInAnyOrder() {
        assertThat(V8.decode(bytes("410249024904240002"))).isEqualTo(List.of(1, 2));
        assertThat(V8.decode(bytes("61024900490249024904400202"))).isEqualTo(List.of(1, 2));
        assertThat(V8.decode(bytes("61024902490449004902400202"))).isEqualTo(List.of(1, 2));
    }

    @Test
    void holesAreRefusedNamingTheIndexOrReadAsNull() {
        byte[] dense = bytes("410249022d240002");
        byte[] sparse = bytes("61034900490249044906400203");
        assertThatThrownBy(() -> V8.decode(dense))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("element 1")
                .hasMessageContaining("V8Array");
        assertThatThrownBy(() -> V8.decode(sparse)).hasMessageContaining("element 1");
        V8Options nulls =
                V8Options.builder().holes(V8Options.Holes.AS_NULL).maxHoles(1).build();
        assertThat(V8.decode(dense, nulls)).isEqualTo(Arrays.asList(1, null));
        assertThat(V8.decode(sparse, nulls)).isEqualTo(Arrays.asList(1, null, 3));
        assertThatThrownBy(() -> V8.decode(bytes("61ffffffff0f4000ffffffff0f"), nulls))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("maxHoles");
    }

    @Test
    void anArrayWithOtherPropertiesIsForTheModel() {
        byte[] bytes = bytes("410149022201784904240101");
        assertThatThrownBy(() -> V8.decode(bytes))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("V8Array")
                .extracting(e -> ((V8Exception) e).path())
                .isEqualTo("$.x");
        assertThat(((V8Array) V8.decodeModel(bytes)).properties()).hasSize(1);
    }

    @Test
    void aMapKeepsItsKeysAndRefusesThoseThatJavaCannotTellApart() {
        Map<Object, Object> expected = new HashMap<>(Map.of(1, "a"));
        expected.put("1", null);
        assertThat(V8.decode(bytes("3b4902220161220131303a04"))).isEqualTo(expected);
        // new Map([[{}, 1], [{}, 2]])
        assertThatThrownBy(() -> V8.decode(bytes("3b6f7b0049026f7b0049043a04")))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("V8Map");
        // new Map([[o, 1], [o, 2]]) of one object is one entry.
        assertThat(V8.decode(bytes("3b6f7b0049025e0149043a04"))).isEqualTo(Map.of(Map.of(), 2));
        // The number 1 and Object(1); -0 and 0.
        assertThatThrownBy(() -> V8.decode(bytes("3b490230" + "6e000000000000f03f303a04")))
                .isInstanceOf(V8LossyConversionException.class);
        assertThat(V8.decode(bytes("3b4e0000000000000080" + "49024900" + "49043a04")))
                .isEqualTo(Map.of(0, 2));
    }

    @Test
    void aSetIsReadIntoASetByTheSameRules() {
        assertThat(V8.decode(bytes("27490249022c02"))).isEqualTo(Set.of(1));
        assertThat(V8.decode(bytes("276f7b002c01"))).isInstanceOf(LinkedHashSet.class);
        assertThatThrownBy(() -> V8.decode(bytes("276f7b006f7b002c02"))).isInstanceOf(V8LossyConversionException.class);
        V8Options nulls =
                V8Options.builder().undefined(V8Options.Undefined.AS_NULL).build();
        assertThatThrownBy(() -> V8.decode(bytes("275f302c02"), nulls)).isInstanceOf(V8LossyConversionException.class);
    }

    @Test
    void binaryDataIsBytesForAUint8ArrayAndTheModelForEverythingElse() {
        assertThat((byte[]) V8.decode(bytes("4204010203045642010200"))).containsExactly(2, 3);
        assertThat((byte[]) V8.decode(bytes("5c0103010203"))).containsExactly(1, 2, 3);
        assertThat(((V8ArrayBuffer) V8.decode(bytes("420101"))).bytes()).containsExactly(1);
        assertThat(((V8View) V8.decode(bytes("4204010203045644000400"))).toLongArray())
                .containsExactly(0x04030201L);
        assertThat(hex(new byte[] {1, 2, 3})).isEqualTo("42030102035642000300");
        assertThat(hex(ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2))).isEqualTo("420201025642000200");
        assertThat(hex(V8ArrayBuffer.of(new byte[] {1}))).isEqualTo("420101");
    }

    @Test
    void regularExpressionsAndErrorsAreModelValues() {
        assertThat(((V8RegExp) V8.decode(bytes("5222016102")))
                        .toPattern()
                        .matcher("A")
                        .matches())
                .isTrue();
        V8Error error = (V8Error) V8.decode(bytes("72546d2201786349022e"));
        assertThat(error.kind()).isEqualTo(V8Error.Kind.TYPE_ERROR);
        assertThat(error.message()).isEqualTo("x");
        assertThat(error.cause()).isEqualTo(V8Number.int32(1));
        assertThatThrownBy(() -> V8.encode(new IllegalStateException("secret")))
                .isInstanceOf(V8UnsupportedException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void anInvalidDateIsForTheModel() {
        assertThatThrownBy(() -> V8.decode(bytes("44000000000000f87f")))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("V8Date");
    }

    @Test
    void sharedReferencesStaySharedBothWays() {
        List<Object> inner = new ArrayList<>(List.of(1));
        byte[] bytes = V8.encode(List.of(inner, inner));
        List<?> read = (List<?>) V8.decode(bytes);
        assertThat(read.get(0)).isSameAs(read.get(1));
        Instant now = Instant.ofEpochMilli(5);
        byte[] data = {1};
        List<?> leaves = (List<?>) V8.decode(V8.encode(List.of(now, now, data, data)));
        assertThat(leaves.get(0)).isSameAs(leaves.get(1));
        assertThat(leaves.get(2)).isSameAs(leaves.get(3));
    }

    @Test
    void cyclesAreRefusedWithTheirPathUnlessAllowed() {
        Map<String, Object> self = new HashMap<>();
        self.put("list", new ArrayList<>(Arrays.asList(0, self)));
        assertThatThrownBy(() -> V8.encode(self))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("$.list[1]");
        V8Options allowed = V8Options.builder().cycles(V8Options.Cycles.ALLOW).build();
        byte[] bytes = V8.encode(self, allowed);
        assertThatThrownBy(() -> V8.decode(bytes))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("$.list[1]");
        Map<?, ?> read = (Map<?, ?>) V8.decode(bytes, allowed);
        assertThat(((List<?>) read.get("list")).get(1)).isSameAs(read);
    }

    @Test
    void aCycleAsAMemberIsRefusedEvenIfCyclesAreAllowed() {
        V8Options allowed = V8Options.builder().cycles(V8Options.Cycles.ALLOW).build();
        V8Array.Builder list = V8Array.dense();
        list.add(V8Set.of(list.self()));
        V8Array.Builder ring = V8Array.dense();
        ring.add(ring.self());
        for (V8Value cycle : List.of(list.build(), V8Set.of(ring.build()))) {
            assertThatThrownBy(() -> V8.decode(V8.encodeModel(cycle), allowed))
                    .isInstanceOf(V8LossyConversionException.class)
                    .hasMessageContaining("V8Set");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2147483647, 49feffffff0f",
        "-2147483648, 49ffffffff0f",
        "2147483648, 4e000000000000e041",
        "9007199254740991, 4effffffffffff3f43",
        "9007199254740992, 5a100000000000002000",
        "-9007199254740993, 5a110100000000002000",
    })
    void aLongIsANumberWhileThatIsSafeAndThenABigint(long value, String hex) {
        assertThat(hex(value)).isEqualTo(hex);
    }

    @Test
    void longsFollowTheirPolicy() {
        long unsafe = (1L << 53) + 1;
        V8Options fail = V8Options.builder().longs(V8Options.Longs.FAIL).build();
        V8Options exact = fail.mutate().longs(V8Options.Longs.NUMBER_IF_EXACT).build();
        V8Options always = fail.mutate().longs(V8Options.Longs.ALWAYS_BIGINT).build();
        assertThat(hex(1L, fail)).isEqualTo("4902");
        assertThatThrownBy(() -> V8.encode(unsafe, fail)).isInstanceOf(V8LossyConversionException.class);
        assertThat(hex(1L << 60, exact)).isEqualTo("4e000000000000b043");
        assertThatThrownBy(() -> V8.encode(unsafe, exact)).isInstanceOf(V8LossyConversionException.class);
        assertThatThrownBy(() -> V8.encode(Long.MAX_VALUE, exact)).isInstanceOf(V8LossyConversionException.class);
        assertThat(hex(Long.MIN_VALUE, exact)).isEqualTo("4e000000000000e0c3");
        assertThat(hex(1L, always)).isEqualTo("5a100100000000000000");
        assertThat(hex(1, always)).isEqualTo("4902");
    }

    @Test
    void floatingPointGoesOutAsV8WritesLiterals() {
        assertThat(hex(1.0)).isEqualTo("4902");
        assertThat(hex(1.5f)).isEqualTo("4e000000000000f83f");
        assertThat(hex(-0.0)).isEqualTo("4e0000000000000080");
        assertThat(hex(Double.longBitsToDouble(0xfff8000000000001L))).isEqualTo("4e000000000000f87f");
        assertThat(hex((short) 1)).isEqualTo("4902");
        assertThat(hex((byte) -1)).isEqualTo("4901");
        assertThat(hex(BigInteger.ZERO)).isEqualTo("5a00");
        assertThat(hex(BigInteger.ONE.negate())).isEqualTo("5a110100000000000000");
        assertThat(hex(BigInteger.ONE.shiftLeft(64))).isEqualTo("5a2000000000000000000100000000000000");
    }

    @Test
    void aBigDecimalIsANumberOnlyIfThatHoldsIt() {
        assertThat(hex(new BigDecimal("0.10"))).isEqualTo(hex(0.1));
        assertThatThrownBy(() -> V8.encode(new BigDecimal("0.1234567890123456789")))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageNotContaining("123456");
        assertThatThrownBy(() -> V8.encode(new BigDecimal("1e400"))).isInstanceOf(V8LossyConversionException.class);
        V8Options text =
                V8Options.builder().decimals(V8Options.Decimals.AS_STRING).build();
        assertThat(V8.decode(V8.encode(new BigDecimal("1e400"), text))).isEqualTo("1E+400");
    }

    @Test
    void unsafeIntegersAreRefusedIfAsked() {
        V8Options fail = V8Options.builder()
                .unsafeIntegers(V8Options.UnsafeIntegers.FAIL)
                .build();
        assertThatThrownBy(() -> V8.decode(bytes("4e0000000000004043"), fail))
                .isInstanceOf(V8LossyConversionException.class);
        assertThat(V8.decode(bytes("4e000000000000f07f"), fail)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void instantsAreDatesAndWhatIsBelowTheMillisecondFollowsThePolicy() {
        Instant fine = Instant.parse("2020-01-01T00:00:00.123456Z");
        Instant whole = Instant.parse("2020-01-01T00:00:00.123Z");
        assertThat(V8.decode(V8.encode(fine))).isEqualTo(whole);
        assertThat(V8.decode(V8.encode(Date.from(whole)))).isEqualTo(whole);
        assertThat(V8.decode(V8.encode(java.sql.Timestamp.from(fine)))).isEqualTo(whole);
        assertThat(V8.decode(V8.encode(new java.sql.Date(5)))).isEqualTo(Instant.ofEpochMilli(5));
        V8Options fail = V8Options.builder().instants(V8Options.Instants.FAIL).build();
        assertThat(V8.decode(V8.encode(whole, fail))).isEqualTo(whole);
        assertThatThrownBy(() -> V8.encode(fine, fail)).isInstanceOf(V8LossyConversionException.class);
        V8Options iso =
                V8Options.builder().instants(V8Options.Instants.ISO_STRING).build();
        assertThat(V8.decode(V8.encode(fine, iso))).isEqualTo("2020-01-01T00:00:00.123456Z");
        assertThatThrownBy(() -> V8.encode(Instant.MAX)).isInstanceOf(V8LossyConversionException.class);
        Instant last = Instant.ofEpochMilli(8_640_000_000_000_000L);
        assertThat(V8.decode(V8.encode(last))).isEqualTo(last);
        assertThatThrownBy(() -> V8.encode(last.plusMillis(1))).isInstanceOf(V8LossyConversionException.class);
    }

    @Test
    void otherTimesAndNamesAreStrings() {
        List<Object> values = List.of(
                OffsetDateTime.parse("2020-01-02T03:04:05+01:00"),
                ZonedDateTime.parse("2020-01-02T03:04:05+01:00[Europe/Berlin]"),
                LocalDate.of(2020, 1, 2),
                LocalTime.of(3, 4),
                LocalDateTime.of(2020, 1, 2, 3, 4),
                Year.of(2020),
                YearMonth.of(2020, 1),
                Duration.ofMinutes(90),
                Period.ofDays(3),
                UUID.fromString("00000000-0000-0001-0000-000000000002"),
                URI.create("https://example.org/a?b"),
                Locale.forLanguageTag("de-AT"),
                Currency.getInstance("EUR"),
                ZoneId.of("Europe/Vienna"),
                DayOfWeek.MONDAY,
                'x',
                new StringBuilder("text"));
        assertThat(V8.decode(V8.encode(values)))
                .isEqualTo(List.of(
                        "2020-01-02T03:04:05+01:00",
                        "2020-01-02T03:04:05+01:00[Europe/Berlin]",
                        "2020-01-02",
                        "03:04",
                        "2020-01-02T03:04",
                        "2020",
                        "2020-01",
                        "PT1H30M",
                        "P3D",
                        "00000000-0000-0001-0000-000000000002",
                        "https://example.org/a?b",
                        "de-AT",
                        "EUR",
                        "Europe/Vienna",
                        "MONDAY",
                        "x",
                        "text"));
    }

    @Test
    void optionalsAreTheirContentOrNull() {
        assertThat(V8.decode(V8.encode(List.of(Optional.of(List.of(1)), Optional.empty(), OptionalInt.of(2)))))
                .isEqualTo(Arrays.asList(List.of(1), null, 2));
        assertThat(V8.decode(V8.encode(Map.of("a", Optional.empty())))).isEqualTo(Collections.singletonMap("a", null));
    }

    @Test
    void collectionsAndArraysAreArraysAndSetsAreSets() {
        assertThat(V8.decode(V8.encode(new ArrayDeque<>(List.of(1, 2))))).isEqualTo(List.of(1, 2));
        assertThat(V8.decode(V8.encode(new Object[] {1, "a"}))).isEqualTo(List.of(1, "a"));
        assertThat(V8.decode(V8.encode(new String[] {"a"}))).isEqualTo(List.of("a"));
        assertThat(V8.decode(V8.encode(new int[] {1, 2}))).isEqualTo(List.of(1, 2));
        assertThat(V8.decode(V8.encode(new double[] {1, 2.5}))).isEqualTo(List.of(1, 2.5));
        assertThat(V8.decode(V8.encode(new boolean[] {true}))).isEqualTo(List.of(true));
        assertThat(V8.decode(V8.encode(new char[] {'a'}))).isEqualTo(List.of("a"));
        assertThat(V8.decode(V8.encode(new long[] {1L << 60}))).isEqualTo(List.of(BigInteger.valueOf(1L << 60)));
        assertThat(V8.decode(V8.encode(new short[] {7}))).isEqualTo(List.of(7));
        assertThat(V8.decode(V8.encode(new float[] {0.5f}))).isEqualTo(List.of(0.5));
        assertThat(V8.decode(V8.encode(Set.of("a")))).isEqualTo(Set.of("a"));
        V8Options array = V8Options.builder().setsAs(V8Options.SetsAs.ARRAY).build();
        assertThat(V8.decode(V8.encode(Set.of("a"), array))).isEqualTo(List.of("a"));
    }

    @Test
    void mapsAreObjectsWithStringKeysOnlyAndOtherwiseMaps() {
        assertThat(hex(Map.of("a", 1))).isEqualTo("6f22016149027b01");
        assertThat(hex(Map.of())).isEqualTo("6f7b00");
        assertThat(hex(Map.of(1, "a"))).isEqualTo("3b49022201613a02");
        V8Options maps = V8Options.builder().mapsAs(V8Options.MapsAs.MAP).build();
        assertThat(hex(Map.of("a", 1), maps)).isEqualTo("3b22016149023a02");
        UUID id = UUID.randomUUID();
        assertThat(V8.decode(V8.encode(Map.of(id, List.of())))).isEqualTo(Map.of(id.toString(), List.of()));
    }

    @Test
    void keysThatAreOneInJavaScriptAreRefused() {
        Map<Object, Object> numbers = new LinkedHashMap<>();
        numbers.put(1, "a");
        numbers.put(1L, "b");
        Map<Object, Object> texts = new IdentityHashMap<>();
        texts.put("a", 1);
        texts.put(new String(new char[] {'a'}), 2);
        Set<Object> zeros = new LinkedHashSet<>(List.of(0.0, -0.0));
        Set<Object> names = new LinkedHashSet<>(List.of(DayOfWeek.MONDAY, "MONDAY"));
        Set<Object> models = new LinkedHashSet<>(List.of(1, V8Number.int32(1)));
        for (Object ambiguous : List.of(numbers, zeros, names, models)) {
            assertThatThrownBy(() -> V8.encode(ambiguous)).isInstanceOf(V8LossyConversionException.class);
        }
        assertThatThrownBy(() -> V8.encode(texts)).isInstanceOf(V8LossyConversionException.class);
        assertThat(V8.decode(V8.encode(new LinkedHashSet<>(List.of(1, "1", BigInteger.ONE)))))
                .isEqualTo(Set.of(1, "1", BigInteger.ONE));
    }

    @Test
    void classesWithoutACounterpartAreRefusedByName() {
        record Person(String name) {}
        assertThatThrownBy(() -> V8.encode(Map.of("p", List.of(new Person("secret")))))
                .isInstanceOf(V8UnsupportedException.class)
                .hasMessageContaining("record")
                .hasMessageContaining("Person")
                .hasMessageContaining("Jackson")
                .hasMessageContaining("$.p[0]")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> V8.encode(new AtomicInteger())).isInstanceOf(V8UnsupportedException.class);
        assertThatThrownBy(() -> V8.encode(new Object())).isInstanceOf(V8UnsupportedException.class);
    }

    @Test
    void modelValuesStandAnywhereInPlainJavaAndShareItsIdentities() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[8]);
        List<Object> mixed = new ArrayList<>();
        mixed.add(V8View.of(V8View.Kind.FLOAT64, buffer));
        mixed.add(List.of("plain"));
        mixed.add(V8View.of(V8View.Kind.UINT16, buffer, 2, 4));
        mixed.add(V8Object.builder().put("u", V8Undefined.INSTANCE).build());
        mixed.add(buffer);
        List<?> read = (List<?>) V8.decode(V8.encode(mixed));
        assertThat(((V8View) read.get(0)).buffer())
                .isSameAs(((V8View) read.get(2)).buffer())
                .isSameAs(read.get(4));
        assertThat(read.get(1)).isEqualTo(List.of("plain"));
        assertThat(read.get(3)).isEqualTo(Map.of("u", V8Undefined.INSTANCE));
        assertThatThrownBy(() -> V8.encode(List.of(V8Hole.INSTANCE))).isInstanceOf(V8LossyConversionException.class);
    }

    @Test
    void anErrorSharesObjectsOnlyWithinTheModel() {
        // [e, e.cause]: the cause is read as the model, and stays it.
        List<?> read = (List<?>) V8.decode(bytes("4102" + "726d220178636f7b002e" + "5e02240002"));
        assertThat(((V8Error) read.get(0)).cause()).isSameAs(read.get(1));
        // [o, new Error("x", {cause: o})]: o has been read as plain Java.
        assertThatThrownBy(() -> V8.decode(bytes("4102" + "6f7b00" + "726d220178635e012e" + "240002")))
                .isInstanceOf(V8LossyConversionException.class)
                .hasMessageContaining("decodeModel");
    }

    @Test
    void unpairedSurrogatesSurviveBothWays() {
        String odd = "a\ud800b\udc00\ud83d\ude00";
        assertThat(V8.decode(V8.encode(odd))).isEqualTo(odd);
        assertThat(V8.decode(V8.encode(Map.of(odd, odd)))).isEqualTo(Map.of(odd, odd));
        assertThat(V8.decode(V8.encode("\u0000ÿ"))).isEqualTo("\u0000ÿ");
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex("ff0f" + hex);
    }

    private static String hex(Object value) {
        return hex(value, V8Options.DEFAULT);
    }

    private static String hex(Object value, V8Options options) {
        String hex = HexFormat.of().formatHex(V8.encode(value, options));
        assertThat(hex).startsWith("ff0f");
        return hex.substring(4);
    }
}
