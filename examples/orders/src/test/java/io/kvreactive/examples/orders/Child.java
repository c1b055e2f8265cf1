// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The application in a Java process of its own, with little memory. Its log is a file. */
final class Child {

    private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

    private final Process process;
    private final Path log;
    private final int port;

    private Child(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    static Child start(Path folder, String heap, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Path log = folder.resolve("application.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--server.port=0"));
        Stream.of(arguments).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Child(process, log, awaitPort(process, log));
    }

    private static int awaitPort(Process process, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (BufferedReader lines = Files.newBufferedReader(log)) {
                Matcher found = PORT.matcher(String.join("\n", lines.lines().toList()));
                if (found.find()) {
                    return Integer.parseInt(found.group(1));
                }
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        process.destroyForcibly();
        throw new AssertionError("the application did not start: " + Files.readString(log));
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the application did not stop");
        }
    }
}
