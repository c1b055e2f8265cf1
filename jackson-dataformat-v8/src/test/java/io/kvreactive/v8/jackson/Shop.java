// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
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
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A domain that uses every convention, and random values of it. */
final class Shop {

    private Shop() {}

    enum Colour {
        RED,
        GREEN,
        DARK_BLUE
    }

    record CustomerId(@JsonValue long number) {}

    /** Equal by value: a double does not tell 1 from 1.0. */
    record Amount(@JsonValue BigDecimal value) {

        Amount {
            value = BigDecimal.valueOf(value.doubleValue());
        }
    }

    record Ratio(@JsonValue double value) {}

    record Point(int x, int y) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Card.class, name = "card"),
        @JsonSubTypes.Type(value = Transfer.class, name = "transfer")
    })
    sealed interface Payment permits Card, Transfer {}

    record Card(String number, YearMonth expires) implements Payment {}

    record Transfer(String iban, Instant at, Set<Integer> parts, Map<Long, String> notes) implements Payment {}

    record Page<T>(List<T> items, Optional<T> first, boolean hasMore) {}

    record Times(
            Instant instant,
            Date date,
            OffsetDateTime offset,
            ZonedDateTime zoned,
            LocalDate day,
            LocalTime time,
            LocalDateTime local,
            OffsetTime offsetTime,
            Year year,
            YearMonth yearMonth,
            Month month,
            MonthDay monthDay,
            Duration duration,
            Period period,
            ZoneId zone,
            ZoneOffset zoneOffset) {}

    record Scalars(
            byte b,
            short s,
            int i,
            long l,
            Long boxedLong,
            @V8BigInt long always,
            @V8BigInt List<Long> alwaysAll,
            float f,
            double d,
            boolean yes,
            Boolean maybe,
            char c,
            String text,
            Colour colour,
            BigInteger big,
            BigDecimal decimal,
            UUID uuid,
            URI uri,
            Locale locale,
            Currency currency,
            Optional<String> optional,
            OptionalLong optionalLong) {}

    record Collections(
            List<String> list,
            Set<Colour> set,
            EnumSet<Colour> colours,
            Map<String, Integer> object,
            Map<Integer, String> byInt,
            Map<Instant, String> byInstant,
            Map<Colour, Integer> byColour,
            EnumMap<Colour, Integer> enumMap,
            Map<UUID, Integer> byUuid,
            Map<CustomerId, Integer> byCustomer,
            Map<Point, String> byPoint,
            Map<Boolean, List<Point>> byBoolean,
            Map<LocalDate, BigInteger> byDay,
            Map<String, Map<Integer, Set<String>>> nested,
            Object anything,
            JsonNode tree) {}

    record Order(
            CustomerId customer,
            Amount amount,
            Ratio ratio,
            Scalars scalars,
            Times times,
            Collections collections,
            Payment payment,
            Page<Payment> page,
            List<Order> previous) {}

    /** Makes random orders. */
    static final class Maker {

        private final Random random;

        Maker(long seed) {
            this.random = new Random(seed);
        }

        Order order(int depth) {
            List<Payment> payments = list(this::payment);
            return new Order(
                    new CustomerId(random.nextInt(5) == 0 ? random.nextLong() : random.nextInt()),
                    new Amount(BigDecimal.valueOf(random.nextInt(1000), 1)),
                    new Ratio(random.nextInt(3) / 2.0),
                    scalars(),
                    times(),
                    collections(),
                    payment(),
                    new Page<>(payments, payments.stream().findFirst(), random.nextBoolean()),
                    depth == 0 ? List.of() : list(() -> order(depth - 1)));
        }

        private Payment payment() {
            return random.nextBoolean()
                    ? new Card(text(), YearMonth.of(2000 + random.nextInt(50), 1 + random.nextInt(12)))
                    : new Transfer(text(), instant(), set(random::nextInt), map(random::nextLong, this::text));
        }

        private Scalars scalars() {
            return new Scalars(
                    (byte) random.nextInt(),
                    (short) random.nextInt(),
                    random.nextInt(),
                    random.nextLong() >> random.nextInt(64),
                    random.nextBoolean() ? null : random.nextLong(),
                    random.nextInt(10),
                    list(() -> (long) random.nextInt(9)),
                    random.nextFloat(),
                    random.nextInt(4) == 0 ? random.nextInt(9) : random.nextGaussian(),
                    random.nextBoolean(),
                    random.nextBoolean() ? null : random.nextBoolean(),
                    (char) random.nextInt(0xffff),
                    text(),
                    colour(),
                    new BigInteger(random.nextInt(200), random),
                    // Never whole: 5 and 5.0 are one number, and two decimals.
                    BigDecimal.valueOf((2 * random.nextInt(100_000) + 1) / 64.0),
                    uuid(),
                    URI.create("https://example.com/" + random.nextInt()),
                    Locale.forLanguageTag(random.nextBoolean() ? "de-CH" : "fr"),
                    Currency.getInstance(random.nextBoolean() ? "EUR" : "JPY"),
                    random.nextBoolean() ? Optional.empty() : Optional.of(text()),
                    random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong()));
        }

        private Times times() {
            Instant instant = instant();
            ZoneId zone = ZoneId.of(random.nextBoolean() ? "Europe/Zurich" : "America/New_York");
            LocalDateTime local = LocalDateTime.ofInstant(instant.plusNanos(random.nextInt(1_000_000)), ZoneOffset.UTC);
            return new Times(
                    instant,
                    Date.from(instant()),
                    local.atOffset(ZoneOffset.ofHours(random.nextInt(10) - 5)),
                    instant.atZone(zone),
                    local.toLocalDate(),
                    local.toLocalTime(),
                    local,
                    local.toLocalTime().atOffset(ZoneOffset.ofHours(3)),
                    Year.of(local.getYear()),
                    YearMonth.from(local),
                    local.getMonth(),
                    MonthDay.from(local),
                    Duration.ofNanos(random.nextLong()),
                    Period.of(random.nextInt(5), random.nextInt(5), random.nextInt(5)),
                    zone,
                    ZoneOffset.ofHours(random.nextInt(10)));
        }

        private Collections collections() {
            EnumSet<Colour> colours = EnumSet.noneOf(Colour.class);
            colours.addAll(set(this::colour));
            EnumMap<Colour, Integer> enumMap = new EnumMap<>(Colour.class);
            enumMap.putAll(map(this::colour, random::nextInt));
            return new Collections(
                    list(this::text),
                    set(this::colour),
                    colours,
                    map(this::text, random::nextInt),
                    map(random::nextInt, this::text),
                    map(this::instant, this::text),
                    map(this::colour, random::nextInt),
                    enumMap,
                    map(this::uuid, random::nextInt),
                    map(() -> new CustomerId(random.nextLong()), random::nextInt),
                    map(this::point, this::text),
                    map(random::nextBoolean, () -> list(this::point)),
                    map(() -> LocalDate.ofEpochDay(random.nextInt(20_000)), () -> new BigInteger(70, random)),
                    map(this::text, () -> map(random::nextInt, () -> set(this::text))),
                    anything(3),
                    tree(3));
        }

        /** What an {@code Object} property carries: plain Java. */
        private Object anything(int depth) {
            return switch (random.nextInt(depth > 0 ? 10 : 6)) {
                case 0 -> null;
                case 1 -> random.nextInt();
                case 2 -> text();
                case 3 -> instant();
                case 4 -> new BigInteger(80, random);
                case 5 -> random.nextGaussian();
                case 6 -> list(() -> anything(depth - 1));
                case 7 -> set(() -> (Object) random.nextInt());
                case 8 -> map(this::text, () -> anything(depth - 1));
                default -> {
                    Map<Object, Object> map = map(() -> (Object) random.nextInt(), () -> anything(depth - 1));
                    yield map.isEmpty() ? Map.of(1, 2) : map;
                }
            };
        }

        private JsonNode tree(int depth) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (random.nextInt(depth > 0 ? 6 : 4)) {
                case 0 -> nodes.numberNode(random.nextInt());
                case 1 -> nodes.stringNode(text());
                case 2 -> nodes.booleanNode(random.nextBoolean());
                case 3 -> nodes.numberNode(0.5 + random.nextInt());
                case 4 -> nodes.arrayNode().add(tree(depth - 1)).add(tree(depth - 1));
                default -> nodes.objectNode().set(text(), tree(depth - 1));
            };
        }

        private Point point() {
            return new Point(random.nextInt(), random.nextInt());
        }

        private Colour colour() {
            return Colour.values()[random.nextInt(3)];
        }

        private UUID uuid() {
            return new UUID(random.nextLong(), random.nextLong());
        }

        private Instant instant() {
            return Instant.ofEpochMilli(random.nextLong() % 4_000_000_000_000L);
        }

        private String text() {
            int[] ranges = {0x7f, 0xff, 0xd7ff};
            int range = ranges[random.nextInt(3)];
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append((char) (1 + random.nextInt(range)));
            }
            return text.toString();
        }

        private <T> List<T> list(Supplier<? extends T> element) {
            List<T> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(element.get());
            }
            return list;
        }

        private <T> Set<T> set(Supplier<? extends T> element) {
            return new LinkedHashSet<>(list(element));
        }

        private <K, V> Map<K, V> map(Supplier<? extends K> key, Supplier<? extends V> value) {
            Map<K, V> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put(key.get(), value.get());
            }
            return map;
        }
    }
}
