// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Options;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Java makes a file from nothing and writes the vectors into it; Deno opens it and compares what it reads with its own expressions. */
class JavaWritesDenoReadsIT {

    private static final List<ValueCase> CASES = ValueCase.all();

    @TempDir
    static Path folder;

    /** What Java wrote, by part, then by name. */
    private static final Map<String, Map<String, String>> WRITTEN = new LinkedHashMap<>();

    private static final Map<String, JsonNode> REPORTS = new LinkedHashMap<>();
    private static final List<Versionstamp> COMMITS = new ArrayList<>();
    private static final Map<String, String> SKIPPED = new TreeMap<>();
    private static Path file;
    private static Instant expiry;
    private static boolean conflictCommitted;
    private static int exitCode;
    private static String denoErrors;

    @BeforeAll
    static void javaWritesAndDenoReads() throws Exception {
        file = folder.resolve("java.sqlite");
        Kv kv = Kv.create("sqlite:" + file);
        writeValues(kv);
        writeKeys(kv);
        writeOperations(kv);
        kv.close().block();
        try (Deno deno = Deno.start("read.mjs", file, Vectors.path("").toAbsolutePath())) {
            for (JsonNode report : deno.rest()) {
                String part = report.get("part").asString();
                REPORTS.put(part.equals("values") ? report.get("form").asString() : part, report);
            }
            exitCode = deno.exitCode();
            denoErrors = deno.errorText();
        }
    }

    private static void writeValues(Kv kv) {
        for (ValueCase c : CASES) {
            if (c.isTooLarge()) {
                SKIPPED.put(c.name(), "larger than a database takes; Java refuses it as Deno does");
                continue;
            }
            for (int version : List.of(15, 16)) {
                V8Options options = V8Options.builder().version(version).build();
                byte[] bytes = V8.encodeModel(c.model(), options);
                assertThat(bytes[1]).as("the version of what is written").isEqualTo((byte) version);
                set(kv, "v" + version, c, KvValue.wrap(KvValue.V8, bytes));
            }
            if (c.isNatural()) {
                set(kv, "natural", c, V8.decode(c.bytes()));
            }
        }
    }

    private static void set(Kv kv, String form, ValueCase c, Object value) {
        written(
                form,
                c.name(),
                kv.set(KvKey.of("interop", "value", form, c.name()), value).block());
    }

    private static void writeKeys(Kv kv) {
        JsonNode keys = Vectors.json("keys.json");
        for (JsonNode c : keys.get("cases")) {
            String id = c.get("id").asString();
            Versionstamp versionstamp =
                    kv.set(KvKey.of(Vectors.keyParts(c.get("key"))), id).block();
            // Two keys of one encoding are one entry, of the later write.
            if (!keys.get("sameAs").has(id)) {
                written("keys", id, versionstamp);
            }
        }
    }

    private static void writeOperations(Kv kv) {
        operation(
                "sum",
                kv.atomic().sum(key("sum"), 5).sum(key("sum"), 37).commit().block());
        operation("largest", kv.atomic().set(key("largest"), KvU64.MAX).commit().block());
        operation(
                "wrapped",
                kv.atomic()
                        .set(key("wrapped"), KvU64.MAX)
                        .sum(key("wrapped"), 2)
                        .commit()
                        .block());
        operation(
                "smaller",
                kv.atomic()
                        .set(key("smaller"), KvU64.of(10))
                        .min(key("smaller"), 7)
                        .commit()
                        .block());
        operation("greater", kv.atomic().max(key("greater"), 9).commit().block());
        kv.set(key("deleted"), 1).then(kv.delete(key("deleted"))).block();
        SetOptions aMillisecond = SetOptions.expireIn(Duration.ofMillis(1));
        kv.set(key("replaced"), 1, aMillisecond).block();
        operation("replaced", kv.atomic().set(key("replaced"), "stays").commit().block());
        SetOptions anHour = SetOptions.expireIn(Duration.ofHours(1));
        operation(
                "kept", kv.atomic().set(key("kept"), "an hour", anHour).commit().block());
        expiry = kv.get(key("kept")).map(KvEntry::expiresAt).block();
        kv.set(key("expired"), "a millisecond", aMillisecond).block();
        conflictCommitted = kv.atomic()
                .checkAbsent(key("kept"))
                .set(key("conflict"), 1)
                .commit()
                .block()
                .isCommitted();
        for (int i = 0; i < 20; i++) {
            operation(
                    "ordered/number(" + i + ")",
                    kv.atomic().set(key("ordered", i), i).commit().block());
        }
    }

