// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Records, beans and the rest of Jackson on this format. */
class DomainTest {

    private static final int GRAPHS = 800;
    private static final long SEED = Long.getLong("domain.seed", 3);

    private static final V8Mapper MAPPER = V8Mapper.shared();

    @Test
    void randomOrdersComeBackEqual() {
        V8Mapper parity = MAPPER.rebuild().enable(V8WriteFeature.PARITY).build();
        long total = 0;
        for (int i = 0; i < GRAPHS; i++) {
            Shop.Order order = new Shop.Maker(SEED + i).order(1);
            byte[] bytes = MAPPER.writeValueAsBytes(order);
            total += bytes.length;
            Shop.Order again = MAPPER.readValue(bytes, Shop.Order.class);
            assertThat(again).as("seed %d", SEED + i).isEqualTo(order);
            assertThat(parity.readValue(parity.writeValueAsBytes(order), Shop.Order.class))
                    .as("seed %d", SEED + i)
                    .isEqualTo(order);
            assertThat(V8.decodeModel(bytes)).isInstanceOf(V8Object.class);
        }
        System.out.printf(
                "domain: %d random orders of %d bytes in all, seed %d, came back equal%n", GRAPHS, total, SEED);
    }

    @Test
    void javaScriptSeesItsOwnKinds() {
        record Event(
                Instant at, Set<String> tags, Map<Integer, String> byId, byte[] blob, long small, long snowflake) {}
        V8Object event = (V8Object) V8.decodeModel(
                MAPPER.writeValueAsBytes(new Event(Instant.EPOCH, Set.of("a"), Map.of(), new byte[] {1}, 5, 1L << 60)));
        assertThat(event.property("at")).isInstanceOf(V8Date.class);
        assertThat(event.property("tags")).isInstanceOf(V8Set.class);
        assertThat(event.property("byId")).isInstanceOf(V8Map.class);
        assertThat(event.property("blob"))
                .isInstanceOfSatisfying(
                        V8View.class, view -> assertThat(view.kind()).isEqualTo(V8View.Kind.UINT8));
        assertThat(event.property("small")).isEqualTo(V8Number.of(5));
        assertThat(event.property("snowflake"))
                .isEqualTo(io.kvreactive.v8.V8BigInt.of(java.math.BigInteger.ONE.shiftLeft(60)));
    }

    @Test
    void genericTypesAreReadByTypeReferenceAndByReflection() throws NoSuchFieldException {
        Shop.Page<Shop.Point> page =
                new Shop.Page<>(List.of(new Shop.Point(1, 2)), java.util.Optional.of(new Shop.Point(3, 4)), true);
        byte[] bytes = MAPPER.writeValueAsBytes(page);
        assertThat(MAPPER.readValue(bytes, new TypeReference<Shop.Page<Shop.Point>>() {}))
                .isEqualTo(page);
        class Holder {
            Shop.Page<Shop.Point> page;
        }
        java.lang.reflect.Type type = Holder.class.getDeclaredField("page").getGenericType();
        Object read = MAPPER.readerFor(MAPPER.constructType(type)).readValue(bytes);
        assertThat(read).isEqualTo(page);
        Object convenient = MAPPER.readValue(bytes, MAPPER.constructType(type));
        assertThat(convenient).isEqualTo(page);
    }

    static class Bean {
        private String name = "default";
        private int count = 7;
        public List<Shop.Payment> payments = new ArrayList<>();

