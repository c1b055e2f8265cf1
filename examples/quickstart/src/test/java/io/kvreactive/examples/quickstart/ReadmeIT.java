// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeIT {

    @TempDir
    Path folder;

    @Test
    void theFirstProgramIsTheOneThatIsCompiledHere() throws IOException {
        assertThat(Page.source(FirstProgram.class))
                .endsWith(Page.blocks("README.md", "java").get(0));
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
        assertThat(Page.read("README.md")).contains("It prints `" + printed.strip() + "`");
        assertThat(folder.toFile().list()).containsExactly("orders.sqlite");
    }
}
