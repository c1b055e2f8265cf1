// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What real clients do another way than Deno does with a database of its own, whatever the server: {@code client-differences.txt}. Names of steps
 * of {@code deno/operations.mjs}, with the reasons that they stand under.
 */
final class ClientDifferences {

    private static final Path FILE = Path.of("src", "test", "resources", "client-differences.txt");

    private ClientDifferences() {}

    /** The reasons by the names of the steps, of a section. */
    static Map<String, String> of(String section) throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        boolean isInside = false;
        String reason = "";
        for (String line : Files.readAllLines(FILE)) {
            if (line.startsWith("[")) {
                isInside = line.equals("[" + section + "]");
            } else if (isInside && line.startsWith("  ")) {
                if (reasons.put(line.strip(), reason) != null) {
                    throw new IllegalStateException(line.strip() + " is listed twice");
                }
            } else if (!line.isBlank()) {
                reason = line;
            }
        }
        return reasons;
    }
}
