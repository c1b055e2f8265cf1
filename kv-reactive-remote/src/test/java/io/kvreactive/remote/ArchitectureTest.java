// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive.remote");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive",
                "io.kvreactive.spi",
                "io.kvreactive.proto",
                "io.netty..",
                "javax.net.ssl",
                "org.reactivestreams",
                "reactor..",
                "tools.jackson.core..",
                "tools.jackson.databind..");
    }

    @Test
    void theApiIsSmallAndShowsTheHttpClientInOneOptionOnly() {
        rules.speakOnly(
                        "io.kvreactive.",
                        "javax.net.ssl.SSLContext",
                        "reactor.core",
                        "reactor.netty.http.client.HttpClient")
                .neverUses("io.kvreactive.proto.Datapath")
                .atMostPublicTypes("io.kvreactive.remote", 6);
    }

    @Test
    void theHouseRulesHold() {
        rules.hideImplementations().noGetters().neverBlock().packagesAreNullMarked();
    }
}
