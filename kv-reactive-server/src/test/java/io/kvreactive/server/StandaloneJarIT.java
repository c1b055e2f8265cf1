// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.proto.WriteAnswer;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user runs it: {@code java -jar}. */
class StandaloneJarIT {

    private static final Pattern LISTENING = Pattern.compile("Listening on (http://\\S+)\n");
    private static final int TERMINATED = 128 + 15;
    private static final byte[] KEY = KvKey.of("key").encoded();

    @TempDir
    Path folder;

    /** A run of the program. */
    private final class Program implements AutoCloseable {
        private final Process process;
        private final Path errors;

        Program(Map<String, String> environment, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    jar().toString()));
            command.addAll(List.of(arguments));
            errors = Files.createTempFile(folder, "errors", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            process = builder.redirectError(errors.toFile())
                    .redirectOutput(
                            errors.resolveSibling(errors.getFileName() + ".out").toFile())
                    .start();
        }

        String errors() {
            try {
                return Files.readString(errors);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String url() {
            Waiting.until("it listens", () -> LISTENING.matcher(errors()).find() || !process.isAlive());
            Matcher matcher = LISTENING.matcher(errors());
            assertThat(matcher.find()).as(errors()).isTrue();
            return matcher.group(1);
        }

        int exitCode() throws InterruptedException {
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(errors()).isTrue();
            return process.exitValue();
        }

        int stopped() throws InterruptedException {
            process.destroy();
            return exitCode();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static Path jar() {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-standalone.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no standalone jar; the phase package makes it"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itServesAFileAndKeepsItWhenItIsStoppedBySignal() throws Exception {
        Path file = folder.resolve("kv.sqlite");
        String[] arguments = {"--sqlite-path", file.toString(), "serve", "--addr", "127.0.0.1:0", "--access-log"};
        Map<String, String> environment = Map.of("DENO_KV_ACCESS_TOKEN", TestServers.TOKEN);
        WriteAnswer written;
        try (Program program = new Program(environment, arguments)) {
            Caller caller = Caller.at(program.url());
            written = caller.writeWell(caller.metadata("/"), Caller.set(KEY, KvValue.of(KvU64.of(42))));
            assertThat(written.status()).isEqualTo(WriteAnswer.SUCCESS);
            caller.exchange("/", "not-the-access-token", "").refused(401);
            assertThat(program.stopped()).isEqualTo(TERMINATED);
            assertThat(program.errors())
                    .contains("write 200 in")
                    .contains("metadata 401 in")
                    .doesNotContain(TestServers.TOKEN, "SLF4J", "Exception", "WARNING");
        }
        String[] readOnly =
                Stream.concat(Stream.of(arguments), Stream.of("--read-only")).toArray(String[]::new);
        try (Program program = new Program(environment, readOnly)) {
            Caller caller = Caller.at(program.url());
            Caller.Metadata metadata = caller.metadata("/");
            assertThat(caller.readWell(metadata, ReadRange.point(KEY))
                            .ranges()
                            .get(0)
                            .get(0)
                            .versionstamp())
                    .isEqualTo(written.versionstamp());
            assertThat(caller.writeWell(metadata, Caller.set(KEY, KvValue.of(KvU64.of(43))))
                            .status())
                    .isEqualTo(WriteAnswer.WRITE_DISABLED);
        }
    }

    @Test
    void itServesAFolderOfDatabasesAndItsMeters() throws Exception {
        Map<String, String> environment = Map.of(
                "DENO_KV_ACCESS_TOKEN",
                TestServers.TOKEN,
                "DENO_KV_SQLITE_PATH",
                folder.resolve("main.sqlite").toString());
        try (Program program = new Program(
                environment,
                "serve",
                "--addr",
                "127.0.0.1:0",
                "--data-dir",
                folder.resolve("data").toString(),
                "--metrics")) {
            Caller caller = Caller.at(program.url());
            caller.works(caller.metadata("/"));
            caller.works(caller.metadata("/db/orders"));
            assertThat(folder.resolve("data").resolve("orders.sqlite")).exists();
            assertThat(folder.resolve("main.sqlite")).exists();
            String page = caller.get("/metrics", "Authorization", "Bearer " + TestServers.TOKEN)
                    .expect(200)
                    .text();
            assertThat(page)
                    .contains("kv_server_requests_seconds_count{operation=\"write\",status=\"200\"} 2")
                    .contains("kv_server_databases 2");
        }
    }

    @Test
    void whatKeepsItFromServingIsToldWithACodeOfItsOwn() throws Exception {
        Map<String, String> environment = Map.of("DENO_KV_ACCESS_TOKEN", TestServers.TOKEN);
        try (Program first = new Program(environment, "--sqlite-path", "memory:", "serve", "--addr", "127.0.0.1:0")) {
            String address = first.url().substring("http://".length());
            try (Program second = new Program(environment, "--sqlite-path", "memory:", "serve", "--addr", address)) {
                assertThat(second.exitCode()).isEqualTo(CommandErrors.ADDRESS);
                assertThat(second.errors())
                        .contains("cannot listen on " + address)
                        .doesNotContain("\tat ");
            }
        }
        Path noDatabase =
                Files.writeString(folder.resolve("text.sqlite"), "text ".repeat(1_000), StandardCharsets.UTF_8);
        for (Path file : List.of(noDatabase, folder.resolve("no/folder/kv.sqlite"))) {
            try (Program program =
                    new Program(environment, "--sqlite-path", file.toString(), "serve", "--addr", "127.0.0.1:0")) {
                assertThat(program.exitCode()).isEqualTo(CommandErrors.DATABASE);
                assertThat(program.errors()).contains(file.toString()).doesNotContain("\tat ");
            }
        }
        try (Program program = new Program(Map.of(), "--sqlite-path", "memory:", "serve", "--access-token", "short")) {
            assertThat(program.exitCode()).isEqualTo(CommandErrors.USAGE);
            assertThat(program.errors()).contains("at least 12 characters");
        }
    }
}
