// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.Profiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Short runs of single benchmarks, each in a JVM of its own, to be compared with the one right before or after. */
final class Runs {

    /** Bytes that an operation allocates, as the profiler of garbage collections calls them. */
    static final String ALLOCATED = "gc.alloc.rate.norm";

    private static final int WARMUPS = 4;
    private static final int ITERATIONS = 5;

    private Runs() {}

    /** Runs a benchmark, {@code Class.method}, with values for its parameters, after so long a time to get warm. */
    static RunResult run(
            String benchmark,
            Map<String, String> parameters,
            List<Class<? extends Profiler>> profilers,
            Duration warmUp)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("io\\.kvreactive\\.benchmarks\\." + benchmark + "$")
                .forks(1)
                .warmupIterations(WARMUPS)
                .warmupTime(TimeValue.milliseconds(warmUp.toMillis() / WARMUPS))
                .measurementIterations(ITERATIONS)
                .measurementTime(TimeValue.milliseconds(500))
                .jvmArgsAppend("-Xms1g", "-Xmx1g")
                .shouldFailOnError(true);
        parameters.forEach(options::param);
        profilers.forEach(options::addProfiler);
        return new Runner(options.build()).runSingle();
    }

    /** The median of the iterations, in operations a second. */
    static double score(RunResult result) {
        return median(result.getAggregatedResult().getIterationResults().stream()
                .map(iteration -> iteration.getPrimaryResult().getScore())
                .toList());
    }

    /** What a profiler found, by the end of its name. */
    static double secondary(RunResult result, String label) {
        // JMH puts a dot before the names of profilers' results.
        for (String name : result.getSecondaryResults().keySet()) {
            if (name.endsWith(label)) {
                return result.getSecondaryResults().get(name).getScore();
            }
        }
        throw new IllegalStateException("no result is called " + label);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
