// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvSelector.OnDecodeError;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Deno makes a file and writes its expressions into it; Java opens it and compares what it reads with the bytes of the vectors. */
class DenoWritesJavaReadsIT {

    private static final List<ValueCase> CASES = ValueCase.all();
    private static final KvKey VALUES = KvKey.of("interop", "value");
    private static final KvKey OPERATIONS = KvKey.of("interop", "operation");

    @TempDir
    static Path folder;

    private static final Map<String, JsonNode> REPORTS = new LinkedHashMap<>();
    private static final Map<String, String> SKIPPED = new TreeMap<>();
    private static final Map<String, Integer> SAME = new LinkedHashMap<>();
    private static final List<String> DIFFER = new ArrayList<>();
    private static Instant before;
    private static Instant after;
    private static int exitCode;
    private static String denoErrors;
    private static Kv kv;
    private static List<KvEntry<Object>> entries;

    @BeforeAll
    static void denoWritesAndJavaReads() throws Exception {
        Path file = folder.resolve("deno.sqlite");
        before = Instant.now();
        try (Deno deno = Deno.start("write.mjs", file, Vectors.path("").toAbsolutePath())) {
            deno.rest().forEach(r -> REPORTS.put(r.get("part").asString(), r));
            exitCode = deno.exitCode();
            denoErrors = deno.errorText();
        }
        after = Instant.now();
        kv = Kv.create("sqlite:" + file);
        entries = kv.list(KvSelector.prefix().onDecodeError(OnDecodeError.KEEP))
                .collectList()
                .block();
        compareValues();
        compareKeys();
    }

    private static void compareValues() {
        Map<KvKey, KvEntry<Object>> listed = below(VALUES);
        for (ValueCase c : CASES) {
            KvEntry<Object> entry = listed.remove(VALUES.append(c.name()));
            if (c.isRefused()) {
                SKIPPED.put(c.name(), "Deno refuses to store it: " + c.refusal());
                compare(c.name(), "absent entry", entry == null);
                continue;
            }
            if (entry == null) {
                DIFFER.add(c.name() + ": not listed");
                continue;
            }
            compare(
                    c.name(),
                    "versionstamp",
                    reported("values", c.name()).equals(entry.versionstamp().toString()));
            compare(c.name(), "model value", sameModel(c, entry.rawValue()));
            if (c.isNatural()) {
                compare(c.name(), "natural value", sameNatural(c, entry));
            } else {
                compare(c.name(), "refused natural value", entry.decodeError() != null);
            }
        }
        listed.keySet().forEach(key -> DIFFER.add(key + ": not of the vectors"));
    }

    private static boolean sameModel(ValueCase c, KvValue stored) {
        if (c.isRawBytes()) {
            return stored.equals(KvValue.copyOf(KvValue.BYTES, ((V8View) c.model()).toByteArray()));
        }
        return stored.encoding() == KvValue.V8 && V8Value.deepEquals(V8.decodeModel(stored.toByteArray()), c.model());
    }

    private static boolean sameNatural(ValueCase c, KvEntry<Object> entry) {
        return entry.decodeError() == null
                && NaturalText.of(entry.value()).equals(NaturalText.of(V8.decode(c.bytes())));
    }

    private static void compareKeys() {
        List<KvEntry<Object>> listed = entries.stream()
                .filter(e -> !e.key().startsWith(KvKey.of("interop")))
                .toList();
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        Vectors.cases("keys.json", "cases").forEach(c -> byId.put(c.get("id").asString(), c));
        for (KvEntry<Object> entry : listed) {
            String id = (String) entry.value();
            JsonNode c = byId.get(id);
            compare(
                    id,
                    "key",
                    HexFormat.of().formatHex(entry.rawKey()).equals(c.get("hex").asString())
                            && entry.key().equals(KvKey.of(Vectors.keyParts(c.get("key"))))
                            && partsText(entry.key().parts())
                                    .equals(partsText(List.of(
                                            Vectors.keyParts(c.has("decoded") ? c.get("decoded") : c.get("key"))))));
            compare(
                    id,
                    "versionstamp",
                    reported("keys", id).equals(entry.versionstamp().toString()));
        }
    }

    /** The parts with their types; all numbers as doubles, minus zero is not zero, all NaNs are one. */
    private static String partsText(List<Object> parts) {
        return parts.stream()
                .map(part -> {
                    if (part instanceof byte[] bytes) {
                        return "bytes(" + HexFormat.of().formatHex(bytes) + ")";
                    }
                    return part instanceof Number number && !(part instanceof BigInteger)
                            ? "number(" + number.doubleValue() + ")"
                            : part.getClass().getSimpleName() + "(" + part + ")";
                })
                .collect(Collectors.joining(", "));
    }

    private static Map<KvKey, KvEntry<Object>> below(KvKey prefix) {
        return entries.stream()
                .filter(e -> e.key().startsWith(prefix))
                .collect(Collectors.toMap(KvEntry::key, e -> e, (a, b) -> a, TreeMap::new));
    }

    private static String reported(String part, String name) {
        return REPORTS.get(part).get("versionstamps").path(name).asString("");
    }

    private static void compare(String name, String what, boolean same) {
        if (same) {
            SAME.merge(what, 1, Integer::sum);
        } else {
            DIFFER.add(name + ": another " + what);
        }
    }

