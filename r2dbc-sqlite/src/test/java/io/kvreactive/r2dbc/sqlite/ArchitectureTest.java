// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.kvreactive.testsupport.HouseRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final String ROOT = "io.kvreactive.r2dbc.sqlite";

    @Test
    void theHouseRulesAreKept() {
        HouseRules.of(ROOT)
                .dependOnlyOn(
                        "reactor..", "org.reactivestreams..", "io.r2dbc.spi..", "org.sqlite..", "org.springframework..")
                .speakOnly(
                        "io.r2dbc.spi.",
                        "org.reactivestreams.Publisher",
                        "reactor.core.publisher.Mono",
                        "org.springframework.")
                .atMostPublicTypes(ROOT, 12)
                .atMostPublicTypes(ROOT + ".spring", 2)
                .noArrow(ROOT, ROOT + ".spring")
                .noArrow(ROOT + ".spring", ROOT)
                .noArrow(ROOT, "org.springframework..")
                .hideImplementations()
                .neverBlock("SqliteWorker", "ExecutionGuard")
                .packagesAreNullMarked();
    }

    @Test
    void onlyOneClassNamesTheNativeBinding() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);

        noClasses()
                .that()
                .haveNameNotMatching(".*\\.JniSession(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.sqlite..")
                .check(classes);
    }
}
