// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import static io.kvreactive.benchmarks.suite.Contestant.DENO;
import static io.kvreactive.benchmarks.suite.Contestant.ELASTIC;
import static io.kvreactive.benchmarks.suite.Contestant.JDBC;
import static io.kvreactive.benchmarks.suite.Contestant.LOOP;
import static io.kvreactive.benchmarks.suite.Contestant.NODE;
import static io.kvreactive.benchmarks.suite.Contestant.OURS;
import static io.kvreactive.benchmarks.suite.Contestant.REDIS;
import static io.kvreactive.benchmarks.suite.Work.Kind.CHECKED_SET;
import static io.kvreactive.benchmarks.suite.Work.Kind.GET;
import static io.kvreactive.benchmarks.suite.Work.Kind.GET_ALONE;
import static io.kvreactive.benchmarks.suite.Work.Kind.GET_MANY;
import static io.kvreactive.benchmarks.suite.Work.Kind.GET_ONE;
import static io.kvreactive.benchmarks.suite.Work.Kind.LIST;
import static io.kvreactive.benchmarks.suite.Work.Kind.MIXED;
import static io.kvreactive.benchmarks.suite.Work.Kind.PAGE;
import static io.kvreactive.benchmarks.suite.Work.Kind.QUEUE;
import static io.kvreactive.benchmarks.suite.Work.Kind.SET;
import static io.kvreactive.benchmarks.suite.Work.Kind.SLOW_LIST;
import static io.kvreactive.benchmarks.suite.Work.Kind.SUM;
import static io.kvreactive.benchmarks.suite.Work.Kind.TRANSFER;
import static io.kvreactive.benchmarks.suite.Work.Kind.WATCH;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison: what we do against what a peer does.
 *
 * @param table the table it stands in
 * @param kind the work
 * @param inFlight how many operations at a time
 * @param valueBytes how large the values are
 * @param ours our side
 * @param peer the other side, or null for a figure without a peer
 * @param wanted the ratio that is wanted, 0 for none
 */
