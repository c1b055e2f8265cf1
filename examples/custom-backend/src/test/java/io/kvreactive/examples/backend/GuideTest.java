// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/custom-backend.md} shows is what is compiled and tested here. */
class GuideTest {

    private static final Path GUIDE = Vectors.path("").getParent().resolve("docs/custom-backend.md");

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }

    private static String sources(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return String.join(
                    "\n",
                    files.filter(Files::isRegularFile).map(GuideTest::read).toList());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyPieceOfJavaIsTakenFromTheSources() throws IOException {
        String sources = sources("src/main/java") + sources("src/test/java");
        assertThat(blocks("java"))
                .hasSizeGreaterThan(4)
                .allSatisfy(block -> assertThat(sources).contains(block));
    }

    @Test
    void theGuideShowsTheWholeDatabaseButForItsImports() throws IOException {
        String guide = Files.readString(GUIDE);
        String source = read(Path.of("src/main/java/io/kvreactive/examples/backend/TreeMapDatabase.java"));
        List<String> members = Stream.of(source.substring(source.indexOf("final class"), source.lastIndexOf("}"))
                        .split("\n\n"))
                .map(String::strip)
                .toList();
        assertThat(members)
                .hasSizeGreaterThan(8)
                .allSatisfy(member -> assertThat(guide).contains(member));
    }

    @Test
    void theServiceFileIsTheOneThatIsRegistered() throws IOException {
        assertThat(blocks("text")).containsExactly(sources("src/main/resources"));
    }

    @Test
    void theDependencyIsTheOneOfThisBuild() throws IOException {
        String pom = read(Path.of("pom.xml")).replaceAll("\\s+", "");
        assertThat(blocks("xml"))
                .isNotEmpty()
                .allSatisfy(block -> assertThat(pom).contains(block.replaceAll("\\s+", "")));
    }
}
