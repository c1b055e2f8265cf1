// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.v8");

    @Test
    void theCodecDependsOnTheJdkAlone() {
        rules.dependOnlyOn();
    }

    @Test
    void thePublicApiFitsAPageAndSpeaksJavaAlone() {
        rules.atMostPublicTypes("io.kvreactive.v8", 30).speakOnly();
    }

    @Test
    void implementationsAreHiddenAndAccessorsNamedAfterTheThing() {
        rules.hideImplementations().noGetters();
    }

    @Test
    void nothingBlocksAndPackagesAreNullMarked() {
        rules.neverBlock().packagesAreNullMarked();
    }
}