    private static KvKey key(Object... parts) {
        return KvKey.of("interop", "operation").append(parts);
    }

    private static void operation(String name, CommitResult result) {
        written("operations", name, ((CommitResult.Committed) result).versionstamp());
    }

    private static void written(String part, String name, Versionstamp versionstamp) {
        WRITTEN.computeIfAbsent(part, p -> new TreeMap<>()).put(name, versionstamp.toString());
        COMMITS.add(versionstamp);
    }

    @AfterAll
    static void printTheSummary() throws Exception {
        int differ = 0;
        for (JsonNode report : REPORTS.values()) {
            differ += report.path("differ").size();
        }
        Summary.print(
                "java-wrote",
                "Java wrote, Deno read: %d keys, %d model values (v15), %d (v16), %d natural values, %d results of operations; %d differ"
                                .formatted(
                                        read("keys"),
                                        read("v15"),
                                        read("v16"),
                                        read("natural"),
                                        read("operations"),
                                        differ)
                        + Summary.named("skipped", SKIPPED)
                        + Summary.named("as model value only", ValueCase.NOT_NATURAL)
                        + Summary.named(
                                "natural values that Deno sees as something else, as documented", ValueCase.FOLDED));
    }

    private static List<String> folded() {
        return names(REPORTS.get("natural").get("folded"));
    }

    private static int read(String part) {
        return REPORTS.containsKey(part)
                ? REPORTS.get(part).get("versionstamps").size()
                : 0;
    }

