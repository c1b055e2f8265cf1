// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of {@code docs/sqlite.md} are those of the classes, and each row that names a test names one that there is. */
class SqlitePageTest {

    private static final Pattern OPTION = Pattern.compile("\\| `(\\w+)` \\| `?([^|`]+)`? \\| ([^|]+) \\|\n");
    private static final Pattern FIGURE = Pattern.compile("\\| `(\\w+)\\.(\\w+)` \\|\n");

    private static String page(String name) throws IOException {
        return Files.readString(Vectors.path("").getParent().resolve("docs").resolve(name));
    }

    private static List<MatchResult> rows(Pattern pattern) throws IOException {
        return pattern.matcher(page("sqlite.md")).results().toList();
    }

    /** The options by name, in the order in which they are declared. */
    private static List<String> options() {
        return Arrays.stream(SqliteOptions.class.getDeclaredFields())
                .map(Field::getName)
                .filter(name -> Arrays.stream(SqliteOptions.Builder.class.getDeclaredMethods())
                        .map(Method::getName)
                        .anyMatch(name::equals))
                .toList();
    }

    @Test
    void theTableHasEveryOptionOfTheClassWithItsDefault() throws Exception {
        List<String> settable = Arrays.stream(SqliteOptions.Builder.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> method.getReturnType() == SqliteOptions.Builder.class)
                .map(Method::getName)
                .toList();
        assertThat(options()).containsExactlyInAnyOrderElementsOf(settable);
        assertThat(rows(OPTION)).extracting(row -> row.group(1)).containsExactlyElementsOf(options());
        for (MatchResult row : rows(OPTION)) {
            Object value = SqliteOptions.class.getMethod(row.group(1)).invoke(SqliteOptions.defaults());
            assertThat(row.group(2)).as(row.group(1)).isEqualTo(text(value));
            if (value instanceof Enum<?> choice) {
                assertThat(row.group(3))
                        .contains(Stream.of(choice.getDeclaringClass().getEnumConstants())
                                .map(constant -> "`" + constant + "`")
                                .toList());
            }
        }
    }

    private static String text(Object value) {
        if (value instanceof Duration duration) {
            return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
        }
        return value instanceof Long bytes ? (bytes >> 20) + " MiB" : value.toString();
    }

    @Test
    void everyFigureIsHeldByATestThatThereIs() throws Exception {
        assertThat(rows(FIGURE)).hasSizeGreaterThan(8);
        for (MatchResult row : rows(FIGURE)) {
            Class<?> type = Class.forName("io.kvreactive.sqlite." + row.group(1));
            assertThat(type.getDeclaredMethods()).extracting(Method::getName).contains(row.group(2));
        }
    }

    /** What is kept of Deno's, or is of no concern to us, has no test. */
    @ParameterizedTest
    @CsvSource({
        "sqlite-format.md, ## 9, sqlite, SqliteDefectsIT, 16",
        "keys-and-values.md, ## 11, deno, DenoDefectsIT, 13"
    })
    void everyDefectOfDenosHasATestNamedAfterItsRow(String page, String section, String name, String tests, int without)
            throws Exception {
        String text = page("spec/" + page);
        List<String> numbers = Pattern.compile("(?m)^\\| (\\d+) \\| ")
                .matcher(text.substring(text.indexOf("\n" + section)))
                .results()
                .map(row -> row.group(1))
                .filter(number -> Integer.parseInt(number) != without)
                .map(number -> name + (number.length() == 1 ? "0" + number : number))
                .toList();
        assertThat(numbers).hasSizeGreaterThan(14);
        assertThat(Arrays.stream(Class.forName("io.kvreactive.sqlite." + tests).getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(method -> method.getName().substring(0, name.length() + 2)))
                .containsExactlyInAnyOrderElementsOf(numbers);
    }
}