        @JsonProperty("title")
        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }
    }

    @Test
    void beansKeepTheirDefaultsWhereAPropertyIsAbsentOrUndefined() {
        V8Object object = V8Object.builder()
                .put("count", V8Undefined.INSTANCE)
                .put("unknown", V8Number.of(1))
                .build();
        Bean bean = MAPPER.readValue(V8.encodeModel(object), Bean.class);
        assertThat(bean.getName()).isEqualTo("default");
        assertThat(bean.getCount()).isEqualTo(7);
        bean.setName("x");
        bean.payments.add(new Shop.Card("1", java.time.YearMonth.of(2026, 1)));
        Map<?, ?> written = (Map<?, ?>) V8.decode(MAPPER.writeValueAsBytes(bean));
        assertThat(written.get("title")).isEqualTo("x");
        assertThat(written.get("count")).isEqualTo(7);
        assertThat(MAPPER.readValue(MAPPER.writeValueAsBytes(bean), Bean.class).payments)
                .isEqualTo(bean.payments);
    }

    @Test
    void theKindOfASealedTypeMayStandAnywhere() {
        V8Object card = V8Object.builder()
                .put("expires", io.kvreactive.v8.V8String.of("2026-01"))
                .put("number", io.kvreactive.v8.V8String.of("1"))
                .put("kind", io.kvreactive.v8.V8String.of("card"))
                .build();
        assertThat(MAPPER.readValue(V8.encodeModel(card), Shop.Payment.class))
                .isEqualTo(new Shop.Card("1", java.time.YearMonth.of(2026, 1)));
    }

    record Modelled(
            V8View floats,
            V8RegExp pattern,
            V8Error error,
            V8ArrayBuffer buffer,
            V8Value anything,
            V8Map map,
            V8Date date,
            ByteBuffer bytes) {}

    @Test
    void modelClassesArePropertiesToo() {
        V8ArrayBuffer buffer = V8ArrayBuffer.of(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f});
        Modelled modelled = new Modelled(
                V8View.of(V8View.Kind.FLOAT64, buffer),
                V8RegExp.of("a.c", "i"),
                V8Error.builder(V8Error.Kind.RANGE_ERROR)
                        .message("m")
                        .cause(buffer)
                        .build(),
                buffer,
                V8Undefined.INSTANCE,
                V8Map.builder().put(buffer, V8Number.of(1)).build(),
                V8Date.of(Double.NaN),
                ByteBuffer.wrap(new byte[] {1, 2}));
        V8Mapper mapper = MAPPER.rebuild()
                .enable(V8ReadFeature.UNDEFINED_PROPERTIES_AS_NULL)
                .build();
        Modelled again = mapper.readValue(mapper.writeValueAsBytes(modelled), Modelled.class);
        assertThat(again.floats().toDoubleArray()).containsExactly(1.0);
        assertThat(again.pattern().source()).isEqualTo("a.c");
        assertThat(again.error().kind()).isEqualTo(V8Error.Kind.RANGE_ERROR);
        assertThat(again.error().cause()).isSameAs(again.buffer());
        assertThat(again.floats().buffer()).isSameAs(again.buffer());
        assertThat(again.map().entries().get(0).key()).isSameAs(again.buffer());
        assertThat(again.anything()).isEqualTo(V8Undefined.INSTANCE);
        assertThat(again.date().isValid()).isFalse();
        assertThat(again.bytes()).isEqualTo(modelled.bytes());
        assertThat(V8Value.deepEquals(
                        V8.decodeModel(mapper.writeValueAsBytes(modelled)),
                        V8.decodeModel(mapper.writeValueAsBytes(again))))
                .isTrue();
    }

    record Arrays(
            int[] ints,
            long[] longs,
            short[] shorts,
            double[] doubles,
            float[] floats,
            boolean[] flags,
            char[] chars,
            String[] texts,
            byte[] bytes,
            Shop.Point[] points) {}

    @Test
    void arraysComeBackAndTypedArraysAreReadAsThem() {
        Arrays arrays = new Arrays(
                new int[] {1, -1},
                new long[] {1, 1L << 60, Long.MIN_VALUE},
                new short[] {5},
                new double[] {0.5, 1},
                new float[] {0.1f},
                new boolean[] {true},
                new char[] {'x'},
                new String[] {"a", null},
                new byte[] {1},
                new Shop.Point[] {new Shop.Point(1, 2)});
        Arrays again = MAPPER.readValue(MAPPER.writeValueAsBytes(arrays), Arrays.class);
        assertThat(again).usingRecursiveComparison().isEqualTo(arrays);
        byte[] int32 =
                V8.encode(V8View.of(V8View.Kind.INT32, V8ArrayBuffer.of(new byte[] {1, 0, 0, 0, -1, -1, -1, -1})));
        assertThat(MAPPER.readValue(int32, int[].class)).containsExactly(1, -1);
        assertThat(MAPPER.readValue(int32, new TypeReference<List<Long>>() {})).containsExactly(1L, -1L);
        assertThat(MAPPER.readValue(int32, Object.class)).isInstanceOf(V8View.class);
    }

    static class Views {
        static class Public {}

        @JsonView(Public.class)
        public int shown = 1;

        public int hidden = 2;
    }

    interface Renamed {
        @JsonProperty("ecks")
        int x();
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Sparse(String fullName, List<String> tags, java.util.Optional<String> note, Map<Integer, String> map) {}

    @Test
    void viewsMixInsNamingAndInclusionWorkAsInEveryFormat() {
        assertThat(V8.decode(MAPPER.writerWithView(Views.Public.class).writeValueAsBytes(new Views())))
                .isEqualTo(Map.of("shown", 1));
        V8Mapper mapper = V8Mapper.builder()
                .addMixIn(Shop.Point.class, Renamed.class)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        byte[] bytes = mapper.writeValueAsBytes(new Shop.Point(1, 2));
        assertThat(V8.decode(bytes)).isEqualTo(Map.of("ecks", 1, "y", 2));
        assertThat(mapper.readValue(bytes, Shop.Point.class)).isEqualTo(new Shop.Point(1, 2));
        assertThat(V8.decode(
                        mapper.writeValueAsBytes(new Sparse("Ada", List.of(), java.util.Optional.empty(), Map.of()))))
                .isEqualTo(Map.of("full_name", "Ada"));
    }

    record Formatted(
            @JsonFormat(shape = JsonFormat.Shape.NUMBER) Instant seconds,
            @JsonFormat(pattern = "dd.MM.yyyy") LocalDate day) {}

    @Test
    void aFormatOfAPropertysOwnGoesBeforeTheConventions() {
        Formatted formatted = new Formatted(Instant.ofEpochSecond(5), LocalDate.of(2026, 1, 2));
        byte[] bytes = MAPPER.writeValueAsBytes(formatted);
        assertThat(V8.decode(bytes)).isEqualTo(Map.of("seconds", 5, "day", "02.01.2026"));
        assertThat(MAPPER.readValue(bytes, Formatted.class)).isEqualTo(formatted);
    }

    @Test
    void aDateIsReadAsAnyPointInTime() {
        byte[] date = V8.encode(Instant.ofEpochMilli(5));
        assertThat(MAPPER.readValue(date, Instant.class)).isEqualTo(Instant.ofEpochMilli(5));
        assertThat(MAPPER.readValue(date, OffsetDateTime.class))
                .isEqualTo(Instant.ofEpochMilli(5).atOffset(ZoneOffset.UTC));
        assertThat(MAPPER.readValue(date, java.util.Date.class)).isEqualTo(new java.util.Date(5));
        assertThat(MAPPER.readValue(date, java.sql.Timestamp.class)).isEqualTo(new java.sql.Timestamp(5));
        assertThatThrownBy(() -> MAPPER.readValue(date, LocalDate.class)).hasMessageContaining("point in time");
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static class Node {
        public String name = "";
        public Node next;
        public List<Node> others = new ArrayList<>();
    }

    @Test
    void identitiesAreReferencesInJavaScriptAndCanBeReadBack() {
        Node first = new Node();
        first.name = "first";
        Node second = new Node();
        second.name = "second";
        first.next = second;
        second.next = first;
        first.others.add(second);
        byte[] bytes = MAPPER.writeValueAsBytes(first);
        V8Object object = (V8Object) V8.decodeModel(bytes);
        assertThat(((V8Object) object.property("next")).property("next")).isSameAs(object);
        assertThat(object.property("@id")).isNull();

        V8Mapper ids = MAPPER.rebuild().enable(V8ReadFeature.NATIVE_IDS).build();
        Node again = ids.readValue(bytes, Node.class);
        assertThat(again.name).isEqualTo("first");
        assertThat(again.next.next).isSameAs(again);
        assertThat(again.others.get(0)).isSameAs(again.next);
        assertThatThrownBy(() -> MAPPER.readValue(bytes, Node.class))
                .hasMessageContaining("contains itself")
                .hasMessageContaining("NATIVE_IDS");
    }

    @Test
    void anotherMappersConfigurationCarriesOver() {
        SimpleModule module = new SimpleModule("points").addSerializer(Shop.Point.class, new PointAsText());
        JsonMapper json = JsonMapper.builder()
                .addModule(module)
                .addMixIn(Shop.Card.class, RenamedCard.class)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
        V8Mapper mapper = V8Mapper.builder(json).build();
        record Sample(Shop.Point whereItIs, Instant at, Set<Integer> set, String absent, Shop.Card card) {}
        Object written = V8.decode(mapper.writeValueAsBytes(new Sample(
                new Shop.Point(1, 2),
                Instant.EPOCH,
                Set.of(1),
                null,
                new Shop.Card("1", java.time.YearMonth.of(2026, 1)))));
        assertThat(written)
                .isEqualTo(Map.of(
                        "where_it_is",
                        "1/2",
                        "at",
                        Instant.EPOCH,
                        "set",
                        Set.of(1),
                        "card",
                        Map.of("pan", "1", "expires", "2026-01", "kind", "card")));
        assertThat(json.writeValueAsString(Instant.EPOCH)).isEqualTo("\"1970-01-01T00:00:00Z\"");
        assertThat(V8.decode(mapper.rebuild().build().writeValueAsBytes(new Shop.Point(3, 4))))
                .isEqualTo("3/4");
    }

    interface RenamedCard {
        @JsonProperty("pan")
        String number();
    }

    static final class PointAsText extends StdSerializer<Shop.Point> {

        PointAsText() {
            super(Shop.Point.class);
        }

        @Override
        public void serialize(Shop.Point value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(value.x() + "/" + value.y());
        }
    }
}
