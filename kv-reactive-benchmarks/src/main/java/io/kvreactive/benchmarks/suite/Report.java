// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was found, as tables for a person, as JSON for a program, and as a plot for each table. */
final class Report {

    private static final int ROW = 26;
    private static final int LEFT = 330;
    private static final int WIDTH = 900;

    private static final String RESULTS = "results.json";

    private final Map<String, String> conditions;
    private final Map<Line, Outcome> outcomes = new HashMap<>();

    Report(Map<String, String> conditions) {
        this.conditions = conditions;
    }

    void add(Outcome outcome) {
        outcomes.put(outcome.line(), outcome);
    }

    /** Takes over what an earlier run has left, for the lines that are not run now. */
    void keepEarlier(Path folder) throws IOException {
        Path file = folder.resolve(RESULTS);
        if (!Files.exists(file)) {
            return;
        }
        JsonNode rows = JsonMapper.shared().readTree(Files.readString(file)).path("rows");
        for (Line line : Line.all()) {
            for (JsonNode row : rows) {
                if (row.path("table").asString("").equals(line.table().title)
                        && row.path("work").asString("").equals(line.what())
                        && row.path("against").asString("").equals(name(line))) {
                    add(Outcome.earlier(line, row));
                }
            }
        }
    }

    private List<Outcome> rows() {
        return Line.all().stream()
                .filter(outcomes::containsKey)
                .map(outcomes::get)
                .toList();
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("tables.md"), markdown());
        Files.writeString(
                folder.resolve(RESULTS),
                JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
        for (Line.Table table : Line.Table.values()) {
            List<Outcome> compared = of(table).stream()
                    .filter(outcome -> outcome.line().peer() != null)
                    .toList();
            if (!compared.isEmpty()) {
                Files.writeString(folder.resolve(fileName(table)), plot(table, compared));
            }
        }
    }

    private static String fileName(Line.Table table) {
        return table.name().toLowerCase(Locale.ROOT) + ".svg";
    }

    private List<Outcome> of(Line.Table table) {
        return rows().stream()
                .filter(outcome -> outcome.line().table() == table)
                .toList();
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        conditions.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        Map<String, Long> runs =
                rows().stream().collect(Collectors.groupingBy(Outcome::run, LinkedHashMap::new, Collectors.counting()));
        runs.forEach((run, lines) -> text.append("- ")
                .append(lines)
                .append(lines == 1 ? " line: " : " lines: ")
                .append(run)
                .append('\n'));
        for (Line.Table table : Line.Table.values()) {
            List<Outcome> rows = of(table);
            if (rows.isEmpty()) {
                continue;
            }
            text.append("\n## ").append(table.title).append("\n\n");
            text.append("| work | against | kv-reactive /s | peer /s | ratio | of rounds | wanted |\n");
            text.append("| --- | --- | ---: | ---: | ---: | --- | ---: |\n");
            rows.forEach(row -> text.append(markdown(row)));
            if (rows.stream().anyMatch(row -> row.line().peer() != null)) {
                text.append("\n![")
                        .append(table.title)
                        .append("](")
                        .append(fileName(table))
                        .append(")\n");
            }
        }
        return text.toString();
    }

    private static String markdown(Outcome row) {
        Line.Side peer = row.line().peer();
        List<Double> ratios = row.ratios();
        return peer == null
                ? String.format(
                        Locale.ROOT,
                        "| %s | alone, heap %d MiB | %,.1f | | | | |%n",
                        row.line().what(),
                        row.heapMiB(),
                        row.oursPerSecond())
                : String.format(
                        Locale.ROOT,
                        "| %s | %s | %,.0f | %,.0f | **%.2f** | %.2f to %.2f | %s |%n",
                        row.line().what(),
                        name(row.line()),
                        row.oursPerSecond(),
                        row.peerPerSecond(),
                        row.ratio(),
                        ratios.get(0),
                        ratios.get(ratios.size() - 1),
                        row.line().wanted() == 0
                                ? ""
                                : Double.toString(row.line().wanted()));
    }

    private static String name(Line line) {
        Line.Side peer = line.peer();
        if (peer == null) {
            return "";
        }
        return switch (peer.place()) {
            case REFERENCE_SERVER -> "the reference server, same client";
            case SMALL_FILE -> "the same with " + Places.SMALL_ENTRIES + " entries";
            default -> peer.who().title;
        };
    }

    private Map<String, Object> json() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Outcome outcome : rows()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("table", outcome.line().table().title);
            row.put("work", outcome.line().what());
            row.put("against", name(outcome.line()));
            row.put("oursPerSecond", outcome.oursPerSecond());
            if (outcome.line().peer() != null) {
                row.put("peerPerSecond", outcome.peerPerSecond());
                row.put("ratio", outcome.ratio());
                row.put("ratios", outcome.ratios());
            }
            row.put("wanted", outcome.line().wanted());
            row.put("heapMiB", outcome.heapMiB());
            row.put("run", outcome.run());
            rows.add(row);
        }
        return Map.of("conditions", conditions, "rows", rows);
    }

    /** Bars of the ratios, on a logarithmic scale, with the line of equality. */
    private static String plot(Line.Table table, List<Outcome> rows) {
        double most = rows.stream().mapToDouble(Outcome::ratio).max().orElse(1);
        double least = rows.stream().mapToDouble(Outcome::ratio).min().orElse(1);
        double high = Math.log(Math.max(2, most) * 1.3);
        double low = Math.log(Math.min(0.5, least) / 1.3);
        double scale = (WIDTH - LEFT - 20) / (high - low);
        double one = LEFT - low * scale;
        int height = (rows.size() + 2) * ROW;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                        + "<text x=\"10\" y=\"18\" font-weight=\"bold\">%s: how many times as much as the peer</text>%n",
                WIDTH,
                height,
                table.title));
        for (int i = 0; i < rows.size(); i++) {
            Outcome row = rows.get(i);
            double end = LEFT + (Math.log(row.ratio()) - low) * scale;
            int top = (i + 1) * ROW + 4;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"10\" y=\"%d\">%s</text>%n"
                            + "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n"
                            + "<text x=\"%.1f\" y=\"%d\">%.2f</text>%n",
                    top + 13,
                    row.line().what() + " / " + name(row.line()),
                    Math.min(one, end),
                    top,
                    Math.abs(end - one),
                    ROW - 8,
                    row.ratio() >= 1 ? "#2a9d8f" : "#e76f51",
                    Math.max(one, end) + 5,
                    top + 13,
                    row.ratio()));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"black\"/>%n</svg>%n",
                one,
                ROW,
                one,
                height - ROW / 2));
        return svg.toString();
    }
}
