// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.testsupport;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound that Netty's allocator may take a lock while it grows, which it seldom does and never for long: none of ours could help it. Found
 * by {@code ServiceLoader}, so every test run with this module on its class path has it.
 */
public final class NettyAllocatorGrows implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        String magazines = "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup";
        builder.allowBlockingCallsInside(magazines, "tryExpandMagazines").allowBlockingCallsInside(magazines, "free");
    }
}
