// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.ndjson.NdjsonExport;
import io.kvreactive.ndjson.NdjsonImport;
import io.kvreactive.ndjson.NdjsonProgress;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * Deno makes a file, Java makes a backup of it, Deno opens that and writes it as lines, with a script of its own for the notation; Java writes lines
 * too. Each reads the other's.
 */
class ExportsIT {

    private static final KvSelector ALL = KvSelector.prefix().batchSize(500);

    @TempDir
    static Path folder;

    private static Path original;
    private static Path copy;
    private static List<String> ofJava;
    private static List<String> ofDeno;
    private static Map<String, KvValue> values;
    private static final List<String> RESULTS = new ArrayList<>();

    private static JsonNode deno(String script, Object... arguments) throws Exception {
        try (Deno deno = Deno.start(script, arguments)) {
            List<JsonNode> reports = deno.rest();
            assertThat(deno.exitCode()).as(deno.errorText()).isZero();
            return reports.get(reports.size() - 1);
        }
    }

    @BeforeAll
    static void bothWriteLines() throws Exception {
        original = folder.resolve("deno.sqlite");
        copy = folder.resolve("copy.sqlite");
        deno("write.mjs", original, Vectors.path("").toAbsolutePath());
        Kv kv = Kv.create("sqlite:" + original);
        kv.backup(copy).block();
        NdjsonProgress progress =
                NdjsonExport.of(kv).toFile(folder.resolve("java.ndjson")).block();
        ofJava = Files.readAllLines(folder.resolve("java.ndjson"));
        values = valuesOf(kv);
        kv.close().block();
        assertThat(progress).isEqualTo(new NdjsonProgress(ofJava.size(), ofJava.size(), 0, 0));
        assertThat(ofJava).hasSizeGreaterThan(500);
        JsonNode report = deno("ndjson.mjs", "export", copy, folder.resolve("deno.ndjson"));
        ofDeno = Files.readAllLines(folder.resolve("deno.ndjson"));
        assertThat(report.get("count").asInt()).isEqualTo(ofDeno.size());
    }

    private static Map<String, KvValue> valuesOf(Kv kv) {
        return kv.list(ALL, KvValue.class)
                .collectMap(ExportsIT::hex, KvEntry::rawValue)
                .block();
    }

    private static String hex(KvEntry<?> entry) {
        return HexFormat.of().formatHex(entry.rawKey());
    }

    /** The line without what Deno's notation does not know. */
    private static String plain(String line) {
        return line.replaceFirst(",\"raw\":\\{.*", "}").replaceFirst(",\"(rawKey|expiresAt)\":.*", "}");
    }

    private static boolean isPlain(String line) {
        return !line.contains(",\"raw\":{") && !line.contains(",\"rawKey\":");
    }

    @Test
    void denoOpensTheBackupAndWritesTheLinesThatJavaWrites() {
        assertThat(ofDeno).hasSameSizeAs(ofJava);
        int same = 0;
        int withRaw = 0;
        for (int i = 0; i < ofJava.size(); i++) {
            String line = ofJava.get(i);
            boolean isSame = plain(line).equals(ofDeno.get(i));
            // JavaScript writes a minus zero as zero.
            boolean isMinusZero = plain(line).replace("-0}", "0}").equals(ofDeno.get(i));
            assertThat(isSame || !isPlain(line) || isMinusZero)
                    .as("%s%nand of Deno%n%s", line, ofDeno.get(i))
                    .isTrue();
            same += isSame ? 1 : 0;
            withRaw += isPlain(line) ? 0 : 1;
        }
        assertThat(same).isGreaterThan(400);
        RESULTS.add(same + " of " + ofJava.size() + " lines are, but for our members, what Deno writes; " + withRaw
                + " have stored bytes beside them");
    }

    @Test
    void denoReadsTheLinesOfJava() throws Exception {
        Path file = folder.resolve("read-by-deno.sqlite");
        Path plainLines = folder.resolve("plain.ndjson");
        List<String> lines = ofJava.stream().filter(ExportsIT::isPlain).toList();
        Files.write(plainLines, lines);
        JsonNode report = deno("ndjson.mjs", "import", file, plainLines);
        assertThat(report.get("failed")).isEmpty();
        assertThat(report.get("count").asInt()).isEqualTo(lines.size());
        RESULTS.add("Deno has read " + assertSame(file, lines.size()) + " lines of Java");
    }

    @Test
    void javaReadsTheLinesOfDeno() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ofDeno.size(); i++) {
            if (isPlain(ofJava.get(i)) && plain(ofJava.get(i)).equals(ofDeno.get(i))) {
                lines.add(ofDeno.get(i));
            }
        }
        Path file = folder.resolve("read-by-java.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        assertThat(NdjsonImport.of(kv).fromLines(Flux.fromIterable(lines)).block())
                .isEqualTo(new NdjsonProgress(lines.size(), lines.size(), 0, 0));
        kv.close().block();
        RESULTS.add("Java has read " + assertSame(file, lines.size()) + " lines of Deno");
    }

    /** Every value of a file is the one of its key in the original. */
    private static int assertSame(Path file, int count) {
        Kv kv = Kv.create("sqlite:" + file);
        Map<String, KvValue> found = new HashMap<>(valuesOf(kv));
        kv.close().block();
        assertThat(found).hasSize(count);
        found.forEach((key, value) -> assertThat(areEqual(value, values.get(key)))
                .as(KvKey.decode(HexFormat.of().parseHex(key)).toString())
                .isTrue());
        return found.size();
    }

    private static boolean areEqual(KvValue a, KvValue b) {
        return a.equals(b)
                || a.encoding() == KvValue.V8
                        && b.encoding() == KvValue.V8
                        && V8Value.deepEquals(V8.decodeModel(a.toByteArray()), V8.decodeModel(b.toByteArray()));
    }

    @AfterAll
    static void summary() throws IOException {
        Summary.print("exports", "lines: " + String.join("; ", RESULTS));
    }
}
