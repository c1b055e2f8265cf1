// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import io.kvreactive.v8.jackson.V8BigInt;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a museum keeps of its exhibits: a domain in which every convention of docs/spec/v8-structured-clone.md, sections 2.3 to 2.6, has a place.
 * {@code deno/museum.mjs} has the same values as a JavaScript program would write them.
 */
final class Museum {

    private Museum() {}

    enum Kind {
        PAINTING,
        SCULPTURE,
        @JsonProperty("musical instrument")
        INSTRUMENT
    }

    /** A snowflake, beyond what a number holds. */
    record ExhibitId(@JsonValue long value) {}

    record Place(int room, String wall) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "how")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Bought.class, name = "bought"),
        @JsonSubTypes.Type(value = Donated.class, name = "donated")
    })
    sealed interface Provenance permits Bought, Donated {}

    record Bought(Instant at, BigDecimal price, Currency currency) implements Provenance {}

    record Donated(String by, LocalDate on) implements Provenance {}

    record Page<T>(List<T> items, Optional<T> first, OptionalInt next) {}

    /** Numbers, and what is text. */
    record Label(
            ExhibitId id,
            UUID tag,
            String title,
            String original,
            char shelf,
            Kind kind,
            boolean onDisplay,
            byte floor,
            short room,
            int year,
            long visitors,
            long seconds,
            @V8BigInt long inventory,
            @V8BigInt List<Long> formerInventory,
            float weight,
            double height,
            double whole,
            double minusZero,
            BigInteger insured,
            BigDecimal ticket,
            Currency currency,
            Locale language,
            URI page,
            ZoneId zone,
            Optional<String> donor,
            Optional<String> nobody,
            String missing) {}

    /** Dates, and the times that are none. */
    record Times(
            Instant acquired,
            Date photographed,
            Timestamp scanned,
            OffsetDateTime opened,
            ZonedDateTime tour,
            LocalDate lent,
            LocalTime closes,
            LocalDateTime restored,
            Year made,
            YearMonth shown,
            MonthDay holiday,
            Duration length,
            Period loan) {}

    /** Sets, Maps with keys of every kind, arrays. */
    record Collections(
            Set<Kind> kinds,
            Set<String> materials,
            List<String> authors,
            int[] sizes,
            double[] position,
            long[] counts,
            Map<String, Integer> words,
            Map<Integer, String> rooms,
            Map<Long, String> keepers,
            Map<Instant, String> events,
            Map<Place, String> places,
            Map<Boolean, List<Integer>> votes,
            Map<Kind, Integer> byKind,
            Map<Integer, String> none) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Collections that
                    && text().equals(that.text())
                    && words.equals(that.words)
                    && byKind.equals(that.byKind);
        }

        @Override
        public int hashCode() {
            return text().hashCode();
        }

        /**
         * Maps and Sets have an order in JavaScript, so it counts. That of properties does not, nor that of keys that are constants, which Jackson
         * reads into an EnumMap. Arrays are compared by their elements.
         */
        private String text() {
            return Stream.of(kinds, materials, authors, rooms, keepers, events, places, votes, none)
                            .map(String::valueOf)
                            .toList()
                    + Arrays.toString(sizes)
                    + Arrays.toString(position)
                    + Arrays.toString(counts);
        }
    }

    /** Bytes, and what only JavaScript has. */
    record Scans(
            byte[] thumbnail,
            ByteBuffer page,
            V8ArrayBuffer raw,
            V8View spectrum,
            V8RegExp pattern,
            V8Error failure,
            List<V8Value> odd,
            JsonNode extra,
            Object anything) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Scans that
                    && Arrays.equals(thumbnail, that.thumbnail)
                    && page.equals(that.page)
                    && V8Value.deepEquals(raw, that.raw)
                    && V8Value.deepEquals(spectrum, that.spectrum)
                    && V8Value.deepEquals(pattern, that.pattern)
                    && V8Value.deepEquals(failure, that.failure)
                    && odd.equals(that.odd)
                    && extra.equals(that.extra)
                    && anything.equals(that.anything);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(thumbnail);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Sparse(String name, Optional<String> note, Integer count) {}

    record Exhibit(
            Label label,
            Times times,
            Collections collections,
            Provenance provenance,
            Page<Provenance> history,
            Sparse sparse,
            List<Exhibit> parts) {}

    /** Rooms that lead into each other. */
    @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
    static final class Room {
        public List<Room> doors = new ArrayList<>();
        public String name = "";
    }

    static Label label() {
        return new Label(
                new ExhibitId(1_763_900_000_000_000_123L << 1),
                UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                "Le Déjeuner",
                "神奈川沖浪裏 🌊",
                'é',
                Kind.INSTRUMENT,
                true,
                (byte) -2,
                (short) 300,
                1831,
                4_000_000_000L,
                12,
                7,
                List.of(1L, 1L << 60),
                0.5f,
                25.7,
                38.0,
                -0.0,
                BigInteger.TWO.pow(100).negate(),
                new BigDecimal("12.5"),
                Currency.getInstance("CHF"),
                Locale.forLanguageTag("de-CH"),
                URI.create("https://example.com/wave?x=1"),
                ZoneId.of("Asia/Tokyo"),
                Optional.of("H. Vever"),
                Optional.empty(),
                null);
    }

    static Times times() {
        return new Times(
                Instant.parse("2026-11-23T05:06:07.123Z"),
                new Date(-1),
                new Timestamp(0),
                OffsetDateTime.parse("2026-11-23T05:06:07.123456789+09:00"),
                ZonedDateTime.parse("2026-11-23T05:06:07+01:00[Europe/Zurich]"),
                LocalDate.of(2026, 2, 28),
                LocalTime.of(18, 30),
                LocalDateTime.of(1999, 12, 31, 23, 59, 59, 1),
                Year.of(1831),
                YearMonth.of(2026, 5),
                MonthDay.of(12, 25),
                Duration.ofMinutes(90).plusNanos(5),
                Period.of(1, 2, 3));
    }

    static Collections collections() {
        return new Collections(
                ordered(Kind.SCULPTURE, Kind.INSTRUMENT),
                ordered("wood", "paper"),
                List.of("Hokusai", "北斎"),
                new int[] {25, -1, Integer.MAX_VALUE},
                new double[] {1, 0.25},
                new long[] {1L << 40, 1L << 60},
                map("wave", 1, "7", 2),
                map(7, "east", -1, "cellar"),
                map(1L << 60, "Ada"),
                map(Instant.EPOCH, "opened"),
                map(new Place(1, "north"), "here"),
                map(true, List.of(1, 2), false, List.of()),
                map(Kind.PAINTING, 3),
                map());
    }

    static Scans scans() {
        return new Scans(
                new byte[] {0, 1, -1},
                ByteBuffer.wrap(new byte[] {9, 8, 7, 6}, 1, 2).slice(),
                V8ArrayBuffer.of(new byte[] {1, 2, 3, 4}),
                V8View.of(V8View.Kind.FLOAT64, V8ArrayBuffer.of(new byte[] {0, 0, 0, 0, 0, 0, -8, 63})),
                V8RegExp.of("^a\\/?b$", "gi"),
                V8Error.builder(V8Error.Kind.RANGE_ERROR).message("too far").build(),
                List.of(V8Undefined.INSTANCE, V8Null.INSTANCE, V8Number.of(-0.0)),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("a", 1)
                        .set("b", JsonNodeFactory.instance.arrayNode().add("x").addNull()),
                map("at", Instant.ofEpochMilli(5), "ids", ordered(1, 2), "big", BigInteger.TEN, "half", 0.5));
    }

    static Exhibit exhibit() {
        Provenance bought = new Bought(Instant.ofEpochMilli(-5), new BigDecimal("99.95"), Currency.getInstance("EUR"));
        Provenance donated = new Donated("Zoë", LocalDate.of(1905, 3, 14));
        Exhibit part = new Exhibit(
                label(),
                times(),
                collections(),
                donated,
                new Page<>(List.of(), Optional.empty(), OptionalInt.empty()),
                new Sparse("only a name", Optional.empty(), null),
                List.of());
        return new Exhibit(
                label(),
                times(),
                collections(),
                bought,
                new Page<>(List.of(bought, donated), Optional.of(bought), OptionalInt.of(2)),
                new Sparse("all", Optional.of("a note"), 3),
                List.of(part));
    }

    /** Two rooms with doors to each other, one of them with two. */
    static Room rooms() {
        Room hall = new Room();
        hall.name = "hall";
        Room tower = new Room();
        tower.name = "tower";
        hall.doors.addAll(List.of(tower, tower));
        tower.doors.add(hall);
        return hall;
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    private static <T> Set<T> ordered(T... members) {
        return new LinkedHashSet<>(List.of(members));
    }

    @SuppressWarnings("unchecked") // keys and values in turn
    private static <K, V> Map<K, V> map(Object... entries) {
        Map<K, V> map = new LinkedHashMap<>();
        for (int i = 0; i < entries.length; i += 2) {
            map.put((K) entries[i], (V) entries[i + 1]);
        }
        return map;
    }
}
