// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.test");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive",
                "io.kvreactive.spi",
                "io.kvreactive.ndjson",
                "io.kvreactive.v8",
                "org.junit.jupiter.api..",
                "org.junit.jupiter.params..",
                "org.assertj.core..",
                // Of TcpFaults, which is for whoever has Reactor Netty.
                "io.netty.channel",
                "org.reactivestreams",
                "reactor..",
                "tools.jackson.databind..");
    }

    @Test
    void theApiIsSmallAndSpeaksOfCoreJUnitAndMono() {
        rules.speakOnly("reactor.blockhound", "io.kvreactive.", "org.junit.jupiter.api.", "reactor.core.publisher.Mono")
                .atMostPublicTypes("io.kvreactive.test", 7);
    }

    @Test
    void theHouseRulesHold() {
        rules.hideImplementations().noGetters("getZone").packagesAreNullMarked();
    }

    @Test
    void onlyTestsAndTheCallbacksOfJUnitBlock() {
        rules.neverBlock("ContractPart", "KvExtension");
    }
}
