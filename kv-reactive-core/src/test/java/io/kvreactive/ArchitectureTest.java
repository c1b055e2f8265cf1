// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private final HouseRules rules = HouseRules.of("io.kvreactive");

    @Test
    void theArrowsOfTheHouseHold() {
        rules.dependOnlyOn(
                        "io.kvreactive.v8",
                        "io.kvreactive.v8.jackson",
                        "tools.jackson..",
                        "reactor..",
                        "org.reactivestreams..")
                .noArrow("io.kvreactive", "io.kvreactive.memory..")
                .noArrow("io.kvreactive.spi", "io.kvreactive.memory..")
                .noArrow("io.kvreactive", "io.kvreactive.ndjson..")
                .noArrow("io.kvreactive.spi", "io.kvreactive.ndjson..");
    }

    @Test
    void theApiSpeaksJavaReactorAndItselfAndTakesAMapper() {
        // The one type of Jackson is that of the mapper which the options take.
        rules.speakOnly(
                "reactor.core", "reactor.util.context", "org.reactivestreams", "io.kvreactive.v8.jackson.V8Mapper");
    }

    @Test
    void theApiFitsAPage() {
        rules.atMostPublicTypes("io.kvreactive", 40)
                .atMostPublicTypes("io.kvreactive.spi", 26)
                .atMostPublicTypes("io.kvreactive.memory", 1)
                .atMostPublicTypes("io.kvreactive.ndjson", 8)
                .hideImplementations()
                .noGetters("getMany");
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
