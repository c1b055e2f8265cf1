// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of the driver and prints what it reaches of plain JDBC. Every round runs all of them, one after the other and each in a JVM
 * of its own, so that what else the machine does hits all alike; the figures are medians over the iterations of all rounds.
 */
public final class DriverRatios {

    private static final int WARMUPS = 3;
    private static final int ITERATIONS = 5;

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
     * @param args how many rounds; and, if wanted, a part of the names of the benchmarks to run
     * @throws RunnerException when a benchmark fails
     */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        String include = args.length > 1 ? args[1] : "";
        Map<String, List<Double>> scores = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (RunResult result : new Runner(options(include)).run()) {
                String name = result.getParams().getBenchmark().replace("io.kvreactive.benchmarks.", "");
                for (var benchmark : result.getBenchmarkResults()) {
                    for (IterationResult iteration : benchmark.getIterationResults()) {
                        scores.computeIfAbsent(name, key -> new ArrayList<>())
                                .add(iteration.getPrimaryResult().getScore());
                    }
                }
            }
        }
        print(scores);
    }

    private static Options options(String include) {
        return new OptionsBuilder()
                .include("io\\.kvreactive\\.benchmarks\\..*" + include)
                .forks(1)
                .warmupIterations(WARMUPS)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.seconds(1))
                .jvmArgsAppend("-Xms1g", "-Xmx1g")
                .shouldFailOnError(true)
                .build();
    }

    private static void print(Map<String, List<Double>> scores) {
        System.out.printf("%n%-40s %12s %12s %7s %7s%n", "per second, medians", "driver", "JDBC", "ratio", "wanted");
        for (Line line : LINES) {
            if (scores.containsKey(line.driver()) && scores.containsKey(line.jdbc())) {
                double driver = median(scores.get(line.driver()));
                double jdbc = median(scores.get(line.jdbc()));
                System.out.printf(
                        "%-40s %,12.0f %,12.0f %7.2f %7.2f%n", line.what(), driver, jdbc, driver / jdbc, line.wanted());
            }
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
