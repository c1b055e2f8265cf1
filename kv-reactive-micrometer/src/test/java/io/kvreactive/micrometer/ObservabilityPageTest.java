// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.spi.KvOperation;
import io.micrometer.common.docs.KeyName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/observability.md} are those of the enums, word for word. */
class ObservabilityPageTest {

    private static final Path PAGE = Path.of("..", "docs", "observability.md");
    private static final Path SOURCES = Path.of("src", "main", "java", "io", "kvreactive", "micrometer");

    @Test
    void theObservationsAreThoseOfTheEnum() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains(table(
                        "| observation | what it is |\n| --- | --- |\n",
                        KvObservationDocumentation.values(),
                        o -> "| `" + o.getName() + "` | " + sentence("KvObservationDocumentation", o) + " |"))
                .contains(table(
                        "| key | what it tells |\n| --- | --- |\n",
                        KvObservationDocumentation.LowCardinality.values(),
                        k -> "| `" + k.asString() + "` | " + sentence("KvObservationDocumentation", k) + " |"));
        assertThat(Arrays.stream(KvObservationDocumentation.values()))
                .allMatch(o -> Arrays.equals(
                        o.getLowCardinalityKeyNames(), KvObservationDocumentation.LowCardinality.values()));
    }

    @Test
    void theMetersAreThoseOfTheEnum() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains(table(
                        "| meter | type | unit | tags | what it tells |\n| --- | --- | --- | --- | --- |\n",
                        KvMeterDocumentation.values(),
                        m -> "| `" + m.getName() + "` | "
                                + m.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " | "
                                + m.getBaseUnit()
                                + " | " + tags(m.getKeyNames()) + " | " + sentence("KvMeterDocumentation", m) + " |"))
                .contains(table(
                        "| tag | what it tells |\n| --- | --- |\n",
                        KvMeterDocumentation.Tag.values(),
                        t -> "| `" + t.asString() + "` | " + sentence("KvMeterDocumentation", t) + " |"));
    }

    @Test
    void theOperationsAreThoseOfTheSpi() throws IOException {
        assertThat(Files.readString(PAGE).replaceAll("\\s+", " "))
                .contains(Arrays.stream(KvOperation.Kind.values())
                        .map(kind -> "`" + kind.text() + "`")
                        .collect(Collectors.joining(", ")));
    }

    private static <E> String table(String head, E[] rows, Function<E, String> row) {
        return head + Stream.of(rows).map(row).collect(Collectors.joining("\n")) + "\n\n";
    }

    private static String tags(KeyName[] keys) {
        return Stream.of(keys).map(key -> "`" + key.asString() + "`").collect(Collectors.joining(", "));
    }

    /** The comment of a constant, as the page has it. */
    private static String sentence(String file, Enum<?> constant) {
        String source;
        try {
            source = Files.readString(SOURCES.resolve(file + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Matcher comment = Pattern.compile("/\\*\\*((?:(?!\\*/).)*)\\*/\\s+" + constant.name() + "\\(", Pattern.DOTALL)
                .matcher(source)
                .region(source.indexOf("enum " + constant.getDeclaringClass().getSimpleName()), source.length());
        assertThat(comment.find()).as(constant.name()).isTrue();
        return comment.group(1)
                .replaceAll("\\n\\s*\\* ?", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .strip();
    }
}
