// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process beside the test, which reports lines and is ended with the test. Its errors are written to a file. */
class Child implements AutoCloseable {

    private static final int SECONDS = 180;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String END = "";

    private final String name;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** Starts the process. */
    Child(String name, Path folder, ProcessBuilder builder) throws IOException {
        Files.createDirectories(folder);
        this.name = name;
        this.errors = folder.resolve(name + ".errors.txt");
        this.process = builder.redirectError(errors.toFile()).start();
        Thread reader = new Thread(this::readLines, "child-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** The next report, of one JSON line. */
    JsonNode next() throws InterruptedException {
        return JSON.readTree(nextLine());
    }

    /** The next line that the process reports. */
    String nextLine() throws InterruptedException {
        String line = poll();
        assertThat(line).as("a report of %s: %s", name, errorText()).isNotEqualTo(END);
        return line;
    }

    /** All that the process still reports until it ends. */
    List<JsonNode> rest() throws InterruptedException {
        return restLines().stream().map(JSON::readTree).toList();
    }

    /** All lines that the process still reports until it ends. */
    List<String> restLines() throws InterruptedException {
        List<String> rest = new ArrayList<>();
        for (String line = poll(); !line.equals(END); line = poll()) {
            rest.add(line);
        }
        return rest;
    }

    private String poll() throws InterruptedException {
        String line = lines.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(line)
                .as("a report of %s within %d seconds: %s", name, SECONDS, errorText())
                .isNotNull();
        return line;
    }

    /** Lets a waiting process go on. */
    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /** Ends the process at once, in the middle of whatever it does. */
    void kill() {
        process.destroyForcibly();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s ends", name)
                .isTrue();
        return process.exitValue();
    }

    String errorText() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void readLines() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // The process was ended; what it said so far counts.
        }
        lines.add(END);
    }
}
