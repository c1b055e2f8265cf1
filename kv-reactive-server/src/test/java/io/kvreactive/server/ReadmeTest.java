// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.sqlite.SqliteOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The README and the server's page of the documentation tell what there is: every option, limit and meter, and a program that compiles. */
class ReadmeTest {

    /** What the environment may say instead. */
    private static final Map<String, String> VARIABLES = Map.of(
            "--sqlite-path", "DENO_KV_SQLITE_PATH",
            "--access-token", "DENO_KV_ACCESS_TOKEN",
            "--num-workers", "DENO_KV_NUM_WORKERS");

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "server.md"));
    }

    /** The rows of the table with this first column, by the name in it, on either page. */
    private static Map<String, List<String>> table(String firstColumn) throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        boolean isInside = false;
        for (String line : (readme() + page()).split("\n")) {
            if (line.startsWith("| " + firstColumn + " |")) {
                isInside = true;
            } else if (isInside && !line.startsWith("|")) {
                break;
            } else if (isInside && !line.startsWith("| ---")) {
                List<String> cells = Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList();
                rows.put(cells.get(0).replace("`", ""), cells);
            }
        }
        assertThat(rows).as("the table %s", firstColumn).isNotEmpty();
        return rows;
    }

    @Test
    void theCommandLineIsThatOfTheProgram() throws IOException {
        CommandLine command =
                Main.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
        List<CommandLine.Model.OptionSpec> options =
                command.getSubcommands().get("serve").getCommandSpec().options().stream()
                        .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
                        .toList();
        Map<String, List<String>> rows = table("option");
        assertThat(rows.keySet())
                .containsExactlyInAnyOrderElementsOf(options.stream()
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .toList());
        for (CommandLine.Model.OptionSpec option : options) {
            String byDefault = option.defaultValue();
            String told = rows.get(option.longestName()).get(1).replace("`", "");
            String variable = VARIABLES.get(option.longestName());
            if (variable != null) {
                assertThat(told).as(option.longestName()).startsWith(variable);
            } else if (byDefault != null) {
                assertThat(told).as(option.longestName()).isEqualTo(byDefault);
            }
        }
        assertThat(rows.get("--num-workers").get(1)).endsWith("else " + SqliteOptions.DEFAULT_READERS);
    }

    @Test
    void theOptionsAreThoseOfTheBuilders() throws IOException {
        assertThat(table("`ServerOptions`").keySet())
                .containsExactlyInAnyOrderElementsOf(setters(ServerOptionsBuilder.class));
        assertThat(table("`ServerLimits`").keySet())
                .containsExactlyInAnyOrderElementsOf(setters(ServerLimits.Builder.class));
    }

    private static Set<String> setters(Class<?> builder) {
        return Stream.of(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == builder)
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void theDefaultsOfTheOptionsAreTheirs() throws IOException {
        Map<String, List<String>> rows = table("`ServerOptions`");
        ServerOptions options =
                ServerOptions.builder().accessToken(TestServers.TOKEN).build();
        Map<String, String> defaults = Map.of(
                "host", options.host(),
                "port", String.valueOf(options.port()),
                "access", options.access().name(),
                "forwardedHeaders", options.forwardedHeaders().name(),
                "accessLog", options.accessLog().name(),
                "tokenLifetime", options.tokenLifetime().toHours() + " h",
                "watchPing", options.watchPing().toSeconds() + " s",
                "stopGrace", options.stopGrace().toSeconds() + " s");
        defaults.forEach((name, value) -> assertThat(
                        Objects.requireNonNull(rows.get(name)).get(1).replace("`", ""))
                .as(name)
                .isEqualTo(value));
    }

    @Test
    void theDefaultsOfTheLimitsAreTheirs() throws IOException {
        Map<String, List<String>> rows = table("`ServerLimits`");
        ServerLimits limits = ServerLimits.defaults();
        Map<String, String> defaults = Map.ofEntries(
                Map.entry("bodyBytes", (limits.bodyBytes() >> 20) + " MiB"),
                Map.entry("headerBytes", (limits.headerBytes() >> 10) + " KiB"),
                Map.entry("connections", "%,d".formatted(limits.connections())),
                Map.entry("streams", "%,d".formatted(limits.streams())),
                Map.entry("watches", "%,d".formatted(limits.watches())),
                Map.entry("answerBytes", (limits.answerBytes() >> 20) + " MiB"),
                Map.entry("requestTimeout", limits.requestTimeout().toSeconds() + " s"),
                Map.entry("idleTimeout", limits.idleTimeout().toSeconds() + " s"),
                Map.entry("slowWatchTimeout", limits.slowWatchTimeout().toSeconds() + " s"),
                Map.entry("databases", String.valueOf(limits.databases())),
                Map.entry("databaseIdleTime", limits.databaseIdleTime().toMinutes() + " min"));
        defaults.forEach((name, value) -> assertThat(
                        Objects.requireNonNull(rows.get(name)).get(1))
                .as(name)
                .isEqualTo(value));
    }

    @Test
    void theMetersAreThoseOfTheEnum() throws IOException {
        Map<String, List<String>> rows = table("meter");
        assertThat(rows).hasSameSizeAs(ServerMeter.values());
        for (ServerMeter meter : ServerMeter.values()) {
            assertThat(rows.get(meter.meterName()).subList(1, 4))
                    .as(meter.meterName())
                    .containsExactly(meter.type(), meter.tags(), meter.description());
        }
    }

    @Test
    void theProgramIsTheOneThatIsCompiledHere() throws IOException {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertThat(block.find()).isTrue();
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/server/EmbeddedServer.java"));
        assertThat(source.replaceAll("(?m)^ +", "")).contains(block.group(1).replaceAll("(?m)^ +", ""));
    }

    @Test
    void theExitCodesAreThoseOfTheProgram() throws IOException {
        assertThat(readme())
                .contains(CommandErrors.USAGE + " if the command line is wrong")
                .contains(CommandErrors.DATABASE + " if the database cannot be opened")
                .contains(CommandErrors.ADDRESS + " if the address cannot be listened")
                .contains(CommandErrors.UNFORESEEN + " for what nobody foresaw");
    }
}
