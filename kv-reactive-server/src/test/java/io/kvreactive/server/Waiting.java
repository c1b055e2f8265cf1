// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what is about to happen. */
final class Waiting {

    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private Waiting() {}

    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TestServers.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("within %s: %s", TestServers.PATIENCE, what)
                    .isLessThan(end);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
