// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import java.lang.management.ManagementFactory;

/** Time that passes only while the thread works: what a test holds a bound against, on a machine that may do something else meanwhile. */
public final class ProcessorTime {

    private ProcessorTime() {}

    /** The time that this thread has had a processor, in nanoseconds. */
    public static long nanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
