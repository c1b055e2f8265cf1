// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs in a JVM of their own, whose class path holds the driver and the three libraries that it needs, and nothing else. */
class OwnProcessIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private static final Pattern NEEDED = Pattern.compile(
            ".*(/r2dbc-sqlite/target/(classes|test-classes|r2dbc-sqlite-[^/]*[.]jar)|/r2dbc-spi-1[^/]*|/reactor-core-[^/]*|/reactive-streams-1[^/]*"
                    + "|/sqlite-jdbc-[^/]*|/jspecify-[^/]*)/?");

    private static String output(List<String> jvmArguments, Class<?> program, String argument)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", classPath(), program.getName(), argument));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static String classPath() {
        List<String> needed = Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> NEEDED.matcher(entry).matches())
                .toList();
        assertThat(needed).hasSize(7);
        return String.join(File.pathSeparator, needed);
    }

    @Test
    void theFirstProgramRunsWithoutSpring() throws Exception {
        String output = output(
                List.of("-verbose:class"),
                FirstProgram.class,
                "r2dbc:sqlite:///" + databases.file("notes.db") + "?journalMode=wal");

        assertThat(output.lines()).contains("1: buy tea", "2: drink it");
        assertThat(output).contains("io.kvreactive.r2dbc.sqlite.SqliteConnection");
        assertThat(output).doesNotContain("org.springframework").doesNotContain("sqlite.spring");
    }

    @Test
    void theFirstProgramIsThatOfTheReadme() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/kvreactive/r2dbc/sqlite/FirstProgram.java"));
        Matcher body =
                Pattern.compile("// begin\n(.*?) *// end", Pattern.DOTALL).matcher(source);

        assertThat(body.find()).isTrue();
        assertThat(Files.readString(Path.of("README.md")))
                .contains(body.group(1).stripTrailing().stripIndent().strip());
    }

    @Test
    void aGigabyteIsScannedInAHeapOf32Megabytes() throws Exception {
        SqliteConnection connection = databases.open();
        now(run(connection, "create table t(v blob)"));
        now(run(
                connection,
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < " + HugeScan.ROWS / 100
                        + ") insert into t select randomblob(" + HugeScan.VALUE + ") from n"));

        String output = output(
                List.of("-Xmx32m"), HugeScan.class, databases.file("test.db").toString());

        System.out.println("scan of a gigabyte: " + output.strip());
        Matcher told =
                Pattern.compile("(\\d+) bytes, at most (\\d+) rows ahead").matcher(output);
        assertThat(told.find()).isTrue();
        assertThat(Long.parseLong(told.group(1)))
                .isEqualTo((long) HugeScan.ROWS * HugeScan.VALUE)
                .isGreaterThan(1_000_000_000);
        assertThat(Integer.parseInt(told.group(2))).isLessThanOrEqualTo(256);
    }
}
