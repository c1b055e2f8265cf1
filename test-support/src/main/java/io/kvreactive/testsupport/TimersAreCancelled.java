// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that the queue of Java's timers has a lock, which is taken to cancel one, and to end them all. Its error out of the midst of that
 * lock would leave the scheduler's thread waiting for ever, and a test with it. The test kit tells users' tests the same.
 */
public final class TimersAreCancelled implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "shutdown")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "shutdownNow");
    }
}
