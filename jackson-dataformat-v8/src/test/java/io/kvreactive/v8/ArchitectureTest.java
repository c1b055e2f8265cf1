// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import io.kvreactive.testsupport.HouseRules;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.FormatFeature;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.ObjectMapper;

class ArchitectureTest {

    /** What the data format overrides. */
    private static final String[] JACKSONS_GETTERS = Stream.of(
                    JsonParser.class,
                    JsonGenerator.class,
                    TokenStreamFactory.class,
                    FormatFeature.class,
                    JacksonModule.class,
                    ObjectMapper.class)
            .flatMap(type -> Stream.of(type.getMethods()))
            .map(Method::getName)
            .filter(name -> name.startsWith("get"))
            .distinct()
            .toArray(String[]::new);

    private final HouseRules rules = HouseRules.of("io.kvreactive.v8");

    @Test
    void theCodecDependsOnTheJdkAloneAndTheDataFormatOnJacksonToo() {
        rules.dependOnlyOn("tools.jackson..", "com.fasterxml.jackson.annotation..")
                .noArrow("io.kvreactive.v8", "tools.jackson..")
                .noArrow("io.kvreactive.v8", "com.fasterxml..")
                .noArrow("io.kvreactive.v8", "io.kvreactive.v8.jackson..");
    }

    @Test
    void thePublicApiFitsAPageAndSpeaksJavaAndJackson() {
        rules.atMostPublicTypes("io.kvreactive.v8", 30)
                .atMostPublicTypes("io.kvreactive.v8.jackson", 12)
                .speakOnly("tools.jackson.", "com.fasterxml.jackson.annotation.");
    }

    @Test
    void implementationsAreHiddenAndAccessorsNamedAfterTheThing() {
        rules.hideImplementations().noGetters(JACKSONS_GETTERS);
    }

    @Test
    void nothingBlocksAndPackagesAreNullMarked() {
        rules.neverBlock().packagesAreNullMarked();
    }
}
