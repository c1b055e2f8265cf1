// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.ndjson.NdjsonExportOptions.RawValues;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.testsupport.Vectors;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Value;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Every key and every value that Deno wrote, through an export and an import. */
class VectorRoundTripTest {

    private static final KvKey KEY = KvKey.of("v");

    /**
     * What JavaScript's own writer of JSON would lose, or would not write, and our text carries all the same; a foreign reader may still lose it,
     * so the stored bytes go along.
     */
    private static final Set<String> CARRIED_WITH_RAW = Set.of(
            "double-minus-zero",
            "arr-minus-zero",
            "set-minus-zero",
            "str-lone-high",
            "str-lone-low",
            "str-reversed-pair",
            "str-lone-in-text",
            "date-invalid",
            "date-nan-payload");

    private static List<JsonNode> cases(String file) {
        return Vectors.cases(file, "cases").stream()
                .filter(json -> Vectors.bytes(json).length <= DatabaseLimits.DENO.valueBytes())
                .toList();
    }

    private static KvValue stored(JsonNode valueCase) {
        return KvValue.copyOf(KvValue.V8, Vectors.bytes(valueCase));
    }

    private final Kv kv = Kv.create("memory:");
    private final NdjsonImport overwriting = NdjsonImport.of(
            kv,
            NdjsonImportOptions.builder()
                    .existing(NdjsonImportOptions.Existing.OVERWRITE)
                    .build());

    private String exported(KvValue value, RawValues rawValues) {
        NdjsonExportOptions options =
                NdjsonExportOptions.builder().rawValues(rawValues).build();
        return kv.set(KEY, value)
                .then(NdjsonExport.of(kv, options).lines().single())
                .block();
    }

    /** What the line leaves in a database; null if it is refused. */
    private static KvValue imported(String line) {
        Kv kv = Kv.create("memory:");
        NdjsonProgress progress = NdjsonImport.of(kv).fromLines(Flux.just(line)).block();
        return progress.written() == 0
                ? null
                : kv.get(KEY, KvValue.class).block().rawValue();
    }

    private static boolean areEqual(KvValue a, KvValue b) {
        try {
            return a.equals(b)
                    || b != null
                            && a.encoding() == KvValue.V8
                            && b.encoding() == KvValue.V8
                            && V8Value.deepEquals(V8.decodeModel(a.toByteArray()), V8.decodeModel(b.toByteArray()));
        } catch (V8Exception e) {
            return false;
        }
    }

    @Test
    void aValueComesBackAsTheSameValueOrByteForByteWhereTheNotationDoesNotCarryIt() {
        Set<String> carriedWithRaw = new TreeSet<>();
        int withRaw = 0;
        for (JsonNode valueCase : cases("values.json")) {
            String name = valueCase.get("name").asString();
            KvValue stored = stored(valueCase);
            String line = exported(stored, RawValues.WHERE_NEEDED);
            boolean isCarried = areEqual(stored, imported(exported(stored, RawValues.NEVER)));
            if (line.contains(",\"raw\":{")) {
                withRaw++;
                assertThat(imported(line)).as(name).isEqualTo(stored);
                if (isCarried) {
                    carriedWithRaw.add(name);
                }
            } else {
                assertThat(isCarried).as(name + ": " + line).isTrue();
            }
        }
        // No raw bytes are written that are not needed.
        assertThat(carriedWithRaw).isEqualTo(CARRIED_WITH_RAW);
        assertThat(withRaw).isBetween(100, 200);
    }

    @Test
    void aValueThatNobodyCanReadComesBackByteForByte() {
        List<JsonNode> invalid = cases("values-invalid.json");
        assertThat(invalid).hasSizeGreaterThan(200).allSatisfy(valueCase -> {
            KvValue stored = stored(valueCase);
            String line = exported(stored, RawValues.WHERE_NEEDED);
            assertThat(areEqual(stored, imported(line))).as(line).isTrue();
        });
    }

    @Test
    void withRawValuesAlwaysEveryValueComesBackByteForByte() {
        assertThat(cases("values.json"))
                .allSatisfy(valueCase -> assertThat(imported(exported(stored(valueCase), RawValues.ALWAYS)))
                        .isEqualTo(stored(valueCase)));
        for (KvValue other :
                List.of(KvValue.copyOf(KvValue.BYTES, new byte[] {0, -1}), KvValue.copyOf(KvValue.LE64, new byte[8]))) {
            assertThat(imported(exported(other, RawValues.ALWAYS))).isEqualTo(other);
            assertThat(imported(exported(other, RawValues.NEVER))).isEqualTo(other);
        }
    }

    private static List<String> keysOf(Kv kv) {
        return kv.list(KvSelector.prefix().batchSize(500))
                .map(entry -> HexFormat.of().formatHex(entry.rawKey()))
                .collectList()
                .block();
    }

    @Test
    void everyKeyComesBackByteForByteAndInOrder() {
        Kv from = Kv.create("memory:");
        for (JsonNode keyCase : Vectors.cases("keys.json", "cases")) {
            KvKey key = KvKey.decode(HexFormat.of().parseHex(keyCase.get("hex").asString()));
            if (!key.isEmpty() && key.encodedSize() <= DatabaseLimits.DENO.keyBytes()) {
                from.set(key, true).block();
            }
        }
        // What foreign writers may have stored: a bigint longer than needed, and NaNs with a payload.
        List.of("160001", "21fff8000000000001", "210007fffffffffffe")
                .forEach(hex -> from.set(KvKey.decode(HexFormat.of().parseHex(hex)), true)
                        .block());
        Kv to = Kv.create("memory:");
        NdjsonProgress progress =
                NdjsonImport.of(to).fromLines(NdjsonExport.of(from).lines()).block();
        assertThat(keysOf(to)).hasSizeGreaterThan(180).isEqualTo(keysOf(from));
        assertThat(progress)
                .isEqualTo(new NdjsonProgress(keysOf(from).size(), keysOf(from).size(), 0, 0));
    }

    @Test
    void aPrefixIsPutBeforeKeysThatPartsDoNotGive() {
        Kv from = Kv.create("memory:");
        KvKey odd = KvKey.decode(HexFormat.of().parseHex("160001"));
        from.set(odd, true).block();
        Kv to = Kv.create("memory:");
        NdjsonImport.of(to, NdjsonImportOptions.builder().prefix(KvKey.of("p")).build())
                .fromLines(NdjsonExport.of(from).lines())
                .block();
        assertThat(keysOf(to)).containsExactly("027000160001");
    }
}
