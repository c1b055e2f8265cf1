// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks of the driver and prints what it reaches of plain JDBC. A round runs each benchmark of the driver and the one of JDBC that it
 * is measured by one right after the other, each in a JVM of its own, in turns the one or the other first; its ratio is that of their medians. The
 * ratio that counts is the median of all rounds, so that what else the machine does in one of them does not decide.
 */
public final class DriverRatios {

    private static final Duration WARM_UP = Duration.ofSeconds(2);

    /** What is compared with what, and the ratio that is wanted. */
    private record Line(String what, String driver, String jdbc, double wanted) {}

    private static final List<Line> LINES = List.of(
            new Line("point get on the worker", "DriverBenchmark.getOnTheWorker", "JdbcBenchmark.get", 0.9),
            new Line("64 gets in flight over an event loop", "DriverBenchmark.getFromALoop", "JdbcBenchmark.get", 0.7),
            new Line("set transaction, FULL, block()", "DriverBenchmark.set", "JdbcBenchmark.set", 0.85),
            new Line("64 sets in one transaction", "DriverBenchmark.groupedSets", "JdbcBenchmark.groupedSets", 0.9),
            new Line("scan on the worker", "DriverBenchmark.scanOnTheWorker", "JdbcBenchmark.scan", 0.85),
            new Line(
                    "scan through publishOn(256)", "DriverBenchmark.scanThroughPublishOn", "JdbcBenchmark.scan", 0.45));

    private DriverRatios() {}

    /**
     * Runs and prints.
     *
     * @param args how many rounds; and, if wanted, a part of the name of the driver's benchmarks to run
     * @throws RunnerException when a benchmark fails
     */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        String include = args.length > 1 ? args[1] : "";
        Map<Line, List<Pair>> pairs = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Line line : LINES) {
                if (line.driver().contains(include)) {
                    pairs.computeIfAbsent(line, key -> new ArrayList<>()).add(measure(line, round % 2 == 0));
                }
            }
        }
        System.out.printf(
                "%n%-40s %12s %12s %7s %15s %7s%n",
                "per second, medians", "driver", "JDBC", "ratio", "of rounds", "wanted");
        pairs.forEach(DriverRatios::print);
    }

    /** What one round found. */
    private record Pair(double driver, double jdbc) {

        double ratio() {
            return driver / jdbc;
        }
    }

    private static Pair measure(Line line, boolean driverFirst) throws RunnerException {
        if (driverFirst) {
            double driver = score(line.driver());
            return new Pair(driver, score(line.jdbc()));
        }
        double jdbc = score(line.jdbc());
        return new Pair(score(line.driver()), jdbc);
    }

    private static double score(String benchmark) throws RunnerException {
        return Runs.score(Runs.run(benchmark, Map.of(), List.of(), WARM_UP));
    }

    private static void print(Line line, List<Pair> rounds) {
        List<Double> ratios = rounds.stream().map(Pair::ratio).sorted().toList();
        System.out.printf(
                "%-40s %,12.0f %,12.0f %7.2f %7.2f to %4.2f %7.2f%n",
                line.what(),
                Runs.median(rounds.stream().map(Pair::driver).toList()),
                Runs.median(rounds.stream().map(Pair::jdbc).toList()),
                Runs.median(ratios),
                ratios.get(0),
                ratios.get(ratios.size() - 1),
                line.wanted());
    }
}
