// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The records that all formats write and read: about 200 bytes, 4 KiB and 60 KiB. Of types alone that every format has. */
final class Records {

    private static final String[] WORDS = {
        "green",
        "tea",
        "rooibos",
        "mate",
        "crema",
        "caf\u00e9",
        "lemon",
        "verbena",
        "box",
        "tin",
        "loose",
        "leaf",
        "no.",
        "\u714e\u8336"
    };

    private Records() {}

    /** Of about 200 bytes. */
    record Person(
            long id,
            String name,
            String email,
            boolean active,
            int visits,
            double balance,
            Address address,
            List<String> tags) {}

    record Address(String street, int number, String city) {}

    /** Of about 150 bytes for each line. */
    record Order(long id, Person customer, Status status, List<Line> lines, String note, double total) {}

    record Line(
            String sku, String title, int quantity, double price, boolean gift, int position, List<Integer> stock) {}

    enum Status {
        OPEN,
        PAID,
        SHIPPED
    }

    /** A record of about 200 bytes. */
    static Person small() {
        return new Maker().person();
    }

    /** A record of about 4 KiB. */
    static Order medium() {
        return new Maker().order(32);
    }

    /** A record of about 60 KiB. */
    static Order large() {
        return new Maker().order(500);
    }

    /** Makes the same records every time. */
    private static final class Maker {

        private final SplittableRandom random = new SplittableRandom(7);

        Person person() {
            return new Person(
                    1_763_900_000_000L + random.nextInt(1_000_000),
                    "Ada Lovelace",
                    "ada.lovelace@example.com",
                    true,
                    random.nextInt(1000),
                    random.nextInt(100_000) / 100.0,
                    new Address("Rue de la Cit\u00e9", random.nextInt(100), "Gen\u00e8ve"),
                    List.of("vip", "newsletter"));
        }

        Order order(int lines) {
            List<Line> all = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
                all.add(line(i));
            }
            return new Order(
                    random.nextLong(1L << 50), person(), Status.PAID, all, words(12), random.nextInt() / 100.0);
        }

        private Line line(int position) {
            return new Line(
                    "SKU-" + random.nextInt(100_000, 1_000_000),
                    words(4),
                    random.nextInt(1, 12),
                    random.nextInt(100_000) / 100.0,
                    random.nextInt(10) == 0,
                    position,
                    List.of(random.nextInt(100), random.nextInt(10_000), random.nextInt(1_000_000)));
        }

        private String words(int count) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                text.append(i == 0 ? "" : " ")
                        .append(WORDS[random.nextInt(random.nextInt(8) == 0 ? WORDS.length : WORDS.length - 1)]);
            }
            return text.toString();
        }
    }
}
