// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvSelector;
import io.kvreactive.TestKv;
import io.kvreactive.ndjson.NdjsonImportOptions.Existing;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** A million lines from one database into another: never more of them are on the way than the settings say. */
@Timeout(120)
class NdjsonFlowTest {

    private static final int READ_BATCH = 200;
    private static final int WRITE_BATCH = 100;
    private static final int CONCURRENCY = 3;

    private static Mono<NdjsonProgress> asLines(NdjsonExport from, NdjsonImport to) {
        return to.fromLines(from.lines());
    }

    private static Mono<NdjsonProgress> asBytes(NdjsonExport from, NdjsonImport to) {
        return to.fromBytes(from.bytes());
    }

    @ParameterizedTest
    @CsvSource({"1000000, false, 0", "100000, true, 100"})
    void noMoreRowsAreOnTheWayThanTheSettingsSay(long rows, boolean isBytes, int linesOfAChunk) {
        NumberedDatabase database = new NumberedDatabase(rows);
        Kv kv = TestKv.over(database);
        NdjsonExport export = NdjsonExport.of(
                kv,
                NdjsonExportOptions.builder()
                        .selector(KvSelector.prefix().batchSize(READ_BATCH))
                        .chunkBytes(8_192)
                        .build());
        NdjsonImport toImport = NdjsonImport.of(
                kv,
                NdjsonImportOptions.builder()
                        .existing(Existing.OVERWRITE)
                        .batchSize(WRITE_BATCH)
                        .concurrency(CONCURRENCY)
                        .build());
        BiFunction<NdjsonExport, NdjsonImport, Mono<NdjsonProgress>> copy =
                isBytes ? NdjsonFlowTest::asBytes : NdjsonFlowTest::asLines;
        assertThat(copy.apply(export, toImport).block()).isEqualTo(new NdjsonProgress(rows, rows, 0, 0));
        // Two batches that are read, those that are written, and one that is being filled.
        assertThat(database.mostOnTheWay.get())
                .isLessThanOrEqualTo(2 * READ_BATCH + (CONCURRENCY + 1) * WRITE_BATCH + linesOfAChunk);
    }
}
