// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.jackson.V8Mapper;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Records through the API: written as natural JavaScript, read as what one asks for. */
class TypedValuesTest {

    record Item(String name, int count) {}

    record Order(long id, Instant at, List<Item> items, Set<String> tags, byte[] proof, BigInteger total) {}

    private static final KvKey KEY = KvKey.of("orders", 42);
    private static final Instant AT = Instant.parse("2026-11-22T10:15:30.123Z");
    private static final Order ORDER =
            new Order(42, AT, List.of(new Item("tea", 2)), Set.of("new"), new byte[] {1, 2}, BigInteger.TWO.pow(70));

    private final Kv kv = Kv.create("memory:");

    private static void assertOrder(Order order) {
        assertThat(order).usingRecursiveComparison().isEqualTo(ORDER);
    }

    @Test
    void aRecordIsReadBackAsARecord() {
        kv.set(KEY, ORDER).block();
        assertOrder(kv.get(KEY, Order.class).block().value());
        assertOrder(kv.getMany(List.of(KEY), Order.class).block().get(0).value());
        assertOrder(
                kv.list(KvSelector.prefix("orders"), Order.class).blockFirst().value());
        assertOrder(kv.page(KvSelector.prefix("orders").limit(1), Order.class)
                .block()
                .entries()
                .get(0)
                .value());
    }

    @Test
    void whatIsStoredIsANaturalJavaScriptObject() {
        kv.set(KEY, ORDER).block();
        KvValue stored = kv.get(KEY).block().rawValue();
        assertThat(V8.decodeModel(stored.unsafeArray())).isInstanceOf(V8Object.class);
        Map<?, ?> natural = (Map<?, ?>) kv.get(KEY).block().value();
        assertThat(natural.get("id")).isEqualTo(42);
        assertThat(natural.get("at")).isEqualTo(AT);
        assertThat(natural.get("items")).isEqualTo(List.of(Map.of("name", "tea", "count", 2)));
        assertThat(natural.get("tags")).isEqualTo(Set.of("new"));
        assertThat((byte[]) natural.get("proof")).containsExactly(1, 2);
        assertThat(natural.get("total")).isEqualTo(BigInteger.TWO.pow(70));
    }

    @Test
    void genericTypesAreGivenByAToken() {
        kv.set(KEY, List.of(new Item("tea", 2), new Item("milk", 1))).block();
        assertThat(kv.get(KEY, new KvType<List<Item>>() {}).block().value())
                .containsExactly(new Item("tea", 2), new Item("milk", 1));
        kv.set(KEY, Map.of("a", new Item("tea", 2))).block();
        assertThat(kv.get(KEY, new KvType<Map<String, Item>>() {}).block().value())
                .isEqualTo(Map.of("a", new Item("tea", 2)));
        assertThat(new KvType<List<Item>>() {})
                .isEqualTo(new KvType<List<Item>>() {})
                .hasSameHashCodeAs(new KvType<List<Item>>() {})
                .hasToString("java.util.List<" + Item.class.getName() + ">");
        assertThat(KvType.of(Item.class)).isNotEqualTo(KvType.of(Order.class));
    }

    @Test
    void countersAndBytesFitTheirOwnTypesOnly() {
        kv.set(KEY, KvU64.of(7)).block();
        assertThat(kv.get(KEY, KvU64.class).block().value()).isEqualTo(KvU64.of(7));
        assertThat(kv.get(KEY, Long.class).block().value()).isEqualTo(7L);
        assertThat(kv.get(KEY, BigInteger.class).block().value()).isEqualTo(BigInteger.valueOf(7));
        StepVerifier.create(kv.get(KEY, Item.class))
                .expectError(KvDecodeException.class)
                .verify();
        kv.set(KEY, KvU64.MAX).block();
        StepVerifier.create(kv.get(KEY, Long.class))
                .expectError(KvDecodeException.class)
                .verify();
        kv.set(KEY, new byte[] {1}).block();
        assertThat(kv.get(KEY, byte[].class).block().value()).containsExactly(1);
        assertThat(kv.get(KEY, ByteBuffer.class).block().value()).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        StepVerifier.create(kv.get(KEY, String.class))
                .expectError(KvDecodeException.class)
                .verify();
        assertThat(kv.get(KEY, KvValue.class).block().value()).isEqualTo(KvValue.copyOf(KvValue.BYTES, new byte[] {1}));
        kv.set(KEY, 5).block();
        assertThat(kv.get(KEY, Integer.class).block().value()).isEqualTo(5);
        assertThat(kv.get(KEY, long.class).block().value()).isEqualTo(5L);
    }

