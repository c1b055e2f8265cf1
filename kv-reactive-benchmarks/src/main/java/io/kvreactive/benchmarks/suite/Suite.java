// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Runs the comparisons and writes what was found. Every line is run in rounds; in a round each side is run once, right after the other, in turns the
 * one or the other first, on identical copies of the data. The ratio that counts is the median of the rounds.
 */
public final class Suite {

    // A server has to get warm too, and each run has a new one.
    private static final int SERVED_WARM_UPS = 3;

    private final Path folder;
    private final Path home;
    private final Places places;
    private final int rounds;
    private final long warmUpMillis;
    private final long millis;

    private Suite(Path home, Path folder, Map<String, String> options) {
        this.home = home;
        this.folder = folder;
        this.rounds = Integer.parseInt(options.getOrDefault("rounds", "3"));
        this.warmUpMillis = Long.parseLong(options.getOrDefault("warmUpMillis", "4000"));
        this.millis = Long.parseLong(options.getOrDefault("millis", "5000"));
        this.places = new Places(home, folder, Integer.parseInt(options.getOrDefault("largeEntries", "10000000")));
    }

    /**
     * Runs and prints.
     *
     * @param args the folder of the scripts, that of the data, that of the results; then one text of options: {@code rounds=},
     *     {@code warmUpMillis=}, {@code millis=}, {@code largeEntries=}, and {@code only=} with a part of the name of a table, a work or a peer
     * @throws Exception when a program fails
     */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = options(args[3]);
        Path folder = Path.of(args[1]);
        Files.createDirectories(folder);
        Suite suite = new Suite(Path.of(args[0]), folder, options);
        Report report = new Report(suite.conditions());
        report.keepEarlier(Path.of(args[2]));
        // Written after each line, so that a long run that is stopped has not been for nothing; the other lines stay as
        // they were.
        suite.run(chosen(options.getOrDefault("only", "")), report, Path.of(args[2]));
        report.write(Path.of(args[2]));
        System.out.println(report.markdown());
    }

    /** Each option is a word with a sign of equality; what follows without one belongs to its value. */
    private static Map<String, String> options(String text) {
        Map<String, String> options = new LinkedHashMap<>();
        String name = "";
        for (String word : text.isBlank() ? new String[0] : text.strip().split("\\s+")) {
            String[] pair = word.split("=", 2);
            name = pair.length == 1 ? name : pair[0];
            options.merge(name, pair[pair.length - 1], (value, more) -> value + " " + more);
        }
        return options;
    }

    private static Predicate<Line> chosen(String only) {
        String wanted = only.toLowerCase(Locale.ROOT);
        return line -> (line.table() + " " + line.what() + " "
                        + (line.peer() == null
                                ? ""
                                : line.peer().who() + " " + line.peer().place()))
                .toLowerCase(Locale.ROOT)
                .contains(wanted);
    }

    private void run(Predicate<Line> wanted, Report report, Path results) throws Exception {
        List<Line> lines =
                Line.all().stream().filter(wanted).filter(this::isPossible).toList();
        int number = 0;
        for (Line line : lines) {
            Outcome outcome = new Outcome(line, howLong(line));
            try {
                for (int round = 0; round < rounds; round++) {
                    boolean oursFirst = round % 2 == 0;
                    measure(outcome, oursFirst);
                    measure(outcome, !oursFirst);
                }
            } catch (IOException e) {
                // One peer that fails does not take the figures of the others away.
                System.err.println(line.what() + " failed: " + e.getMessage());
                continue;
            }
            report.add(outcome);
            report.write(results);
            number++;
            System.err.printf(
                    Locale.ROOT,
                    "%d of %d: %s: %.0f against %.0f, %.2f%n",
                    number,
                    lines.size(),
                    line.what() + " / "
                            + (line.peer() == null ? "-" : line.peer().who().title),
                    outcome.oursPerSecond(),
                    outcome.peerPerSecond(),
                    outcome.ratio());
        }
    }

    /** What one would pick instead is measured where it is there. */
    private boolean isPossible(Line line) {
        return line.peer() == null
                || line.peer().place() != Line.Place.REDIS_SERVER
                || !Processes.firstLine("redis-server", "--version").equals("none");
    }

    private void measure(Outcome outcome, boolean isOurs) throws IOException, InterruptedException {
        Line line = outcome.line();
        Line.Side side = isOurs ? line.ours() : line.peer();
        if (side == null) {
            return;
        }
        try (Places.Site site = places.prepare(side.place(), line.valueBytes())) {
            Work work = new Work(
                    line.kind(),
                    site.target(),
                    line.inFlight(),
                    line.valueBytes(),
                    places.entries(side.place(), line.valueBytes()),
                    side.place().isServed() ? SERVED_WARM_UPS * warmUpMillis : warmUpMillis,
                    millis);
            JsonNode found = Processes.run(
                    side.who().command(work, home, line.heap()), places.environment(), folder.resolve("peer.log"));
            outcome.add(
                    isOurs,
                    found.get("perSecond").asDouble(),
                    found.get("heapMiB").asLong());
        }
    }

    private String howLong(Line line) {
        boolean isServed = line.ours().place().isServed();
        return LocalDate.now(ZoneOffset.UTC) + ", " + rounds + " rounds of " + millis + " ms after "
                + (isServed ? SERVED_WARM_UPS : 1) * warmUpMillis + " ms of warm-up"
                + (isServed ? ", with a server" : "");
    }

    private Map<String, String> conditions() throws IOException {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("machine", Runtime.getRuntime().availableProcessors() + " cores, " + processor());
        conditions.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        conditions.put(
                "Deno",
                Processes.firstLine(home.resolve("node_modules/.bin/deno").toString(), "--version"));
        conditions.put("Node", Processes.firstLine("node", "--version"));
        conditions.put("Redis", Processes.firstLine("redis-server", "--version"));
        return conditions;
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown")
                : System.getProperty("os.arch");
    }
}
