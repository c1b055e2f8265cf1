// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** From the texts of a command line to what they mean. */
final class CommandValues {

    private static final Pattern TIME = Pattern.compile("([0-9]+)(ms|s|m|h)");
    private static final Set<String> MEMORY = Set.of("memory:", ":memory:");

    private CommandValues() {}

    static Duration duration(String text) {
        Matcher matcher = TIME.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is no time; write such as 500ms, 30s, 5m or 1h");
        }
        try {
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        } catch (NumberFormatException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is too long a time");
        }
    }

    /** {@code HOST:PORT}, where the host may be an IPv6 address in brackets. */
    static void address(String text, ServerOptionsBuilder builder) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            host = "";
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException(
                    "--addr must be HOST:PORT, such as 127.0.0.1:4512 or [::1]:4512, and not " + text);
        }
        try {
            builder.host(host).port(Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the port of --addr must be a number: " + text);
        }
    }

    static boolean isMemory(String sqlitePath) {
        return MEMORY.contains(sqlitePath);
    }

    /** A folder, made if it is not there. */
    static Path folder(Path path) {
        try {
            return Files.createDirectories(path);
        } catch (IOException e) {
            throw new IllegalArgumentException("--data-dir " + path + " is no folder and cannot be made one: " + e);
        }
    }
}
