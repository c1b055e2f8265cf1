// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.SetOptions;
import io.kvreactive.ndjson.NdjsonExport;
import io.kvreactive.ndjson.NdjsonExportOptions;
import io.kvreactive.ndjson.NdjsonExportOptions.RawValues;
import io.kvreactive.ndjson.NdjsonImport;
import io.kvreactive.ndjson.NdjsonImportOptions;
import io.kvreactive.ndjson.NdjsonImportOptions.Existing;
import io.kvreactive.ndjson.NdjsonProgress;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Export and import as newline-delimited JSON: what goes out comes back. */
abstract class NdjsonContract extends ContractPart {

    private static final NdjsonExportOptions EXACT =
            NdjsonExportOptions.builder().rawValues(RawValues.ALWAYS).build();

    NdjsonContract(KvContract contract) {
        super(contract);
    }

    private NdjsonImport importer(Existing existing) {
        return NdjsonImport.of(
                kv(),
                NdjsonImportOptions.builder().existing(existing).batchSize(64).build());
    }

    /** Keys, values and expiries of a database, without versions. */
    private List<String> content() {
        return all(kv().list(ALL.batchSize(500), KvValue.class).map(NdjsonContract::content));
    }

    private static String content(KvEntry<KvValue> entry) {
        return HexFormat.of().formatHex(entry.rawKey()) + " = "
                + HexFormat.of().formatHex(entry.rawValue().toByteArray()) + " until " + entry.expiresAt();
    }

    private void empty() {
        for (KvKey key : keys(ALL.batchSize(500))) {
            awaitEnd(kv().delete(key));
        }
    }

    @Test
    void everyKeyOfDenoComesBack() {
        for (JsonNode keyCase : Vectors.cases("keys.json")) {
            KvKey key = KvKey.decode(Vectors.hex(keyCase));
            if (!key.isEmpty() && key.encodedSize() <= database().limits().keyBytes()) {
                set(key, true);
            }
        }
        List<String> before = content();
        List<String> lines = all(NdjsonExport.of(kv()).lines());
        empty();
        assertThat(await(importer(Existing.SKIP).fromLines(Flux.fromIterable(lines))))
                .isEqualTo(new NdjsonProgress(before.size(), before.size(), 0, 0));
        assertThat(content()).hasSizeGreaterThan(150).isEqualTo(before);
    }

    @Test
    void valuesOfEveryEncodingAndExpiriesComeBackByteForByte() {
        set(KvKey.of("v", 1), Map.of("list", List.of(1, 2.5, "text"), "set", Set.of(true)));
        set(KvKey.of("v", 2), new byte[] {0, 1, -1});
        set(KvKey.of("v", 3), KvU64.MAX);
        set(KvKey.of("v", 4), BigInteger.TEN.pow(40));
        set(KvKey.of("v", 5), null);
        set(KvKey.of("v", 6), -0.0);
        await(kv().set(KvKey.of("v", 7), 1, SetOptions.expireIn(Duration.ofMinutes(5))));
        await(kv().set(KvKey.of("v", 8), 1, SetOptions.expireIn(Duration.ofMinutes(9))));
        List<String> before = content();
        List<ByteBuffer> chunks = all(NdjsonExport.of(kv(), EXACT).bytes());
        empty();
        assertThat(await(importer(Existing.SKIP).fromBytes(Flux.fromIterable(chunks))))
                .isEqualTo(new NdjsonProgress(8, 8, 0, 0));
        assertThat(content()).isEqualTo(before);
        if (has(KvContract.Trait.TELLS_EXPIRY) && has(KvContract.Trait.FOLLOWS_THE_CLOCK)) {
            clock.advance(Duration.ofMinutes(5));
            assertThat(await(importer(Existing.OVERWRITE).fromBytes(Flux.fromIterable(chunks))))
                    .isEqualTo(new NdjsonProgress(8, 7, 1, 0));
            assertThat(keys(ALL)).hasSize(7);
        }
    }

    @Test
    void whatExistsIsSkippedWhateverTheBackendTellsOfConflicts() {
        fill("p", 300);
        List<String> lines = all(NdjsonExport.of(kv()).lines());
        empty();
        List<KvKey> changed = new ArrayList<>();
        for (int i = 0; i < 300; i += 7) {
            changed.add(KvKey.of("p", i));
            set(KvKey.of("p", i), "changed");
        }
        assertThat(await(importer(Existing.SKIP).fromLines(Flux.fromIterable(lines))))
                .isEqualTo(new NdjsonProgress(300, 300 - changed.size(), changed.size(), 0));
        assertThat(all(kv().list(KvSelector.prefix("p")).filter(entry -> "changed".equals(entry.value()))).stream()
                        .map(KvEntry::key))
                .isEqualTo(changed);
        assertThat(await(importer(Existing.OVERWRITE).fromLines(Flux.fromIterable(lines))))
                .isEqualTo(new NdjsonProgress(300, 300, 0, 0));
        assertThat(values(KvSelector.prefix("p"))).doesNotContain("changed").hasSize(300);
    }

    @Test
    void aDatabaseIsCopiedBelowAPrefixInOneStream() {
        fill("p", 700);
        NdjsonImport below = NdjsonImport.of(
                kv(), NdjsonImportOptions.builder().prefix(KvKey.of("copy")).build());
        NdjsonExport from = NdjsonExport.of(
                kv(),
                NdjsonExportOptions.builder().selector(KvSelector.prefix("p")).build());
        assertThat(await(below.fromLines(from.lines()))).isEqualTo(new NdjsonProgress(700, 700, 0, 0));
        assertThat(values(KvSelector.prefix("copy", "p"))).isEqualTo(values(KvSelector.prefix("p")));
    }
}
