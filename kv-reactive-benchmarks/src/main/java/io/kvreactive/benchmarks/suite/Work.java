// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a peer is to do, as it stands on its command line: {@code name=value} each, so that programs in other languages read the same.
 *
 * @param kind which operation
 * @param target a file, or the URL of a server
 * @param inFlight how many operations at a time
 * @param valueBytes about how large a value is
 * @param entries how many entries the data has
 * @param warmUpMillis how long before what is done counts
 * @param millis how long what is done counts
 */
record Work(Kind kind, String target, int inFlight, int valueBytes, int entries, long warmUpMillis, long millis) {

    /** An operation. */
    enum Kind {
        /** One entry, at random, decoded. */
        GET,
        /** Always the same entry, decoded: for servers whose answer is fixed. */
        GET_ONE,
        /** The same, each in a request of its own. */
        GET_ALONE,
        /** Ten entries, at random, decoded. */
        GET_MANY,
        /** One entry, at random, replaced. */
        SET,
        /** One entry, at random, read, and replaced if it has not changed. */
        CHECKED_SET,
        /** Two accounts, at random, read, and both replaced if neither has changed. */
        TRANSFER,
        /** One of a hundred counters, at random, raised. */
        SUM,
        /** All entries, decoded; each counts as one. */
        LIST,
        /** All entries once, decoded, by a consumer that is slower than the disk; each counts as one. */
        SLOW_LIST,
        /** The first hundred entries, decoded; the page counts as one. */
        PAGE,
        /** Four gets to one set. */
        MIXED,
        /** A message, from its enqueue until its handler has it. */
        QUEUE,
        /** A commit to one key, until each of ten thousand watchers of the key is told; the commit counts as one. */
        WATCH
    }

    /** Accounts that transfers go between: so many that two of 64 seldom meet. */
    static final int ACCOUNTS = 10_000;

    /** Counters that sums go to. */
    static final int COUNTERS = 100;

    /** Watchers of one key. */
    static final int WATCHERS = 10_000;

    static Work parse(String[] args) {
        Map<String, String> given = Arrays.stream(args)
                .map(arg -> arg.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b, LinkedHashMap::new));
        return new Work(
                Kind.valueOf(word(given, "kind")),
                word(given, "target"),
                Integer.parseInt(word(given, "inFlight")),
                Integer.parseInt(word(given, "valueBytes")),
                Integer.parseInt(word(given, "entries")),
                Long.parseLong(word(given, "warmUpMillis")),
                Long.parseLong(word(given, "millis")));
    }

    private static String word(Map<String, String> given, String name) {
        return Objects.requireNonNull(given.get(name), () -> name + "= is missing");
    }

    List<String> arguments() {
        return List.of(
                "kind=" + kind,
                "target=" + target,
                "inFlight=" + inFlight,
                "valueBytes=" + valueBytes,
                "entries=" + entries,
                "warmUpMillis=" + warmUpMillis,
                "millis=" + millis);
    }

    Work on(String otherTarget) {
        return new Work(kind, otherTarget, inFlight, valueBytes, entries, warmUpMillis, millis);
    }
}
