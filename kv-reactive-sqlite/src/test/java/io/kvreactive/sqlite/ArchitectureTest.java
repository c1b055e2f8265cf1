// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.sqlite");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive",
                "io.kvreactive.spi",
                "io.kvreactive.r2dbc.sqlite",
                "io.r2dbc.spi",
                "org.reactivestreams",
                "reactor..");
    }

    @Test
    void noDriverTypeIsInAPublicSignature() {
        rules.speakOnly("io.kvreactive.", "reactor.core").atMostPublicTypes("io.kvreactive.sqlite", 12);
    }

    @Test
    void theHouseRulesHold() {
        rules.hideImplementations().noGetters().neverBlock().packagesAreNullMarked();
    }
}
