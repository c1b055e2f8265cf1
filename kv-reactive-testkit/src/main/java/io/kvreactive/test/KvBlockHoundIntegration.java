// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * What BlockHound must know of the libraries below a {@code Kv}. SQLite blocks inside its own native methods, which BlockHound does not know, so that
 * without this a query on a thread that must not block passes unnoticed. Three locks are let pass, each held for a moment and without I/O: Jackson's,
 * while it learns a class that another thread meets for the first time, too; that of Netty's allocator of buffers, when it makes room for one more of
 * the threads that contend for it; and that of the queue of Java's timers, when one is cancelled or all are ended. BlockHound's error out of the
 * midst of that one would leave it without an owner to wake the next, a scheduler's thread, and all that is handed to that thread would be lost.
 *
 * <p>Found by {@code ServiceLoader}: an application whose tests have BlockHound and this module on their class path has it.
 */
public final class KvBlockHoundIntegration implements BlockHoundIntegration {

    private static final String SQLITE = "org.sqlite.core.NativeDB";

    /** For {@code ServiceLoader}. */
    public KvBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.markAsBlocking(SQLITE, "_open_utf8", "([BI)V")
                .markAsBlocking(SQLITE, "prepare_utf8", "([B)J")
                .markAsBlocking(SQLITE, "step", "(J)I")
                .markAsBlocking(SQLITE, "_exec_utf8", "([B)I")
                .allowBlockingCallsInside(
                        "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
                .allowBlockingCallsInside(
                        "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "shutdown")
                .allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor", "shutdownNow");
    }
}
