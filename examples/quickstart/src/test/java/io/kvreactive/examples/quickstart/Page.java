// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the documentation, and the program from which its pieces are taken. */
final class Page {

    private Page() {}

    static String read(String page) throws IOException {
        return Files.readString(Vectors.path("").getParent().resolve(page));
    }

    /** What a page shows in a language, in its order. */
    static List<String> blocks(String page, String language) throws IOException {
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(read(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The source of a program of this module. */
    static String source(Class<?> program) throws IOException {
        return Files.readString(Path.of("src/main/java", program.getName().replace('.', '/') + ".java"));
    }
}
