// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.NettyLeaks;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The search for buffers that nobody released, which follows every class of tests here, finds one. */
class NettyLeaksTest {

    @Test
    void aBufferThatNobodyReleasesIsFound() {
        assertThat(NettyLeaks.take()).isEmpty();
        forget();
        List<String> found = NettyLeaks.take();
        assertThat(found).hasSize(1);
        assertThat(found.get(0)).contains("NettyLeaksTest.forget");
        assertThat(NettyLeaks.take()).isEmpty();
    }

    private static void forget() {
        ByteBufAllocator.DEFAULT.buffer().writeByte(1);
    }
}