    @AfterAll
    static void printTheSummary() throws Exception {
        Summary.print(
                "deno-wrote",
                "Deno wrote, Java read: %d keys, %d model values, %d natural values, %d versionstamps; %d differ%s"
                                .formatted(
                                        same("key"),
                                        same("model value"),
                                        same("natural value"),
                                        same("versionstamp"),
                                        DIFFER.size(),
                                        DIFFER.isEmpty() ? "" : " " + DIFFER)
                        + Summary.named("skipped", SKIPPED)
                        + Summary.named("as model value only", ValueCase.NOT_NATURAL));
        kv.close().block();
    }

    private static int same(String what) {
        return SAME.getOrDefault(what, 0);
    }

    @Test
    void denoWritesWithoutFailing() {
        assertThat(exitCode)
                .as("the exit code of Deno; it says: %s", denoErrors)
                .isZero();
        assertThat(REPORTS.keySet()).containsExactly("values", "keys", "operations");
    }

    @Test
    void everyValueAndKeyIsThatOfTheVectors() {
        assertThat(DIFFER).isEmpty();
        assertThat(CASES).hasSize(393);
        assertThat(same("model value")).isEqualTo(389);
        assertThat(same("absent entry")).isEqualTo(4);
        assertThat(same("refused natural value")).isEqualTo(ValueCase.NOT_NATURAL.size());
        assertThat(same("natural value")).isEqualTo(389 - ValueCase.NOT_NATURAL.size());
        assertThat(same("key")).isEqualTo(181);
        assertThat(same("versionstamp")).isEqualTo(389 + 181);
    }

    @Test
    void denoRefusesWhatTheVectorsSayItRefuses() {
        Map<String, String> refused = CASES.stream()
                .filter(ValueCase::isRefused)
                .collect(Collectors.toMap(ValueCase::name, ValueCase::refusal));
        assertThat(texts(REPORTS.get("values").get("refused"))).hasSize(4).isEqualTo(refused);
    }

    @Test
    void keysAreListedInTheOrderOfTheVectorsAndBackwards() {
        List<String> order = new ArrayList<>();
        Vectors.json("keys.json").get("order").forEach(id -> order.add(id.asString()));
        List<String> forwards = ids(entries.stream());
        List<String> backwards = new ArrayList<>(ids(kv
                .list(KvSelector.prefix().reverse().batchSize(7).onDecodeError(OnDecodeError.KEEP))
                .collectList()
                .block()
                .stream()));
        Collections.reverse(backwards);

        assertThat(forwards).hasSize(181).isEqualTo(order);
        assertThat(backwards).isEqualTo(order);
    }

    private static List<String> ids(Stream<KvEntry<Object>> listed) {
        return listed.filter(e -> !e.key().startsWith(KvKey.of("interop")))
                .map(e -> (String) e.value())
                .toList();
    }

    @Test
    void getFindsEveryEntryAsListed() {
        for (KvEntry<Object> listed : entries) {
            if (listed.decodeError() != null) {
                assertThatExceptionOfType(KvDecodeException.class)
                        .isThrownBy(() -> kv.get(listed.key()).block())
                        .matches(e -> listed.key().equals(e.key()));
            } else {
                assertSame(kv.get(listed.key()).block(), listed);
            }
        }
    }

    @Test
    void getManyFindsEveryReadableEntryAsListed() {
        List<KvEntry<Object>> readable =
                entries.stream().filter(e -> e.decodeError() == null).toList();
        List<KvEntryMaybe<Object>> found =
                kv.getMany(readable.stream().map(KvEntry::key).toList()).block();
        assertThat(found).hasSize(readable.size()).hasSizeGreaterThan(500);
        for (int i = 0; i < found.size(); i++) {
            assertSame(found.get(i).entry().orElseThrow(), readable.get(i));
        }
    }

    private static void assertSame(KvEntry<Object> read, KvEntry<Object> listed) {
        assertThat(read.key()).isEqualTo(listed.key());
        assertThat(read.versionstamp()).isEqualTo(listed.versionstamp());
        assertThat(read.rawValue()).isEqualTo(listed.rawValue());
        assertThat(NaturalText.of(read.value())).isEqualTo(NaturalText.of(listed.value()));
    }

    @Test
    void countersDeletesConflictsAndExpiriesAreAsDenoLeftThem() {
        Map<String, Object> expected = new TreeMap<>(Map.of(
                "sum", KvU64.of(42),
                "largest", KvU64.MAX,
                "wrapped", KvU64.of(1),
                "smaller", KvU64.of(7),
                "greater", KvU64.of(9),
                "replaced", "stays",
                "kept", "an hour"));
        for (int i = 0; i < 20; i++) {
            expected.put("ordered/number(" + i + ")", i);
        }
        Map<String, Object> left = new TreeMap<>();
        Map<String, String> versionstamps = new TreeMap<>();
        below(OPERATIONS).values().forEach(e -> {
            List<Object> parts = e.key().parts();
            String name = parts.get(2) + (parts.size() > 3 ? "/number(" + parts.get(3) + ")" : "");
            left.put(name, e.value());
            versionstamps.put(name, e.versionstamp().toString());
        });

        JsonNode report = REPORTS.get("operations");
        assertThat(left).isEqualTo(expected);
        assertThat(versionstamps).isEqualTo(texts(report.get("versionstamps")));
        assertThat(report.get("conflictCommitted").asBoolean()).isFalse();
        assertThat(kv.get(OPERATIONS.append("kept")).map(KvEntry::expiresAt).block())
                .isBetween(before.plus(Duration.ofHours(1)).minusMillis(1), after.plus(Duration.ofHours(1)));
        assertThat(kv.get(OPERATIONS.append("replaced")).block().expiresAt()).isNull();
    }

    private static Map<String, String> texts(JsonNode object) {
        return object.propertyStream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asString(), (a, b) -> a, TreeMap::new));
    }
}
