// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.spring");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive",
                "io.kvreactive.sqlite",
                "io.kvreactive.remote",
                "io.kvreactive.server",
                "io.kvreactive.micrometer",
                "io.kvreactive.spi",
                "io.kvreactive.v8.jackson",
                "io.micrometer..",
                "org.springframework..",
                "org.apache.commons.logging..",
                "tools.jackson..",
                // Of the server, to cut a connection.
                "reactor..",
                "io.netty..",
                "org.reactivestreams..");
    }

    @Test
    void theApiFitsAPage() {
        rules.atMostPublicTypes("io.kvreactive.spring", 8).hideImplementations();
    }

    @Test
    void nothingBlocksButSpringsStart() {
        // What SmartLifecycle.start() returns from has started.
        rules.neverBlock("KvLifecycle", "ServerLifecycle");
    }

    @Test
    void packagesAreNullMarked() {
        rules.packagesAreNullMarked();
    }
}
