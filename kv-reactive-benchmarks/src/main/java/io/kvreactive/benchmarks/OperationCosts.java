// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import io.kvreactive.benchmarks.OperationBenchmark.Backend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Runs {@link OperationBenchmark} and prints what an operation costs on each backend, and what it allocates. */
public final class OperationCosts {

    private static final Duration WARM_UP = Duration.ofSeconds(8);

    private OperationCosts() {}

    /**
     * Runs and prints.
     *
     * @param args ignored
     * @throws RunnerException when a benchmark fails
     */
    public static void main(String[] args) throws RunnerException {
        StringBuilder table = new StringBuilder("""

                | operation | backend | a second | bytes allocated |
                | --- | --- | ---: | ---: |
                """);
        for (String operation : List.of("get", "set", "list")) {
            for (Backend backend : Backend.values()) {
                RunResult result = Runs.run(
                        "OperationBenchmark." + operation,
                        Map.of("backend", backend.name()),
                        List.of(GCProfiler.class),
                        WARM_UP);
                table.append(String.format(
                        "| %s | %s | %,.0f | %,.0f |%n",
                        operation, backend, Runs.score(result), Runs.secondary(result, Runs.ALLOCATED)));
            }
        }
        System.out.println(table);
    }
}
