// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The lines that {@code interop/run} prints at its end. */
final class Summary {

    private static final Path FOLDER = Path.of("target", "summary");

    private Summary() {}

    static void print(String part, String text) throws IOException {
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve(part + ".txt"), "interop: " + text + System.lineSeparator());
        System.out.println("interop: " + text);
    }

    /** {@code   k what: name, name (reason); name (reason)}, in the order of the reasons. */
    static String named(String what, Map<String, String> reasonsByName) {
        Map<String, String> namesByReason = new TreeMap<>();
        new TreeMap<>(reasonsByName)
                .forEach((name, reason) -> namesByReason.merge(reason, name, (a, b) -> a + ", " + b));
        return System.lineSeparator() + "  " + reasonsByName.size() + " " + what + ": "
                + namesByReason.entrySet().stream()
                        .map(e -> e.getValue() + " (" + e.getKey() + ")")
                        .collect(Collectors.joining("; "));
    }
}
