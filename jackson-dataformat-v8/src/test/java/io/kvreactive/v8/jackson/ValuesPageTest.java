// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every row of the tables of docs/values.md, against what happens. */
class ValuesPageTest {

    private static final Path PAGE = Path.of("..", "docs", "values.md");
    private static final V8Mapper MAPPER = V8Mapper.shared();

    record Named(int a) {}

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    record Known(int a) {}

    /** What Java may hold, by the first cell of its row. */
    private static Map<String, List<?>> javaRows() {
        Instant at = Instant.ofEpochMilli(5);
        Map<String, List<?>> rows = new LinkedHashMap<>();
        rows.put("`null`, empty `Optional`", Arrays.asList(null, Optional.empty()));
        rows.put("`boolean`", List.of(true, false));
        rows.put("`byte`, `short`, `int`", List.of((byte) 1, (short) 2, 3));
        rows.put("`long` within ±(2^53 − 1)", List.of((1L << 53) - 1, -(1L << 53) + 1, 0L));
        rows.put("`long` beyond", List.of(1L << 53, Long.MIN_VALUE));
        rows.put("`float`, `double`", List.of(1.5f, 2.5, Double.NaN));
        rows.put("`BigInteger`", List.of(BigInteger.ZERO));
        rows.put("`BigDecimal`", List.of(new BigDecimal("2.5")));
        rows.put("`String`, `char`, `StringBuilder`", List.of("s", 'c', new StringBuilder("b")));
        rows.put("enum", List.of(DayOfWeek.FRIDAY));
        rows.put(
                "`UUID`, `URI`, `Locale`, `Currency`, `ZoneId`",
                List.of(
                        new UUID(1, 2),
                        URI.create("a:b"),
                        Locale.ENGLISH,
                        Currency.getInstance("CHF"),
                        ZoneId.of("Europe/Zurich")));
        rows.put("`Instant`, `java.util.Date`, `java.sql.Timestamp`", List.of(at, Date.from(at), Timestamp.from(at)));
        rows.put(
                "`OffsetDateTime`, `ZonedDateTime`",
                List.of(
                        OffsetDateTime.parse("2026-01-02T03:04:05+06:00"),
                        ZonedDateTime.parse("2026-01-02T03:04:05Z")));
        rows.put(
                "`LocalDate`, `LocalTime`, `LocalDateTime`, `Year` …, `Duration`, `Period`",
                List.of(
                        LocalDate.EPOCH,
                        LocalTime.NOON,
                        LocalDateTime.MIN,
                        Year.of(1),
                        Duration.ofDays(1),
                        Period.ofDays(1)));
        rows.put("`byte[]`, `ByteBuffer`", List.of(new byte[2], ByteBuffer.allocate(2)));
        rows.put(
                "`List`, other collections, arrays",
                List.of(List.of(1), List.of(1, 2).stream().toList(), new int[1]));
        rows.put("`Set`", List.of(Set.of(1)));
        rows.put("`Map<String, …>`", List.of(Map.of("a", 1)));
        rows.put("`Map` with any other keys", List.of(Map.of(1, 2), Map.of(at, 1), Map.of(List.of(), 1)));
        rows.put("record, bean", List.of(new Named(1)));
        rows.put("object met again, `@JsonIdentityInfo`", List.of(new Known(1)));
        rows.put("`V8Value`", List.of(V8RegExp.of("a", "")));
        return rows;
    }

