// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonIdentityReference;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Value;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;

/** Objects that are one in Java are one in the bytes, and the other way round, for the classes that say so. */
class IdentityTest {

    private static final V8Mapper MAPPER = V8Mapper.shared();
    private static final V8Mapper IDS =
            MAPPER.rebuild().enable(V8ReadFeature.NATIVE_IDS).build();

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static final class ByNumber {
        public String name = "n";
        public ByNumber next;
        public List<ByNumber> all = new ArrayList<>();
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.UUIDGenerator.class)
    static final class ByUuid {
        public String name = "u";
        public ByUuid next;
        public List<ByUuid> all = new ArrayList<>();
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.StringIdGenerator.class, property = "key")
    static final class ByText {
        public String name = "t";
        public ByText next;
        public List<ByText> all = new ArrayList<>();
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "name")
    static final class ByName {
        public String name;
        public ByName next;
        public List<ByName> all = new ArrayList<>();
    }

    @Test
    void aCycleIsOneForIdsOfEveryKind() {
        ByNumber number = new ByNumber();
        number.next = number;
        number.all.addAll(List.of(number, number));
        ByNumber again = IDS.readValue(MAPPER.writeValueAsBytes(number), ByNumber.class);
        assertThat(again.next).isSameAs(again);
        assertThat(again.all).allMatch(other -> other == again).hasSize(2);

        ByUuid uuid = new ByUuid();
        uuid.next = uuid;
        uuid.all.add(uuid);
        ByUuid uuidAgain = IDS.readValue(MAPPER.writeValueAsBytes(uuid), ByUuid.class);
        assertThat(uuidAgain.next).isSameAs(uuidAgain).isSameAs(uuidAgain.all.get(0));

        ByText text = new ByText();
        text.next = text;
        text.all.add(text);
        ByText textAgain = IDS.readValue(MAPPER.writeValueAsBytes(text), ByText.class);
        assertThat(textAgain.next).isSameAs(textAgain).isSameAs(textAgain.all.get(0));

        ByName name = new ByName();
        name.name = "me";
        name.next = name;
        name.all.add(name);
        ByName nameAgain = IDS.readValue(MAPPER.writeValueAsBytes(name), ByName.class);
        assertThat(nameAgain.next).isSameAs(nameAgain).isSameAs(nameAgain.all.get(0));
        assertThat(nameAgain.name).isEqualTo("me");
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "id", scope = Customer.class)
    static final class Customer {
        public int id = 1;
        public String customer = "Ada";
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.PropertyGenerator.class, property = "id", scope = Order.class)
    static final class Order {
        public int id = 1;
        public Customer by;
    }

    static final class Ledger {
        public List<Customer> customers = new ArrayList<>();
        public List<Order> orders = new ArrayList<>();
    }

