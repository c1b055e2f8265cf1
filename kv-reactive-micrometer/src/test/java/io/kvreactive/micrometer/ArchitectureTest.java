// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.micrometer");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive", "io.kvreactive.spi", "io.micrometer..", "reactor..", "org.reactivestreams..");
    }

    @Test
    void theApiFitsAPage() {
        rules.atMostPublicTypes("io.kvreactive.micrometer", 6).hideImplementations();
    }

    @Test
    void nothingBlocks() {
        rules.neverBlock();
    }

    @Test
    void packagesAreNullMarked() {
        rules.packagesAreNullMarked();
    }
}