    @Test
    void whatJavaHoldsIsInJavaScriptWhatItsRowSays() throws IOException {
        Map<String, List<String>> page = table("Java");
        assertThat(javaRows().keySet()).containsExactlyElementsOf(page.keySet());
        javaRows().forEach((row, samples) -> {
            String said = page.get(row).get(0);
            for (Object sample : samples) {
                byte[] bytes = MAPPER.writeValueAsBytes(sample);
                if (said.equals("what it is")) {
                    assertThat(V8Value.deepEquals(V8.decodeModel(bytes), (V8Value) sample))
                            .isTrue();
                } else if (said.equals("the same object")) {
                    List<V8Value> items =
                            ((V8Array) V8.decodeModel(MAPPER.writeValueAsBytes(List.of(sample, sample)))).items();
                    assertThat(items.get(1)).isSameAs(items.get(0));
                } else {
                    assertThat(said).as(row).startsWith(kind(V8.decodeModel(bytes)));
                }
            }
        });
        assertThatThrownBy(() -> MAPPER.writeValueAsBytes(new BigDecimal("0.1234567890123456789012")))
                .hasMessageContaining("no JavaScript number holds");
    }

    /** What JavaScript may hold, by the first cell of its row, and the classes it may be read as. */
    private static Map<String, Sample> javaScriptRows() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[8]);
        V8Object shared = V8Object.builder().put("a", V8Number.of(1)).build();
        V8Object.Builder cycle = V8Object.builder();
        Map<String, Sample> rows = new LinkedHashMap<>();
        rows.put(
                "number, integral and safe",
                sample(
                                V8Number.of(5),
                                int.class,
                                long.class,
                                double.class,
                                BigInteger.class,
                                BigDecimal.class,
                                byte.class)
                        .and(V8Number.of(0x1p40), long.class, float.class));
        rows.put(
                "other number",
                sample(V8Number.of(1.5), double.class, float.class, BigDecimal.class)
                        .and(V8Number.of(0x1p60), long.class, BigInteger.class));
        rows.put("bigint", sample(V8BigInt.of(BigInteger.TEN), int.class, long.class, double.class, BigInteger.class));
        rows.put("string", sample(V8String.of("1"), String.class, char.class));
        rows.put("`null`", sample(V8Null.INSTANCE, String.class, Named.class));
        rows.put(
                "`undefined` as a property",
                sample(V8Object.builder().put("p", V8Undefined.INSTANCE).build(), Map.class));
        rows.put("`undefined` elsewhere", sample(V8Undefined.INSTANCE, String.class, V8Value.class));
        rows.put("object", sample(shared, Named.class, Map.class));
        rows.put("array", sample(V8Array.of(V8Number.of(1)), List.class, int[].class, Collection.class));
        rows.put("Set", sample(V8Set.builder().add(V8Number.of(1)).build(), Set.class, List.class, int[].class));
        rows.put(
                "Map",
                sample(V8Map.builder().put(V8Number.of(1), V8Number.of(2)).build(), Map.class)
                        .and(
                                V8Map.builder()
                                        .put(V8Null.INSTANCE, V8Number.of(2))
                                        .build(),
                                Map.class));
        rows.put(
                "Date",
                sample(
                        V8Date.of(5),
                        Instant.class,
                        Date.class,
                        Timestamp.class,
                        OffsetDateTime.class,
                        ZonedDateTime.class));
        rows.put(
                "Uint8Array",
                sample(V8View.of(V8View.Kind.UINT8, buffer), byte[].class, ByteBuffer.class, V8View.class));
        rows.put("ArrayBuffer", sample(buffer, V8ArrayBuffer.class, byte[].class));
        rows.put(
                "other typed arrays",
                sample(V8View.of(V8View.Kind.INT16, buffer), int[].class, List.class, double[].class, V8View.class));
        rows.put(
                "RegExp, Error, DataView",
                sample(V8RegExp.of("a", ""), V8RegExp.class)
                        .and(V8Error.builder(V8Error.Kind.ERROR).build(), V8Error.class)
                        .and(V8View.of(V8View.Kind.DATA_VIEW, buffer), V8View.class));
        rows.put("`Object(1)` and its like", sample(V8Boxed.of(1), int.class).and(V8Boxed.of("s"), String.class));
        rows.put("the same object twice", sample(V8Array.of(shared, shared), Named[].class));
        rows.put("a cycle", sample(cycle.put("self", cycle.self()).build(), V8Value.class));
        return rows;
    }

    @Test
    void whatJavaScriptHoldsIsInJavaWhatItsRowSays() throws IOException {
        Map<String, List<String>> page = table("JavaScript");
        assertThat(javaScriptRows().keySet()).containsExactlyElementsOf(page.keySet());
        javaScriptRows()
                .forEach((row, samples) -> samples.types().forEach((value, types) -> {
                    byte[] bytes = V8.encodeModel(value);
                    types.forEach(type -> MAPPER.readValue(bytes, type));
                    List<String> said = page.get(row);
                    checkCell(row, said.get(1), bytes, Object.class);
                    checkCell(row, said.get(2), bytes, JsonNode.class);
                }));
    }

    /** A cell names the classes that may come, or says in words what does. */
    private static void checkCell(String row, String cell, byte[] bytes, Class<?> target) {
        if (cell.startsWith("refused")) {
            assertThatThrownBy(() -> MAPPER.readValue(bytes, target)).as(row).hasMessageContaining("contains itself");
            return;
        }
        Object read = MAPPER.readValue(bytes, target);
        if (cell.startsWith("absent")) {
            assertThat(MAPPER.<JsonNode>readValue(bytes, JsonNode.class).has("p"))
                    .isFalse();
        } else if (cell.startsWith("copies")) {
            JsonNode tree = MAPPER.readTree(bytes);
            assertThat(tree.get(0)).isEqualTo(tree.get(1)).isNotSameAs(tree.get(1));
        } else if (cell.startsWith("the primitive") || cell.startsWith("as the primitive")) {
            assertThat(read).isNotInstanceOf(V8Value.class);
        } else if (cell.startsWith("the same")) {
            assertThat(read).isInstanceOf(V8Value.class);
        } else if (cell.startsWith("`null`")) {
            assertThat(read).isNull();
        } else {
            assertThat(cell).as(row).contains("`" + read.getClass().getSimpleName() + "`");
        }
    }

    /** Values, and the classes that each may be read as. */
    private record Sample(Map<V8Value, List<Class<?>>> types) {

        Sample and(V8Value value, Class<?>... classes) {
            types.put(value, List.of(classes));
            return this;
        }
    }

    private static Sample sample(V8Value value, Class<?>... classes) {
        return new Sample(new LinkedHashMap<>()).and(value, classes);
    }

    /** As the page calls it. */
    private static String kind(V8Value value) {
        if (value instanceof V8View view) {
            return view.kind().typeName();
        }
        Map<Class<?>, String> names = Map.of(
                V8Null.class, "`null`",
                V8Boolean.class, "boolean",
                V8Number.class, "number",
                V8BigInt.class, "bigint",
                V8String.class, "string",
                V8Date.class, "Date",
                V8Array.class, "array",
                V8Set.class, "Set",
                V8Map.class, "Map",
                V8Object.class, "plain object");
        return names.get(
                value instanceof V8Boolean
                        ? V8Boolean.class
                        : value == V8Null.INSTANCE ? V8Null.class : value.getClass());
    }

    /** The other cells of each row of the table whose first column is called so. */
    private static Map<String, List<String>> table(String firstColumn) throws IOException {
        Matcher table = Pattern.compile("(?m)^\\| " + firstColumn + " \\|.*\\n\\|[ -|]*\\n((?:\\|.*\\n)+)")
                .matcher(Files.readString(PAGE));
        assertThat(table.find()).isTrue();
        Map<String, List<String>> rows = new LinkedHashMap<>();
        table.group(1).lines().forEach(line -> {
            List<String> cells = Arrays.stream(line.substring(1).split("\\|"))
                    .map(String::strip)
                    .toList();
            rows.put(cells.get(0), cells.subList(1, cells.size()));
        });
        return rows;
    }
}
