// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.v8.PlainJava;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8View;
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
import java.time.Month;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Plain Java gives the same bytes through the mapper as through {@link V8#encode(Object)}. */
class NaturalValuesTest {

    private static final int GRAPHS = 5_000;
    private static final long SEED = Long.getLong("natural.seed", 11);

    private static final Instant NOW = Instant.parse("2026-11-23T05:06:07.123456789Z");

    private static final V8Mapper MAPPER = V8Mapper.shared();

    @TestFactory
    Stream<DynamicTest> everyNaturalValueGivesTheBytesOfTheCodec() {
        return values().map(value -> DynamicTest.dynamicTest(
                value == null ? "null" : value.getClass().getSimpleName() + " " + text(value), () -> {
                    assertSame(value, V8Options.DEFAULT, MAPPER);
                    assertSame(Arrays.asList(value, value == null ? 1 : "x"), V8Options.DEFAULT, MAPPER);
                    Map<String, Object> property = new LinkedHashMap<>();
                    property.put("p", value);
                    assertSame(property, V8Options.DEFAULT, MAPPER);
                }));
    }

    @Test
    void everyPolicyGivesTheBytesOfTheCodec() {
        List<V8Options> policies = List.of(
                V8Options.builder().longs(V8Options.Longs.ALWAYS_BIGINT).build(),
                V8Options.builder().longs(V8Options.Longs.NUMBER_IF_EXACT).build(),
                V8Options.builder().instants(V8Options.Instants.ISO_STRING).build(),
                V8Options.builder().decimals(V8Options.Decimals.AS_STRING).build(),
                V8Options.builder().setsAs(V8Options.SetsAs.ARRAY).build(),
                V8Options.builder().mapsAs(V8Options.MapsAs.MAP).build(),
                V8Options.builder().version(16).build());
        for (V8Options options : policies) {
            V8Mapper mapper = MAPPER.rebuild().options(options).build();
            for (Object value : List.of(
                    1L << 60,
                    5L,
                    NOW,
                    new BigDecimal("0.1"),
                    new BigDecimal("1.50"),
                    new LinkedHashSet<>(List.of(1, 2)),
                    Map.of("a", 1),
                    Map.of(1, 2))) {
                assertSame(value, options, mapper);
            }
        }
    }

    @Test
    void randomPlainJavaGivesTheBytesOfTheCodecAndComesBackEqual() {
        V8Mapper parity = MAPPER.rebuild().enable(V8WriteFeature.PARITY).build();
        V8Options codecParity =
                V8Options.builder().writerMode(V8Options.WriterMode.PARITY).build();
        for (int i = 0; i < GRAPHS; i++) {
            Object value = new PlainJava(new Random(SEED + i), PlainJava.Sharing.NONE).value(4);
            byte[] bytes = MAPPER.writeValueAsBytes(value);
            assertThat(hex(bytes)).as("seed %d", SEED + i).isEqualTo(hex(V8.encode(value)));
            assertThat(hex(parity.writeValueAsBytes(value)))
                    .as("seed %d", SEED + i)
                    .isEqualTo(hex(V8.encode(value, codecParity)));
            assertThat(MAPPER.readValue(bytes, Object.class))
                    .as("seed %d", SEED + i)
                    .isEqualTo(value);
        }
        System.out.printf("natural: %d random values, seed %d, equal bytes in both modes%n", GRAPHS, SEED);
    }

    private static Stream<Object> values() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[8]);
        return Stream.of(
                null,
                true,
                (byte) -5,
                (short) 300,
                -1,
                Integer.MIN_VALUE,
                1L,
                1L << 31,
                (1L << 53) - 1,
                1L << 53,
                Long.MIN_VALUE,
                1.5f,
                0.1f,
                -0.0,
                2.0,
                1e300,
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                new BigInteger("123456789012345678901234567890"),
                BigInteger.ZERO,
                new BigDecimal("2.5"),
                new BigDecimal("100"),
                "",
                "Latin\u00e9",
                "\u4e16\ud83d\ude00\ud800",
                'c',
                new StringBuilder("builder"),
                DayOfWeek.MONDAY,
                Month.MAY,
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                URI.create("https://example.com/a?b"),
                Locale.forLanguageTag("de-CH"),
                Currency.getInstance("CHF"),
                ZoneId.of("Europe/Zurich"),
                ZoneOffset.ofHours(2),
                NOW,
                Instant.EPOCH,
                Date.from(NOW),
                new java.sql.Timestamp(5),
                LocalDate.of(2026, 11, 23),
                LocalTime.of(5, 0),
                LocalDateTime.of(2026, 11, 23, 5, 0),
                OffsetDateTime.of(2026, 11, 23, 5, 0, 0, 0, ZoneOffset.ofHours(1)),
                OffsetTime.of(5, 0, 0, 0, ZoneOffset.UTC),
                ZonedDateTime.of(2026, 11, 23, 5, 0, 0, 0, ZoneId.of("Europe/Zurich")),
                Year.of(2026),
                YearMonth.of(2026, 11),
                MonthDay.of(11, 23),
                Duration.ofSeconds(3661, 5),
                Period.ofDays(3),
                Optional.of("x"),
                Optional.empty(),
                OptionalInt.of(3),
                new byte[] {1, 2, 3},
                new byte[0],
                ByteBuffer.wrap(new byte[] {1, 2, 3, 4}, 1, 2),
                ByteBuffer.allocateDirect(3),
                new int[] {1, 2},
                new long[] {1, 1L << 60},
                new double[] {1, 1.5},
                new float[] {0.5f},
                new short[] {1},
                new boolean[] {true},
                new char[] {'a', 'b'},
                new String[] {"a", null},
                new Object[] {1, "x"},
                List.of(),
                List.of(1, List.of(2)),
                Map.of(),
                Map.of("b", 1),
                Map.of(1, "x"),
                Map.of(Instant.EPOCH, 1),
                Map.of(List.of(1), 1),
                Map.of(true, 1),
                Map.of(1L << 60, 1),
                Map.of(LocalDate.EPOCH, 1),
                Map.of(DayOfWeek.FRIDAY, 1),
                Map.of(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"), 1),
                nullKey(),
                new LinkedHashSet<>(Arrays.asList(1, "x", null)),
                V8Undefined.INSTANCE,
                V8Number.of(1.5),
                V8RegExp.of("a+", "g"),
                V8Error.builder(V8Error.Kind.TYPE_ERROR).message("m").build(),
                V8Date.of(Double.NaN),
                V8Boxed.of("s"),
                buffer,
                V8View.of(V8View.Kind.FLOAT32, buffer),
                List.of(V8View.of(V8View.Kind.INT8, buffer), V8View.of(V8View.Kind.INT16, buffer)),
                V8Object.builder().put("a", V8Number.of(1)).build());
    }

    private static Map<Object, Object> nullKey() {
        Map<Object, Object> map = new LinkedHashMap<>();
        map.put(null, 1);
        return map;
    }

    private static void assertSame(Object value, V8Options options, V8Mapper mapper) {
        assertThat(hex(mapper.writeValueAsBytes(value))).isEqualTo(hex(V8.encode(value, options)));
    }

    private static String text(Object value) {
        return value.getClass().isArray() || value instanceof CharSequence ? "" : String.valueOf(value);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
