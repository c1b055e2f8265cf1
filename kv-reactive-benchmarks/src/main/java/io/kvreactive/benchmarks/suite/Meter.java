// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a peer does after its warm-up, and reports it. */
final class Meter {

    private final Work work;
    private final LongAdder done = new LongAdder();
    private final long begin = System.nanoTime();
    private volatile boolean isOver;

    Meter(Work work) {
        this.work = work;
    }

    void count() {
        done.increment();
    }

    void count(long more) {
        done.add(more);
    }

    boolean isOver() {
        return isOver;
    }

    /** Lets the work go on, on other threads, for its time, and prints what was done. */
    void report() throws InterruptedException {
        Thread.sleep(work.warmUpMillis());
        long before = done.sum();
        long start = System.nanoTime();
        long cpu = cpu();
        Thread.sleep(work.millis());
        print(done.sum() - before, System.nanoTime() - start, cpu() - cpu);
        isOver = true;
    }

    /** For work on the thread that asks: tells when its warm-up is over, and when all is. */
    boolean isWarm() {
        return System.nanoTime() - begin > work.warmUpMillis() * 1_000_000;
    }

    static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static void print(long operations, long nanos, long cpuNanos) {
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "{\"perSecond\":%.1f,\"operations\":%d,\"seconds\":%.3f,\"cpuSeconds\":%.3f,\"heapMiB\":%d}%n",
                operations * 1e9 / nanos,
                operations,
                nanos / 1e9,
                cpuNanos / 1e9,
                (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
}