record Line(
        Table table,
        Work.Kind kind,
        int inFlight,
        int valueBytes,
        Side ours,
        @Nullable Side peer,
        double wanted) {

    /** The tables of the page. */
    enum Table {
        EMBEDDED("The embedded database"),
        SIZES("Larger values"),
        REMOTE("Over KV Connect"),
        SERVER("The server"),
        GROWTH("As the database grows");

        final String title;

        Table(String title) {
            this.title = title;
        }
    }

    /** Where the data is. */
    enum Place {
        FILE,
        LARGE_FILE,
        SMALL_FILE,
        OUR_SERVER,
        REFERENCE_SERVER,
        CANNED_SERVER,
        REDIS_SERVER;

        boolean isServed() {
            return this != FILE && this != LARGE_FILE && this != SMALL_FILE;
        }
    }

    /** Who does the work, and where. */
    record Side(Contestant who, Place place) {}

    private static final int SMALL = 100;
    private static final int MEDIUM = 4 << 10;
    private static final int LARGE = 60 << 10;

    static Side file(Contestant who) {
        return new Side(who, Place.FILE);
    }

    String what() {
        String size = valueBytes == SMALL ? "" : valueBytes == MEDIUM ? ", 4 KiB" : ", 60 KiB";
        String name = kind.toString().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        return name + ", " + inFlight + " in flight" + size;
    }

    /** How much heap a JVM that does the work has: little where that is what is to be shown. */
    List<String> heap() {
        String megabytes = kind == SLOW_LIST ? "64" : kind == WATCH ? "256" : "512";
        return List.of("-Xms" + megabytes + "m", "-Xmx" + megabytes + "m");
    }

    /** All comparisons, with the ratios that are wanted of some. */
    static List<Line> all() {
        List<Line> lines = new ArrayList<>();
        embedded(lines);
        for (int bytes : new int[] {MEDIUM, LARGE}) {
            for (Work.Kind kind : new Work.Kind[] {GET, SET, LIST}) {
                int inFlight = kind == LIST ? 1 : 64;
                lines.add(new Line(Table.SIZES, kind, inFlight, bytes, file(OURS), file(DENO), 0));
                lines.add(new Line(Table.SIZES, kind, kind == LIST ? 1 : 64, bytes, file(OURS), file(JDBC), 0));
            }
        }
        remote(lines);
        growth(lines);
        return lines;
    }

    private static void embedded(List<Line> lines) {
        lines.add(embedded(GET, 64, DENO, 4));
        lines.add(embedded(GET, 64, JDBC, 0.9));
        lines.add(embedded(GET, 64, ELASTIC, 0));
        lines.add(embedded(GET, 64, NODE, 0));
        lines.add(new Line(Table.EMBEDDED, GET, 64, SMALL, file(OURS), new Side(REDIS, Place.REDIS_SERVER), 0));
        lines.add(embedded(GET, 1, DENO, 1.5));
        lines.add(embedded(GET, 1_024, DENO, 0));
        lines.add(embedded(GET_MANY, 64, DENO, 0));
        lines.add(embedded(SET, 64, DENO, 4));
        lines.add(embedded(SET, 64, JDBC, 3));
        lines.add(embedded(SET, 64, ELASTIC, 0));
        lines.add(embedded(SET, 64, NODE, 0));
        lines.add(new Line(Table.EMBEDDED, SET, 64, SMALL, file(OURS), new Side(REDIS, Place.REDIS_SERVER), 0));
        lines.add(embedded(SET, 1, DENO, 1.0));
        lines.add(embedded(SET, 1_024, DENO, 0));
        lines.add(embedded(CHECKED_SET, 64, DENO, 0));
        lines.add(embedded(TRANSFER, 64, DENO, 4));
        lines.add(embedded(SUM, 64, DENO, 0));
        lines.add(embedded(MIXED, 64, DENO, 0));
        lines.add(embedded(LIST, 1, DENO, 3));
        lines.add(embedded(LIST, 1, JDBC, 0));
        lines.add(embedded(QUEUE, 64, DENO, 3));
        lines.add(new Line(Table.EMBEDDED, WATCH, 1, SMALL, file(OURS), null, 0));
    }

    private static Line embedded(Work.Kind kind, int inFlight, Contestant peer, double wanted) {
        return new Line(Table.EMBEDDED, kind, inFlight, SMALL, file(OURS), file(peer), wanted);
    }

    private static void remote(List<Line> lines) {
        lines.add(remote(GET, 64, DENO, 3));
        lines.add(remote(GET, 1, DENO, 0));
        lines.add(remote(GET, 64, NODE, 0));
        lines.add(remote(SET, 64, DENO, 0));
        lines.add(remote(LIST, 1, DENO, 3));
        lines.add(remote(LIST, 1, NODE, 0));
        lines.add(bare(GET_ONE, 0.85));
        lines.add(bare(GET_ALONE, 0));
        for (Work.Kind kind : new Work.Kind[] {GET, SET}) {
            lines.add(new Line(
                    Table.SERVER,
                    kind,
                    64,
                    SMALL,
                    new Side(OURS, Place.OUR_SERVER),
                    new Side(OURS, Place.REFERENCE_SERVER),
                    2));
        }
    }

    private static Line bare(Work.Kind kind, double wanted) {
        Side ours = new Side(OURS, Place.CANNED_SERVER);
        return new Line(Table.REMOTE, kind, 64, SMALL, ours, new Side(LOOP, Place.CANNED_SERVER), wanted);
    }

    private static Line remote(Work.Kind kind, int inFlight, Contestant peer, double wanted) {
        return new Line(
                Table.REMOTE,
                kind,
                inFlight,
                SMALL,
                new Side(OURS, Place.OUR_SERVER),
                new Side(peer, Place.OUR_SERVER),
                wanted);
    }

    private static void growth(List<Line> lines) {
        for (Work.Kind kind : new Work.Kind[] {GET, SET, PAGE}) {
            lines.add(new Line(
                    Table.GROWTH,
                    kind,
                    64,
                    SMALL,
                    new Side(OURS, Place.LARGE_FILE),
                    new Side(OURS, Place.SMALL_FILE),
                    kind == GET ? 0.7 : 0));
        }
        lines.add(new Line(Table.GROWTH, SLOW_LIST, 1, SMALL, new Side(OURS, Place.LARGE_FILE), null, 0));
    }
}
