// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeIT {

    private static final Path PROJECT = Vectors.path("").getParent();

    @TempDir
    Path folder;

    @Test
    void theFirstProgramIsTheOneThatIsCompiledHere() throws IOException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PROJECT.resolve("README.md")));
        assertThat(block.find()).isTrue();
        String source = Files.readString(Path.of("src/main/java/io/kvreactive/examples/quickstart/FirstProgram.java"));
        assertThat(source).endsWith(block.group(1));
    }

    @Test
    void theFirstProgramPrintsWhatTheReadmeSays() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        FirstProgram.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(program.getInputStream().readAllBytes());
        assertThat(program.waitFor()).as(printed).isZero();
        assertThat(Files.readString(PROJECT.resolve("README.md"))).contains("It prints `" + printed.strip() + "`");
        assertThat(folder.toFile().list()).containsExactly("orders.sqlite");
    }
}