    @Test
    void denoReadsTheWholeFileAndFindsNoDifference() {
        assertThat(exitCode)
                .as("the exit code of Deno; it says: %s", denoErrors)
                .isZero();
        assertThat(REPORTS.keySet()).containsExactlyInAnyOrder("v15", "v16", "natural", "keys", "operations");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v15", "v16", "natural"})
    void everyValueIsWhatItsExpressionMakes(String form) {
        JsonNode report = REPORTS.get(form);

        assertThat(differences(report)).isEmpty();
        assertThat(read(form)).isEqualTo(WRITTEN.get(form).size());
        assertThat(names(report.get("lossy")))
                .containsExactlyInAnyOrderElementsOf(CASES.stream()
                        .filter(c -> c.isLossy() && WRITTEN.get(form).containsKey(c.name()))
                        .map(ValueCase::name)
                        .toList());
    }

    @Test
    void onlyTheNamedNaturalValuesComeBackAsSomethingElseAndModelValuesNever() {
        assertThat(folded()).containsExactlyInAnyOrderElementsOf(ValueCase.FOLDED.keySet());
        assertThat(names(REPORTS.get("v15").get("folded"))).isEmpty();
        assertThat(names(REPORTS.get("v16").get("folded"))).isEmpty();
    }

    @Test
    void everyCaseIsWrittenInEachFormButForTheNamedOnes() {
        assertThat(CASES).hasSize(393);
        assertThat(WRITTEN.get("v15")).hasSize(391);
        assertThat(WRITTEN.get("v16")).hasSize(391);
        assertThat(WRITTEN.get("natural")).hasSize(391 - ValueCase.NOT_NATURAL.size());
    }

    @Test
    void onlyTheNamedCasesHaveNoNaturalForm() {
        Set<String> refused = new LinkedHashSet<>();
        for (ValueCase c : CASES) {
            try {
                V8.decode(c.bytes());
            } catch (V8Exception e) {
                refused.add(c.name() + " " + e.getMessage());
            }
        }
        assertThat(refused.stream().map(r -> r.substring(0, r.indexOf(' '))))
                .as("%s", refused)
                .containsExactlyInAnyOrderElementsOf(ValueCase.NOT_NATURAL.keySet());
    }

    @Test
    void whatDenoFindsTooLargeJavaRefusesToo() {
        List<ValueCase> tooLarge = CASES.stream().filter(ValueCase::isTooLarge).toList();
        assertThat(tooLarge).hasSize(2);
        Kv kv = Kv.create("sqlite:" + folder.resolve("large.sqlite"));
        for (ValueCase c : tooLarge) {
            assertThatExceptionOfType(KvLimitException.class)
                    .as(c.name())
                    .isThrownBy(() -> kv.set(KvKey.of("large"), KvValue.wrap(KvValue.V8, c.bytes()))
                            .block());
        }
        kv.close().block();
    }

    @Test
    void everyKeyIsListedInOrderWithItsPartsAndFoundByItsParts() {
        JsonNode report = REPORTS.get("keys");
        JsonNode vectors = Vectors.json("keys.json");

        assertThat(differences(report)).isEmpty();
        assertThat(names(report.get("order"))).hasSize(181).containsExactlyElementsOf(names(vectors.get("order")));
        assertThat(report.get("pointReads").asInt())
                .isEqualTo(vectors.get("cases").size());
    }

    @Test
    void denoSeesTheVersionstampsThatJavaWasGiven() {
        REPORTS.forEach(
                (part, report) -> assertThat(versionstamps(report)).as(part).isEqualTo(WRITTEN.get(part)));
        assertThat(COMMITS).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void countersDeletesConflictsAndExpiriesAreAsJavaLeftThem() {
        Map<String, String> expected = new TreeMap<>(Map.of(
                "sum", "u64(42)",
                "largest", "u64(18446744073709551615)",
                "wrapped", "u64(1)",
                "smaller", "u64(7)",
                "greater", "u64(9)",
                "replaced", "\"stays\"",
                "kept", "\"an hour\""));
        for (int i = 0; i < 20; i++) {
            expected.put("ordered/number(" + i + ")", "number(" + i + ")");
        }
        JsonNode report = REPORTS.get("operations");
        assertThat(texts(report.get("left"))).isEqualTo(expected);
        assertThat(conflictCommitted).isFalse();
        assertThat(report.get("expiring").asInt()).as("rows with an expiry").isEqualTo(1);
        assertThat(Instant.ofEpochMilli(report.get("expiresAt").asLong())).isEqualTo(expiry);
    }

    @Test
    void javaOpensTheFileAgainAndSeesWhatDenoAdded() {
        Kv kv = Kv.create("sqlite:" + file);
        KvEntry<Object> sum = kv.get(key("sum")).block();
        kv.close().block();
        assertThat(sum.value()).isEqualTo(KvU64.of(43));
        assertThat(sum.versionstamp()).isGreaterThan(COMMITS.get(COMMITS.size() - 1));
    }

    @Test
    void theCodeUnderTestIsThatOfTheBuiltJars() {
        for (Class<?> type : List.of(Kv.class, V8.class)) {
            assertThat(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                    .endsWith(".jar");
        }
    }

    private static List<String> differences(JsonNode report) {
        List<String> differences = new ArrayList<>();
        report.get("differ").forEach(d -> differences.add(d.toString()));
        return differences;
    }

    private static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(n -> names.add(n.asString()));
        return names;
    }

    private static Map<String, String> versionstamps(JsonNode report) {
        return texts(report.get("versionstamps"));
    }

    private static Map<String, String> texts(JsonNode object) {
        return object.propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asString(), (a, b) -> a, TreeMap::new));
    }
}
