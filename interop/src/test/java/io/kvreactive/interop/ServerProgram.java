// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Our server as its users run it, the jar with everything in it, in a process of its own. Its log is in {@code target/server}. */
final class ServerProgram implements AutoCloseable {

    static final String TOKEN = "access-token-of-the-tests";

    private static final Path OUTPUT = Path.of("target", "server");
    private static final Path JARS = Path.of("..", "kv-reactive-server", "target");
    private static final Pattern LISTENING = Pattern.compile("Listening on (http://\\S+)\n");
    private static final Pattern CONNECTIONS = Pattern.compile("(?m)^kv_server_connections (\\d+)");
    private static final long PATIENCE_SECONDS = 60;

    private final List<String> command;
    private final Path log;
    private Process process;

    private ServerProgram(String name, String... arguments) throws IOException {
        Files.createDirectories(OUTPUT);
        this.log = OUTPUT.resolve(name + ".log.txt");
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString()));
        command.addAll(List.of(arguments));
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(JARS)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-standalone.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no standalone jar of the server"));
        }
    }

    /** Starts the program on a free port, which it keeps when it is started again, with these arguments after those of the address. */
    static ServerProgram start(String name, String... arguments) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        List<String> all = new ArrayList<>(List.of("serve", "--addr", "127.0.0.1:" + port));
        all.addAll(List.of(arguments));
        ServerProgram program = new ServerProgram(name, all.toArray(String[]::new));
        program.start();
        return program;
    }

    /** Starts the program, again if it was ended, and waits until it listens. */
    void start() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DENO_KV_ACCESS_TOKEN", TOKEN);
        process = builder.redirectError(log.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!LISTENING.matcher(log()).find()) {
            assertThat(process.isAlive()).as(log()).isTrue();
            assertThat(System.nanoTime()).as(log()).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    String url() throws IOException {
        Matcher matcher = LISTENING.matcher(log());
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    /** What it said since it was started last. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** How many connections it has open, by its own count; it needs {@code --metrics}. */
    int connections() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/metrics"))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        String page = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher matcher = CONNECTIONS.matcher(page);
        assertThat(matcher.find()).as(page).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    /** SIGKILL, and the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM, and the end. */
    void stop() throws InterruptedException {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the server ends")
                .isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
