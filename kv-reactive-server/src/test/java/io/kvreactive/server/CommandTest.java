// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.sqlite.SqliteOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The command line: what it means, and what is said about one that means nothing. */
class CommandTest {

    private static final String TOKEN = "access-token-of-the-tests";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private CommandLine command() {
        return Main.commandLine(new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** The options that a command line means. */
    private ServerOptions options(String... arguments) {
        CommandLine.ParseResult parsed = command().parseArgs(arguments);
        ServeCommand serve = (ServeCommand) parsed.subcommand().commandSpec().userObject();
        return serve.options();
    }

    @Test
    void theCommandLineOfTheReferenceServerIsUnderstood() {
        ServerOptions options = options(
                "--sqlite-path",
                "/data/denokv.sqlite3",
                "serve",
                "--addr",
                "127.0.0.1:4513",
                "--access-token",
                TOKEN,
                "--read-only",
                "--num-workers",
                "4",
                "--atomic-write-batch-timeout-ms",
                "5");
        assertThat(options.host()).isEqualTo("127.0.0.1");
        assertThat(options.port()).isEqualTo(4513);
        assertThat(options.databaseUrl()).hasToString("sqlite:/data/denokv.sqlite3");
        assertThat(options.access()).isEqualTo(ServerOptions.Access.READ_ONLY);
        assertThat(options.accessToken()).isEqualTo(TOKEN);
        SqliteOptions sqlite =
                options.databaseOptions().find(SqliteOptions.class).orElseThrow();
        assertThat(sqlite.readers()).isEqualTo(4);
        assertThat(sqlite.access()).isEqualTo(SqliteOptions.Access.READ_ONLY);
    }

    @Test
    void whatIsNotGivenIsAsTheDefaultsSay() {
        ServerOptions options = options("serve", "--sqlite-path", ":memory:", "--access-token=" + TOKEN);
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.port()).isEqualTo(ServerOptions.DEFAULT_PORT);
        assertThat(options.databaseUrl()).hasToString("memory:");
        assertThat(options.limits()).hasToString(ServerLimits.defaults().toString());
        assertThat(options.tokenLifetime()).isEqualTo(ServerOptions.DEFAULT_TOKEN_LIFETIME);
        assertThat(options.watchPing()).isEqualTo(ServerOptions.DEFAULT_WATCH_PING);
        assertThat(options.stopGrace()).isEqualTo(ServerOptions.DEFAULT_STOP_GRACE);
        assertThat(options.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(options.access()).isEqualTo(ServerOptions.Access.READ_WRITE);
        assertThat(options.accessLog()).isEqualTo(ServerOptions.AccessLog.OFF);
        assertThat(options.metricsPage()).isNull();
        assertThat(options.toString()).doesNotContain(TOKEN);
    }

    @Test
    void everyOptionArrivesWhereItBelongs() {
        ServerOptions options = options(
                "serve",
                "--data-dir",
                folder.resolve("new").toString(),
                "--access-token",
                TOKEN,
                "--addr",
                "[::1]:0",
                "--database-token",
                "orders=another-access-token",
                "--database-id",
                "a1b2c3d4-0000-4000-8000-000000000001",
                "--public-url",
                "https://kv.example.com/x",
                "--trust-forwarded",
                "--tls-cert",
                "c.pem",
                "--tls-key",
                "k.pem",
                "--token-lifetime",
                "10m",
                "--watch-ping",
                "2s",
                "--stop-grace",
                "500ms",
                "--event-loops",
                "3",
                "--access-log",
                "--metrics",
                "--max-body",
                "1",
                "--max-header",
                "2",
                "--max-connections",
                "3",
                "--max-streams",
                "4",
                "--max-watches",
                "5",
                "--max-answers",
                "6",
                "--max-databases",
                "7",
                "--request-timeout",
                "8s",
                "--idle-timeout",
                "9s",
                "--slow-watch-timeout",
                "10s",
                "--database-idle-time",
                "1h");
        assertThat(options.host()).isEqualTo("::1");
        assertThat(options.databaseUrl()).isNull();
        assertThat(folder.resolve("new")).isDirectory();
        assertThat(options.namedDatabases().apply("orders"))
                .isEqualTo("sqlite:" + folder.resolve("new").toAbsolutePath().resolve("orders.sqlite"));
        assertThat(options.databaseTokens()).containsOnlyKeys("orders").containsValue("another-access-token");
        assertThat(options.databaseId()).hasToString("a1b2c3d4-0000-4000-8000-000000000001");
        assertThat(options.publicUrl()).isEqualTo(URI.create("https://kv.example.com/x"));
        assertThat(options.forwardedHeaders()).isEqualTo(ServerOptions.ForwardedHeaders.TRUST);
        assertThat(options.tls()).isNotNull();
        assertThat(options.tokenLifetime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options.watchPing()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.stopGrace()).isEqualTo(Duration.ofMillis(500));
        assertThat(options.workers()).isEqualTo(3);
        assertThat(options.accessLog()).isEqualTo(ServerOptions.AccessLog.ON);
        assertThat(options.metricsPage().get()).contains("kv_server_connections");
        assertThat(options.limits())
                .hasToString(ServerLimits.builder()
                        .bodyBytes(1)
                        .headerBytes(2)
                        .connections(3)
                        .streams(4)
                        .watches(5)
                        .answerBytes(6)
                        .databases(7)
                        .requestTimeout(Duration.ofSeconds(8))
                        .idleTimeout(Duration.ofSeconds(9))
                        .slowWatchTimeout(Duration.ofSeconds(10))
                        .databaseIdleTime(Duration.ofHours(1))
                        .build()
                        .toString());
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aCommandLineThatMeansNothingIsToldAndEndsWithTwo(String expected, List<String> arguments) {
        assertThat(command().execute(arguments.toArray(String[]::new))).isEqualTo(CommandErrors.USAGE);
        assertThat(err.toString())
                .startsWith("kv-reactive-server: ")
                .contains(expected)
                .contains("--help")
                .doesNotContain("Exception", "\tat ", "SECRET");
    }

    static Stream<Arguments> wrong() {
        List<String> good = List.of("--sqlite-path", "memory:", "serve", "--access-token", TOKEN);
        return Stream.of(
                Arguments.of("say serve", List.of()),
                Arguments.of("access token is needed", List.of("--sqlite-path", "memory:", "serve")),
                Arguments.of("database is needed", List.of("serve", "--access-token", TOKEN)),
                Arguments.of(
                        "at least 12 characters, it has 11",
                        List.of("--sqlite-path", "memory:", "serve", "--access-token", "short-TOKEN")),
                Arguments.of(
                        "printable ASCII",
                        List.of("--sqlite-path", "memory:", "serve", "--access-token", "with a SECRET in it")),
                Arguments.of("--addr must be HOST:PORT", with(good, "--addr", "4512")),
                Arguments.of("--addr must be HOST:PORT", with(good, "--addr", "::1:4512")),
                Arguments.of("port of --addr must be a number", with(good, "--addr", "localhost:http")),
                Arguments.of("port must be from 0 to 65535", with(good, "--addr", "localhost:70000")),
                Arguments.of("is no time", with(good, "--token-lifetime", "soon")),
                Arguments.of("tokenLifetime must be a second or more", with(good, "--token-lifetime", "10ms")),
                Arguments.of("given together", with(good, "--tls-cert", "c.pem")),
                Arguments.of("publicUrl must be", with(good, "--public-url", "kv.example.com")),
                Arguments.of("the name of a database", with(good, "--database-token", "../x=another-access-token")),
                Arguments.of("the access token of the database x", with(good, "--database-token", "x=short")),
                Arguments.of("REDACTED", with(good, "--database-token", "SECRET-without-a-name")),
                Arguments.of("no option --acess-token", with(good, "--acess-token", "SECRET-of-some-kind")),
                Arguments.of("no option --acess-token", with(good, "--acess-token=SECRET-of-some-kind")),
                Arguments.of("arguments too many", with(good, "SECRET-of-some-kind")),
                Arguments.of("readers must be 1 or more", with(good, "--num-workers", "0")),
                Arguments.of("connections must be 1 or more", with(good, "--max-connections", "0")));
    }

    private static List<String> with(List<String> arguments, String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void aFolderThatCannotBeMadeIsTold() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(command().execute("serve", "--access-token", TOKEN, "--data-dir", file.toString()))
                .isEqualTo(CommandErrors.USAGE);
        assertThat(err.toString()).contains("--data-dir " + file);
    }

    @Test
    void helpTellsOfEveryOptionAndShowsNoToken() {
        assertThat(command().execute("--help")).isZero();
        assertThat(out.toString()).contains("--sqlite-path", "serve", "Exit codes");
        assertThat(command().execute("serve", "--help")).isZero();
        assertThat(out.toString()).contains("--access-token", "--data-dir", "--slow-watch-timeout");
        assertThat(command().execute("--version")).isZero();
        assertThat(out.toString()).contains("kv-reactive-server ");
    }
}
