// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the rounds of one line found: how much was done in a second, by us and by the peer. */
final class Outcome {

    private final Line line;
    private final String run;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> peer = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
    private long heapMiB;

    /** {@code run} tells for how long it was measured, and how often. */
    Outcome(Line line, String run) {
        this.line = line;
        this.run = run;
    }

    /** What an earlier run found. */
    static Outcome earlier(Line line, JsonNode row) {
        Outcome outcome = new Outcome(line, row.path("run").asString(""));
        outcome.ours.add(row.path("oursPerSecond").asDouble());
        if (line.peer() != null) {
            outcome.peer.add(row.path("peerPerSecond").asDouble());
            row.path("ratios").forEach(ratio -> outcome.ratios.add(ratio.asDouble()));
        }
        outcome.heapMiB = row.path("heapMiB").asLong();
        return outcome;
    }

    String run() {
        return run;
    }

    Line line() {
        return line;
    }

    void add(boolean isOurs, double perSecond, long usedMiB) {
        (isOurs ? ours : peer).add(perSecond);
        if (isOurs) {
            heapMiB = Math.max(heapMiB, usedMiB);
        }
    }

    double oursPerSecond() {
        return median(ours);
    }

    double peerPerSecond() {
        return median(peer);
    }

    long heapMiB() {
        return heapMiB;
    }

    /** Of each round, so that what else the machine did meanwhile counts for both. */
    List<Double> ratios() {
        if (!ratios.isEmpty()) {
            return ratios;
        }
        List<Double> measured = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), peer.size()); i++) {
            measured.add(ours.get(i) / peer.get(i));
        }
        measured.sort(null);
        return measured;
    }

    double ratio() {
        return median(ratios());
    }

    private static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
