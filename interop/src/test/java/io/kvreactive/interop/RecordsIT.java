// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.jackson.V8Mapper;
import io.kvreactive.v8.jackson.V8ReadFeature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Java's records are Deno's objects, and Deno's are Java's; random ones come back equal after Deno has read and written them. */
class RecordsIT {

    private static final int RANDOM = 500;
    private static final long SEED = Long.getLong("records.seed", 20_261_123);

    private static final Map<String, Object> RECORDS = new LinkedHashMap<>();

    static {
        RECORDS.put("label", Museum.label());
        RECORDS.put("times", Museum.times());
        RECORDS.put("collections", Museum.collections());
        RECORDS.put("scans", Museum.scans());
        RECORDS.put("exhibit", Museum.exhibit());
        RECORDS.put("rooms", Museum.rooms());
    }

    @TempDir
    static Path folder;

    private static final Map<String, JsonNode> REPORTS = new LinkedHashMap<>();
    private static int exitCode;
    private static String denoErrors;
    private static Kv kv;
    private static final List<String> READ_FROM_DENO = new ArrayList<>();
    private static int cameBack;
    private static int sparse;

    @BeforeAll
    static void javaWritesDenoReadsAndWritesAndJavaOpensAgain() throws Exception {
        Path file = folder.resolve("museum.sqlite");
        // Rooms lead into each other, which only identities can tell.
        V8Mapper mapper = V8Mapper.builder().enable(V8ReadFeature.NATIVE_IDS).build();
        KvOptions options = KvOptions.builder().mapper(mapper).build();
        Kv writing = Kv.create("sqlite:" + file, options);
        RECORDS.forEach((name, value) ->
                writing.set(KvKey.of("museum", "java", name), value).block());
        for (int i = 0; i < RANDOM; i++) {
            writing.set(KvKey.of("random", "java", i), random(i)).block();
        }
        writing.close().block();
        try (Deno deno = Deno.start("museum.mjs", file)) {
            deno.rest().forEach(r -> REPORTS.put(r.get("part").asString(), r));
            exitCode = deno.exitCode();
            denoErrors = deno.errorText();
        }
        kv = Kv.create("sqlite:" + file, options);
    }

    private static Museum.Exhibit random(int i) {
        return new RandomExhibits(SEED + i).exhibit(1);
    }

    @AfterAll
    static void printTheSummary() throws Exception {
        Summary.print(
                "records",
                "records: Deno found %d of Java's %s as its own, %d differ; Java found %d of Deno's equal to its own; %d of %d random graphs (seed %d) equal after Java, Deno and Java, with %d arrays written as Deno writes what it has read"
                        .formatted(
                                REPORTS.get("read").get("same").size(),
                                RECORDS.keySet(),
                                REPORTS.get("read").get("differ").size(),
                                READ_FROM_DENO.size(),
                                cameBack,
                                RANDOM,
                                SEED,
                                sparse));
        kv.close().block();
    }

    @Test
    void denoReadsAndWritesWithoutFailing() {
        assertThat(exitCode)
                .as("the exit code of Deno; it says: %s", denoErrors)
                .isZero();
        assertThat(REPORTS.keySet()).containsExactly("read", "written", "copied");
    }

    @Test
    void recordsOfJavaAreForDenoWhatAJavaScriptProgramWouldWrite() {
        JsonNode read = REPORTS.get("read");
        assertThat(read.get("differ")).isEmpty();
        assertThat(names(read.get("same"))).containsExactlyElementsOf(RECORDS.keySet());
    }

    @Test
    void recordsOfDenoAreThoseOfJava() {
        assertThat(names(REPORTS.get("written").get("names"))).containsExactlyElementsOf(RECORDS.keySet());
        RECORDS.forEach((name, expected) -> {
            Object read = kv.get(KvKey.of("museum", "deno", name), expected.getClass())
                    .block()
                    .value();
            if (expected instanceof Museum.Room) {
                assertThat(read).usingRecursiveComparison().isEqualTo(expected);
            } else {
                assertThat(read).as(name).isEqualTo(expected);
            }
            READ_FROM_DENO.add(name);
        });
    }

    @Test
    void roomsThatLeadIntoEachOtherDoSoAfterDenoToo() {
        Museum.Room hall = kv.get(KvKey.of("museum", "deno", "rooms"), Museum.Room.class)
                .block()
                .value();
        assertThat(hall.doors).hasSize(2);
        assertThat(hall.doors.get(0)).isSameAs(hall.doors.get(1));
        assertThat(hall.doors.get(0).doors.get(0)).isSameAs(hall);
    }

    @Test
    void randomGraphsComeBackEqualAfterDenoHasReadAndWrittenThem() {
        assertThat(REPORTS.get("copied").get("copied").asInt()).isEqualTo(RANDOM);
        List<KvEntry<Museum.Exhibit>> copies = kv.list(KvSelector.prefix("random", "deno"), Museum.Exhibit.class)
                .collectList()
                .block();
        assertThat(copies).hasSize(RANDOM);
        for (int i = 0; i < RANDOM; i++) {
            assertThat(copies.get(i).value()).as("seed %d", SEED + i).isEqualTo(random(i));
            sparse += sparseArrays(V8.decodeModel(copies.get(i).rawValue().toByteArray()));
            cameBack++;
        }
        assertThat(sparse).as("arrays that Deno has read before it wrote them").isGreaterThan(RANDOM);
    }

    /** How many of the arrays directly in an object, or in objects in it, have the form that Deno gives to those it has read. */
    private static int sparseArrays(V8Value value) {
        if (value instanceof V8Array array) {
            return array.form() == V8Array.Form.SPARSE ? 1 : 0;
        }
        return value instanceof V8Object object
                ? object.properties().stream()
                        .mapToInt(property -> sparseArrays(property.value()))
                        .sum()
                : 0;
    }

    private static List<String> names(JsonNode array) {
        List<String> names = new ArrayList<>();
        array.forEach(n -> names.add(n.asString()));
        return names;
    }
}
