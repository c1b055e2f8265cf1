// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.proto;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules all = HouseRules.of("io.kvreactive.proto");
    private final HouseRules ours = all.leavingOut("Datapath");

    @Test
    void theArrowsOfTheHouseHold() {
        all.dependOnlyOn("io.kvreactive", "io.kvreactive.spi", "com.google.protobuf..");
    }

    @Test
    void generatedClassesAreUsedByTheMapperOnly() {
        all.isUsedOnlyBy("Datapath", "WireMapper", "WireWrites");
    }

    @Test
    void noGeneratedTypeIsInAPublicSignature() {
        ours.speakOnly("io.kvreactive.").atMostPublicTypes("io.kvreactive.proto", 8);
    }

    @Test
    void theHouseRulesHold() {
        ours.hideImplementations().noGetters().neverBlock().packagesAreNullMarked();
    }
}
