// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import java.util.ArrayList;
import java.util.List;

/** What the rounds of one line found: how much was done in a second, by us and by the peer. */
final class Outcome {

    private final Line line;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> peer = new ArrayList<>();
    private long heapMiB;

    Outcome(Line line) {
        this.line = line;
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

    int rounds() {
        return ours.size();
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
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), peer.size()); i++) {
            ratios.add(ours.get(i) / peer.get(i));
        }
        ratios.sort(null);
        return ratios;
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
