// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import io.kvreactive.benchmarks.CodecBenchmark.Format;
import io.kvreactive.benchmarks.CodecBenchmark.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs the benchmarks of the codec and prints what V8's format reaches of CBOR and of JSON. A round runs the three formats one right after the other,
 * each in a JVM of its own and in another order every time; its ratios are those of what it found. The ratios that count are the medians of all
 * rounds. Beside those of the time that passed stand those of processor time, which hardly depend on what else the machine does.
 */
public final class CodecRatios {

    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private CodecRatios() {}

    /** What is compared. */
    private record Line(String direction, Size size) {}

    /** What a run found: operations a second, nanoseconds of the processor and bytes for each. */
    private record Found(double perSecond, double cpu, double bytes) {}

    /**
     * Runs and prints.
     *
     * @param args how many rounds; and, if wanted, a part of {@code reading} or {@code writing}
     * @throws RunnerException when a benchmark fails
     */
    public static void main(String[] args) throws RunnerException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        String include = args.length > 1 ? args[1] : "";
        Map<Line, List<Map<Format, Found>>> all = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String direction : List.of("reading", "writing")) {
                for (Size size : Size.values()) {
                    if (direction.contains(include)) {
                        all.computeIfAbsent(new Line(direction, size), key -> new ArrayList<>())
                                .add(measure(direction, size, round));
                    }
                }
            }
        }
        System.out.printf(
                "%n%-16s %32s %26s %13s %13s %13s %13s%n",
                "medians",
                "a second: V8, CBOR, JSON",
                "bytes each",
                "V8/CBOR 0.80",
                "V8/JSON 1.00",
                "V8/CBOR (cpu)",
                "V8/JSON (cpu)");
        all.forEach(CodecRatios::print);
    }

    private static Map<Format, Found> measure(String direction, Size size, int round) throws RunnerException {
        List<Format> order = new ArrayList<>(List.of(Format.values()));
        Collections.rotate(order, round);
        Map<Format, Found> found = new EnumMap<>(Format.class);
        for (Format format : order) {
            RunResult result = Runs.run(
                    "CodecBenchmark." + direction,
                    Map.of("format", format.name(), "size", size.name()),
                    List.of(GCProfiler.class, CpuTime.class),
                    WARM_UP);
            found.put(
                    format,
                    new Found(
                            Runs.score(result),
                            Runs.secondary(result, CpuTime.LABEL),
                            Runs.secondary(result, Runs.ALLOCATED)));
        }
        return found;
    }

    private static void print(Line line, List<Map<Format, Found>> rounds) {
        System.out.printf(
                "%-16s %,10.0f %,10.0f %,10.0f %,8.0f %,8.0f %,8.0f %13s %13s %13s %13s%n",
                line.direction() + " " + line.size(),
                median(rounds, Format.V8, Found::perSecond),
                median(rounds, Format.CBOR, Found::perSecond),
                median(rounds, Format.JSON, Found::perSecond),
                median(rounds, Format.V8, Found::bytes),
                median(rounds, Format.CBOR, Found::bytes),
                median(rounds, Format.JSON, Found::bytes),
                ratio(rounds, Format.CBOR, Found::perSecond),
                ratio(rounds, Format.JSON, Found::perSecond),
                ratio(rounds, Format.CBOR, found -> 1 / found.cpu()),
                ratio(rounds, Format.JSON, found -> 1 / found.cpu()));
    }

    private static double median(List<Map<Format, Found>> rounds, Format format, ToDoubleFunction<Found> what) {
        return Runs.median(rounds.stream()
                .map(round -> what.applyAsDouble(round.get(format)))
                .toList());
    }

    /** The median of the rounds' ratios, and the least and the greatest. */
    private static String ratio(List<Map<Format, Found>> rounds, Format other, ToDoubleFunction<Found> what) {
        List<Double> ratios = rounds.stream()
                .map(round -> what.applyAsDouble(round.get(Format.V8)) / what.applyAsDouble(round.get(other)))
                .sorted()
                .toList();
        return String.format("%.2f (%.2f-%.2f)", Runs.median(ratios), ratios.get(0), ratios.get(ratios.size() - 1));
    }
}
