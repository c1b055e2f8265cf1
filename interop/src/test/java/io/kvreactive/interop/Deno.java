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

/** A script of {@code interop/deno} in a Deno of its own, which reports JSON lines. What it says is written to {@code target/deno} too. */
final class Deno implements AutoCloseable {

    private static final Path PROGRAM = Path.of("node_modules", "deno", "deno");
    private static final Path OUTPUT = Path.of("target", "deno");
    private static final int SECONDS = 180;
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String END = "";

    private final String script;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private Deno(String script, List<String> arguments) throws IOException {
        assertThat(PROGRAM).as("Deno, which interop/run installs with npm").isExecutable();
        Files.createDirectories(OUTPUT);
        this.script = script;
        this.errors = OUTPUT.resolve(script + ".errors.txt");
        List<String> command = new ArrayList<>(List.of(
                PROGRAM.toAbsolutePath().toString(),
                "run",
                "--quiet",
                "--no-config",
                "--no-lock",
                "--no-remote",
                "--no-npm",
                "--unstable-kv",
                "-A",
                Path.of("deno", script).toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("NO_COLOR", "1");
        builder.environment().put("DENO_NO_UPDATE_CHECK", "1");
        builder.environment()
                .put("DENO_DIR", OUTPUT.resolve("cache").toAbsolutePath().toString());
        this.process = builder.start();
        Thread reader = new Thread(this::readLines, "deno-" + script);
        reader.setDaemon(true);
        reader.start();
    }

    static Deno start(String script, Object... arguments) throws IOException {
        return new Deno(
                script, List.of(arguments).stream().map(Object::toString).toList());
    }

    /** The next line that the script reports. */
    JsonNode next() throws InterruptedException {
        String line = lines.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(line)
                .as("a report of %s: %s", script, errorText())
                .isNotNull()
                .isNotEqualTo(END);
        return JSON.readTree(line);
    }

    /** All that the script still reports until it ends by itself. */
    List<JsonNode> rest() throws InterruptedException {
        List<JsonNode> reports = new ArrayList<>();
        while (true) {
            String line = lines.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("%s within %d seconds", script, SECONDS).isNotNull();
            if (line.equals(END)) {
                return reports;
            }
            reports.add(JSON.readTree(line));
        }
    }

    /** Lets a waiting script go on. */
    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                .as("%s ends", script)
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