    @Test
    void aValueThatDoesNotFitTellsKeyPathAndTypeAndNoValue() {
        kv.set(KEY, Map.of("id", "hunter2-secret", "at", AT)).block();
        StepVerifier.create(kv.get(KEY, Order.class))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvDecodeException.class)
                        .hasMessageContaining("[string(6), number]")
                        .hasMessageContaining(Order.class.getName())
                        .hasMessageContaining("id")
                        .hasMessageNotContaining("hunter2"))
                .verify();
    }

    @Test
    void aMisfitDeepInsideTellsItsWholePathAndTheTypeWantedThere() {
        kv.set(KEY, Map.of("items", List.of(Map.of("name", "tea", "count", 1), Map.of("name", "milk", "count", 1.5))))
                .block();
        StepVerifier.create(kv.get(KEY, Order.class))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvDecodeException.class)
                        .hasMessageContaining("[string(6), number]")
                        .hasMessageContaining("a int is wanted at ")
                        .hasMessageContaining("Order[\"items\"]->java.util.ArrayList[1]->")
                        .hasMessageContaining("Item[\"count\"]")
                        .hasMessageNotContaining("1.5"))
                .verify();
    }

    @Test
    void inAListItFailsIsSkippedOrArrivesAsAnErrorEntry() {
        kv.set(KvKey.of("m", 1), new Item("tea", 1)).block();
        kv.set(KvKey.of("m", 2), "no item").block();
        kv.set(KvKey.of("m", 3), new Item("milk", 3)).block();
        KvSelector all = KvSelector.prefix("m");
        StepVerifier.create(kv.list(all, Item.class))
                .expectNextCount(1)
                .expectError(KvDecodeException.class)
                .verify();
        assertThat(kv.list(all.onDecodeError(KvSelector.OnDecodeError.SKIP), Item.class)
                        .map(KvEntry::value)
                        .collectList()
                        .block())
                .containsExactly(new Item("tea", 1), new Item("milk", 3));
        KvEntry<Item> kept = kv.list(all.onDecodeError(KvSelector.OnDecodeError.KEEP), Item.class)
                .elementAt(1)
                .block();
        assertThat(kept.decodeError()).isNotNull();
        assertThat(V8.decode(kept.rawValue().toByteArray())).isEqualTo("no item");
    }

    @Test
    void transactionsReadAndWriteRecords() {
        kv.set(KEY, new Item("tea", 1)).block();
        Mono<Integer> more = kv.transact(tx -> tx.get(KEY, Item.class).flatMap(seen -> {
            Item item = new Item(seen.value().name(), seen.value().count() + 1);
            return tx.set(KEY, item)
                    .get(KEY, Item.class)
                    .map(own -> tx.result(own.value().count()));
        }));
        assertThat(more.block()).isEqualTo(2);
        assertThat(kv.get(KEY, Item.class).block().value()).isEqualTo(new Item("tea", 2));
    }

    @Test
    void theMapperOfTheOptionsMapsWhatTheUsersClassesNeed() {
        V8Mapper snake = V8Mapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .build();
        Kv custom = Kv.create("memory:", KvOptions.builder().mapper(snake).build());
        custom.set(KEY, new Item("tea", 1)).block();
        assertThat(custom.get(KEY).block().value()).isEqualTo(Map.of("Name", "tea", "Count", 1));
        assertThat(custom.get(KEY, Item.class).block().value()).isEqualTo(new Item("tea", 1));
        assertThat(KvOptions.builder().mapper(snake).build().mutate().build().mapper())
                .isSameAs(snake);
    }

    interface Renamed {
        @JsonProperty("title")
        String name();
    }

    record Shelf(String roomName, Item item, Point place, String nothing) {}

    record Point(int x, int y) {}

    /** As {@code 1/2}. */
    static final class PointText extends StdSerializer<Point> {

        PointText() {
            super(Point.class);
        }

        @Override
        public void serialize(Point value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(value.x() + "/" + value.y());
        }
    }

    @Test
    void theConfigurationOfAnApplicationsMapperCarriesOver() {
        JsonMapper applications = JsonMapper.builder()
                .addModule(new SimpleModule("points").addSerializer(Point.class, new PointText()))
                .addMixIn(Item.class, Renamed.class)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        KvOptions options = KvOptions.builder()
                .mapper(V8Mapper.builder(applications).build())
                .build();
        Kv custom = Kv.create("memory:", options);
        custom.set(KEY, new Shelf("east", new Item("tea", 1), new Point(1, 2), null))
                .block();
        assertThat(custom.get(KEY).block().value())
                .isEqualTo(Map.of("room_name", "east", "item", Map.of("title", "tea", "count", 1), "place", "1/2"));
        custom.set(KEY, Map.of("title", "milk", "count", 2, "more", 3)).block();
        StepVerifier.create(custom.get(KEY, Item.class))
                .expectError(KvDecodeException.class)
                .verify();
        custom.set(KEY, Map.of("title", "milk", "count", 2)).block();
        assertThat(custom.get(KEY, Item.class).block().value()).isEqualTo(new Item("milk", 2));
    }

    @Test
    void theSizeIsKnownBeforeWriting() {
        String large = "x".repeat(65_531);
        assertThat(kv.sizeOf(large)).isEqualTo(65_537);
        assertThat(kv.sizeOf(new byte[10])).isEqualTo(10);
        assertThat(kv.sizeOf(KvU64.ZERO)).isEqualTo(8);
        assertThat(kv.sizeOf(ORDER))
                .isEqualTo(
                        kv.set(KEY, ORDER).then(kv.get(KEY)).block().rawValue().size());
    }

    @Test
    void aRecordThatIsTooLargeIsRefusedWithItsSizeAndNothingIsSent() {
        AtomicInteger sent = new AtomicInteger();
        Kv counting = DefaultKv.over(
                Mono.just(new ScriptedDatabase(List.of()) {
                    @Override
                    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
                        sent.incrementAndGet();
                        return super.atomicWrite(write);
                    }
                }),
                KvOptions.defaults());
        Item tooLarge = new Item("x".repeat(65_536), 1);
        int size = counting.sizeOf(tooLarge);
        assertThat(size).isGreaterThan(65_536);
        for (Mono<?> write : List.of(
                counting.set(KEY, tooLarge),
                counting.atomic().set(KvKey.of("small"), 1).set(KEY, tooLarge).commit())) {
            StepVerifier.create(write)
                    .expectErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(KvLimitException.class)
                            .hasMessageContaining("is " + size + ", the limit is 65536"))
                    .verify();
        }
        assertThat(sent).hasValue(0);
        counting.set(KEY, new Item("fits", 1)).block();
        assertThat(sent).hasValue(1);
    }

    /** A bean that holds itself. */
    public static final class Ring {
        public Ring getNext() {
            return this;
        }
    }

    @Test
    void aClassWithoutAFormIsRefusedAtTheCall() {
        assertThatExceptionOfType(KvEncodeException.class).isThrownBy(() -> kv.set(KEY, new Object()));
        assertThatExceptionOfType(KvEncodeException.class).isThrownBy(() -> kv.enqueue(new Object()));
        assertThatExceptionOfType(KvEncodeException.class)
                .isThrownBy(() -> kv.set(KEY, new Ring()))
                .withMessageContaining("cannot be stored");
        assertThatExceptionOfType(KvEncodeException.class).isThrownBy(() -> kv.set(KEY, List.of(1, new Ring())));
    }
}
