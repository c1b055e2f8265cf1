// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages for users of Spring: their programs are compiled, and the table of properties is that of the metadata which IDEs read. */
class PagesTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Path TESTS = Path.of("src", "test", "java", "io", "kvreactive", "spring");
    private static final Path METADATA = Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json");

    @Test
    void everyPropertyIsInTheReferenceWithItsDefaultAndMeaning() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (JsonNode property : JsonMapper.builder().build().readTree(METADATA).get("properties")) {
            rows.put(property.get("name").asString(), row(property));
        }
        assertThat(rows).hasSizeGreaterThan(40);
        List<String> page = Files.readAllLines(DOCS.resolve("configuration.md"));
        assertThat(page.stream().filter(line -> line.startsWith("| `")))
                .containsExactlyInAnyOrderElementsOf(rows.values());
    }

    private static String row(JsonNode property) {
        JsonNode byDefault = property.get("defaultValue");
        String description = property.get("description").asString();
        return "| `" + property.get("name").asString() + "` | "
                + (byDefault == null ? "" : "`" + byDefault.asString() + "`") + " | "
                + Character.toLowerCase(description.charAt(0))
                + description.substring(1).replaceAll("\\.$", "")
                + choices(property.get("type").asString()) + " |";
    }

    private static String choices(String type) {
        Class<?> found;
        try {
            found = Class.forName(type);
        } catch (ClassNotFoundException e) {
            return "";
        }
        return found.isEnum()
                ? Arrays.stream(found.getEnumConstants())
                        .map(choice -> "`" + dashed((Enum<?>) choice) + "`")
                        .collect(Collectors.joining(", ", ": ", ""))
                : "";
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @ParameterizedTest
    @CsvSource({"spring.md, PagePrograms.java, 2", "testing.md, TestingPageTest.java, 2"})
    void theProgramsAreCompiled(String page, String source, int atLeast) throws IOException {
        String compiled = squeezed(
                        Files.readString(TESTS.resolve(source)) + Files.readString(TESTS.resolve("PagePrograms.java")))
                .replace("staticclassCarts", "classCarts")
                .replace("staticclassDatabases", "classDatabases");
        List<String> programs = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map(block -> squeezed(block.group(1)))
                .toList();
        assertThat(programs)
                .hasSizeGreaterThanOrEqualTo(atLeast)
                .allSatisfy(p -> assertThat(compiled).contains(p));
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s", "");
    }
}