    @Test
    void objectsOfTwoClassesMayHaveTheSameId() {
        Ledger ledger = new Ledger();
        Customer ada = new Customer();
        Order order = new Order();
        order.by = ada;
        ledger.customers.addAll(List.of(ada, ada));
        ledger.orders.addAll(List.of(order, order));
        byte[] bytes = MAPPER.writeValueAsBytes(ledger);

        V8Object object = (V8Object) V8.decodeModel(bytes);
        List<V8Value> customers = ((V8Array) object.property("customers")).items();
        List<V8Value> orders = ((V8Array) object.property("orders")).items();
        assertThat(customers.get(1)).isSameAs(customers.get(0));
        assertThat(orders.get(1)).isSameAs(orders.get(0)).isNotSameAs(customers.get(0));
        assertThat(((V8Object) orders.get(0)).property("by")).isSameAs(customers.get(0));

        Ledger again = IDS.readValue(bytes, Ledger.class);
        assertThat(again.customers.get(1)).isSameAs(again.customers.get(0));
        assertThat(again.orders.get(1)).isSameAs(again.orders.get(0));
        assertThat(again.orders.get(0).by).isSameAs(again.customers.get(0));
        assertThat(again.orders.get(0).id).isEqualTo(1);
        Ledger copies = MAPPER.readValue(bytes, Ledger.class);
        assertThat(copies.customers.get(1)).isNotSameAs(copies.customers.get(0));
        assertThat(copies.orders.get(1).by.customer).isEqualTo("Ada");
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    record Tag(String name, List<Tag> narrower) {}

    @Test
    void recordsAreSharedTooAndEvenContainThemselvesThroughLists() {
        Tag tea = new Tag("tea", List.of());
        byte[] twice = MAPPER.writeValueAsBytes(List.of(tea, tea, new Tag("tea", List.of())));
        List<Tag> tags = IDS.readValue(twice, new TypeReference<>() {});
        assertThat(tags.get(1)).isSameAs(tags.get(0));
        assertThat(tags.get(2)).isEqualTo(tags.get(0)).isNotSameAs(tags.get(0));
        assertThat(MAPPER.readValue(twice, new TypeReference<List<Tag>>() {})).isEqualTo(tags);

        Tag ring = new Tag("ring", new ArrayList<>());
        ring.narrower().add(ring);
        Tag again = IDS.readValue(MAPPER.writeValueAsBytes(ring), Tag.class);
        assertThat(again.narrower().get(0)).isSameAs(again);
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    record Self(String name, Self self) {}

    @Test
    void aRecordThatNeedsItselfToBeMadeIsRefused() {
        V8Object.Builder self = V8Object.builder();
        byte[] bytes = V8.encodeModel(
                self.put("name", V8String.of("x")).put("self", self.self()).build());
        assertThatThrownBy(() -> IDS.readValue(bytes, Self.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("contains itself");
    }

    record Address(String city) {}

    record Person(String name, Address home, Address work) {}

    @Test
    void classesWithoutIdentityGetCopies() {
        V8Object shared = V8Object.builder().put("city", V8String.of("Bern")).build();
        byte[] bytes = V8.encodeModel(V8Object.builder()
                .put("name", V8String.of("Ada"))
                .put("home", shared)
                .put("work", shared)
                .build());
        Person person = new Person("Ada", new Address("Bern"), new Address("Bern"));
        assertThat(IDS.readValue(bytes, Person.class)).isEqualTo(person);
        assertThat(MAPPER.readValue(bytes, Person.class)).isEqualTo(person);
        assertThat(IDS.readTree(bytes)).isEqualTo(MAPPER.readTree(bytes));
        assertThat(IDS.readValue(bytes, Object.class)).isEqualTo(MAPPER.readValue(bytes, Object.class));
    }

    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Leaf.class, name = "leaf"),
        @JsonSubTypes.Type(value = Branch.class, name = "branch")
    })
    interface Plant {}

    static final class Leaf implements Plant {
        public String colour = "green";
    }

    static final class Branch implements Plant {
        public List<Plant> parts = new ArrayList<>();
    }

    @Test
    void subtypesAreSharedWhereverTheTypeIsTold() {
        Branch branch = new Branch();
        Leaf leaf = new Leaf();
        branch.parts.addAll(List.of(leaf, leaf, branch));
        Branch again = (Branch) IDS.readValue(MAPPER.writeValueAsBytes(branch), Plant.class);
        assertThat(again.parts.get(0)).isInstanceOf(Leaf.class).isSameAs(again.parts.get(1));
        assertThat(again.parts.get(2)).isSameAs(again);

        V8Object late = V8Object.builder()
                .put("colour", V8String.of("red"))
                .put("kind", V8String.of("leaf"))
                .build();
        List<Plant> plants = IDS.readValue(V8.encodeModel(V8Array.of(late, late)), new TypeReference<>() {});
        assertThat(plants.get(0)).isSameAs(plants.get(1));
        assertThat(((Leaf) plants.get(0)).colour).isEqualTo("red");
    }

    static final class Plain {
        public String name = "plain";
    }

    static final class Pair {
        @JsonIdentityInfo(generator = ObjectIdGenerators.UUIDGenerator.class)
        public Plain one;

        @JsonIdentityInfo(generator = ObjectIdGenerators.UUIDGenerator.class)
        public Plain other;
    }

    @Test
    void aPropertyMayHaveTheIdentity() {
        Pair pair = new Pair();
        pair.one = new Plain();
        pair.other = pair.one;
        byte[] bytes = MAPPER.writeValueAsBytes(pair);
        V8Object object = (V8Object) V8.decodeModel(bytes);
        assertThat(object.property("other")).isSameAs(object.property("one"));
        Pair again = IDS.readValue(bytes, Pair.class);
        assertThat(again.other).isSameAs(again.one);
    }

    static final class Shift {
        public List<Customer> all = new ArrayList<>();

        @JsonIdentityReference(alwaysAsId = true)
        public Customer first;

        @JsonIdentityReference(alwaysAsId = true)
        public Customer second;
    }

    @Test
    void whereOnlyTheIdIsWantedItIsAValue() {
        Shift shift = new Shift();
        Customer ada = new Customer();
        ada.id = 7;
        shift.all.addAll(List.of(ada, ada));
        shift.first = ada;
        shift.second = ada;
        byte[] bytes = MAPPER.writeValueAsBytes(shift);
        V8Object object = (V8Object) V8.decodeModel(bytes);
        assertThat(object.property("first")).isEqualTo(V8Number.int32(7));
        assertThat(object.property("second")).isEqualTo(V8Number.int32(7));
        Shift again = IDS.readValue(bytes, Shift.class);
        assertThat(again.first).isSameAs(again.second).isSameAs(again.all.get(1));
    }

    static final class Later {
        public Customer wanted;
        public List<Customer> more = new ArrayList<>();
    }

    @Test
    void anObjectWhoseFirstPlaceIsSkippedIsReadWhereItIsWanted() {
        V8Object customer = V8Object.builder()
                .put("id", V8Number.of(3))
                .put("customer", V8String.of("Bo"))
                .build();
        byte[] bytes = V8.encodeModel(V8Object.builder()
                .put("unknown", V8Array.of(customer))
                .put("wanted", customer)
                .put("more", V8Array.of(customer))
                .build());
        Later later = IDS.readValue(bytes, Later.class);
        assertThat(later.wanted.customer).isEqualTo("Bo");
        assertThat(later.more.get(0)).isSameAs(later.wanted);
    }

    record Mixed(JsonNode tree, Customer customer, Map<String, Object> map) {}

    @Test
    void anObjectMayBeReadAsDifferentThings() {
        V8Object customer = V8Object.builder()
                .put("id", V8Number.of(3))
                .put("customer", V8String.of("Bo"))
                .build();
        Mixed mixed = IDS.readValue(
                V8.encodeModel(V8Object.builder()
                        .put("tree", customer)
                        .put("customer", customer)
                        .put("map", customer)
                        .build()),
                Mixed.class);
        assertThat(mixed.tree().get("id").asInt()).isEqualTo(3);
        assertThat(mixed.customer().customer).isEqualTo("Bo");
        assertThat(mixed.map()).isEqualTo(Map.of("id", 3, "customer", "Bo"));
    }

    @Test
    void equalObjectsAreOneIfJacksonIsToldSo() {
        List<Tag> equal = List.of(new Tag("a", List.of()), new Tag("a", List.of()));
        V8Mapper byEquality = MAPPER.rebuild()
                .enable(SerializationFeature.USE_EQUALITY_FOR_OBJECT_ID)
                .build();
        assertThat(items(MAPPER.writeValueAsBytes(equal))).doesNotHaveDuplicates();
        List<V8Value> items = items(byEquality.writeValueAsBytes(equal));
        assertThat(items.get(1)).isSameAs(items.get(0));
    }

    private static List<V8Value> items(byte[] bytes) {
        return ((V8Array) V8.decodeModel(bytes)).items();
    }

    @Test
    void anIdGivenToTwoObjectsIsRefusedInStreams() {
        assertThatThrownBy(() -> {
                    try (V8Generator generator = (V8Generator) new V8Factory()
                            .createGenerator(ObjectWriteContext.empty(), OutputStream.nullOutputStream())) {
                        generator.writeStartArray();
                        generator.writeStartObject().writeObjectId("1").writeEndObject();
                        generator.writeStartObject().writeObjectId("1");
                    }
                })
                .isInstanceOf(StreamWriteException.class)
                .hasMessageContaining("another object has");
    }
}
