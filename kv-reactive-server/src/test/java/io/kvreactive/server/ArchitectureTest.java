// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    /** What belongs to the program and not to the server that is embedded. */
    private static final String[] PROGRAM = {
        "Main", "ServerCommand", "ServeCommand", "CommandValues", "CommandErrors", "PrometheusPage"
    };

    private final HouseRules rules = HouseRules.of("io.kvreactive.server");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                "io.kvreactive",
                "io.kvreactive.spi",
                "io.kvreactive.proto",
                "io.kvreactive.sqlite",
                "io.micrometer..",
                "io.netty..",
                "javax.crypto..",
                "javax.net.ssl",
                "org.reactivestreams",
                "picocli..",
                "reactor..",
                "tools.jackson.core..");
    }

    @Test
    void onlyTheProgramKnowsABackendAndACommandLine() {
        rules.onlyUsedBy("io.kvreactive.sqlite..", PROGRAM)
                .onlyUsedBy("picocli..", PROGRAM)
                .onlyUsedBy("io.micrometer..", "MicrometerServerObserver", "PrometheusPage");
    }

    @Test
    void theApiIsSmallAndShowsNoHttpServer() {
        rules.speakOnly(
                        "io.kvreactive.",
                        "javax.net.ssl.SSLContext",
                        "reactor.core",
                        // Of the class whose matter it is.
                        "io.micrometer.core.instrument.MeterRegistry")
                .neverUses("io.kvreactive.proto.Datapath")
                .atMostPublicTypes("io.kvreactive.server", 10);
    }

    @Test
    void theHouseRulesHold() {
        rules.hideImplementations().noGetters().neverBlock(PROGRAM).packagesAreNullMarked();
    }
}
