// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Exhibits by chance, the same for the same seed. */
final class RandomExhibits {

    private final Random random;

    RandomExhibits(long seed) {
        this.random = new Random(seed);
    }

    Museum.Exhibit exhibit(int depth) {
        List<Museum.Provenance> history = list(this::provenance);
        return new Museum.Exhibit(
                label(),
                times(),
                collections(),
                provenance(),
                new Museum.Page<>(
                        history,
                        history.stream().findFirst(),
                        random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt())),
                new Museum.Sparse(text(), maybe(this::text), random.nextBoolean() ? null : random.nextInt()),
                depth == 0 ? List.of() : list(() -> exhibit(depth - 1)));
    }

    private Museum.Provenance provenance() {
        return random.nextBoolean()
                ? new Museum.Bought(instant(), decimal(), currency())
                : new Museum.Donated(text(), day());
    }

    private Museum.Label label() {
        return new Museum.Label(
                new Museum.ExhibitId(longs()),
                uuid(),
                text(),
                text(),
                (char) random.nextInt(0x10000),
                kind(),
                random.nextBoolean(),
                (byte) random.nextInt(),
                (short) random.nextInt(),
                random.nextInt(),
                longs(),
                longs(),
                longs(),
                list(this::longs),
                random.nextFloat(),
                random.nextGaussian(),
                random.nextInt(),
                random.nextBoolean() ? -0.0 : 0.0,
                new BigInteger(random.nextInt(200), random).negate(),
                decimal(),
                currency(),
                Locale.forLanguageTag(random.nextBoolean() ? "de-CH" : "fr"),
                URI.create("https://example.com/" + random.nextInt()),
                ZoneId.of(random.nextBoolean() ? "Europe/Zurich" : "America/New_York"),
                maybe(this::text),
                maybe(this::text),
                random.nextBoolean() ? null : text());
    }

    private Museum.Times times() {
        LocalDateTime local = LocalDateTime.ofInstant(instant().plusNanos(random.nextInt(1_000_000)), ZoneOffset.UTC);
        return new Museum.Times(
                instant(),
                Date.from(instant()),
                Timestamp.from(instant()),
                local.atOffset(ZoneOffset.ofHours(random.nextInt(10) - 5)),
                instant().atZone(ZoneId.of("Asia/Tokyo")),
                day(),
                local.toLocalTime(),
                local,
                Year.of(local.getYear()),
                YearMonth.from(local),
                MonthDay.from(local),
                Duration.ofNanos(random.nextLong()),
                Period.of(random.nextInt(5), random.nextInt(5), random.nextInt(5)));
    }

    private Museum.Collections collections() {
        return new Museum.Collections(
                set(this::kind),
                set(this::text),
                list(this::text),
                random.ints(random.nextInt(5)).toArray(),
                random.doubles(random.nextInt(5)).toArray(),
                random.longs(random.nextInt(5)).toArray(),
                map(this::text, random::nextInt),
                map(random::nextInt, this::text),
                map(this::longs, this::text),
                map(this::instant, this::text),
                map(() -> new Museum.Place(random.nextInt(), text()), this::text),
                map(random::nextBoolean, () -> list(random::nextInt)),
                map(this::kind, random::nextInt),
                map(random::nextInt, this::text));
    }

    private Museum.Kind kind() {
        return Museum.Kind.values()[random.nextInt(3)];
    }

    /** Safe and unsafe ones. */
    private long longs() {
        return random.nextLong() >> random.nextInt(64);
    }

    /** Never whole: 5 and 5.0 are one number, and two decimals. */
    private BigDecimal decimal() {
        return BigDecimal.valueOf((2 * random.nextInt(100_000) + 1) / 64.0);
    }

    private Currency currency() {
        return Currency.getInstance(random.nextBoolean() ? "EUR" : "JPY");
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private Instant instant() {
        return Instant.ofEpochMilli(random.nextLong() % 4_000_000_000_000L);
    }

    private LocalDate day() {
        return LocalDate.ofEpochDay(random.nextInt(20_000));
    }

    /** Of one byte a unit and of two, unpaired surrogates included, and now and then an index. */
    private String text() {
        if (random.nextInt(8) == 0) {
            return Integer.toString(random.nextInt(20));
        }
        int widest = new int[] {0x7f, 0xff, 0xffff}[random.nextInt(3)];
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) random.nextInt(widest + 1));
        }
        return text.toString();
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
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
