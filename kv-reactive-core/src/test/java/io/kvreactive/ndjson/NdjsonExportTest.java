// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.AtomicOperation;
import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.SetOptions;
import io.kvreactive.TestKv;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.Mutation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Hooks;
import reactor.test.StepVerifier;

@Timeout(120)
class NdjsonExportTest {

    private final AtomicReference<WrappedDatabase> database = new AtomicReference<>();
    private final Kv kv = TestKv.memory(inner -> {
        database.set(new WrappedDatabase(inner));
        return database.get();
    });

    private void fill(int count) {
        AtomicOperation operation = kv.atomic();
        for (int i = 0; i < count; i++) {
            operation = operation.set(KvKey.of("k", i), i);
        }
        operation.commitOrThrow().block();
    }

    private NdjsonExport export(NdjsonExportOptions.Builder options) {
        return NdjsonExport.of(kv, options.build());
    }

    private static NdjsonExportOptions.Builder options() {
        return NdjsonExportOptions.builder();
    }

    private static String text(ByteBuffer chunk) {
        return StandardCharsets.UTF_8.decode(chunk).toString();
    }

    @Test
    void nothingIsReadBeforeTheSubscriptionAndNoMoreThanIsAskedFor() {
        fill(100);
        NdjsonExport export = export(options().selector(KvSelector.prefix("k").batchSize(10)));
        assertThat(export.lines()).isNotNull();
        StepVerifier.create(export.lines(), 0)
                .then(() -> assertThat(database.get().reads).hasValue(0))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(database.get().reads).hasValue(1))
                .thenRequest(9)
                .expectNextCount(9)
                .then(() -> assertThat(database.get().reads).hasValue(2))
                .thenCancel()
                .verify();
        assertThat(database.get().reads).hasValue(2);
    }

    @Test
    void aChunkIsFilledFromAsManyBatchesAsItTakesAndNoMore() {
        fill(100);
        String all = String.join("", NdjsonExport.of(kv).lines().collectList().block());
        int lineBytes = all.length() / 100;
        NdjsonExport export =
                export(options().selector(KvSelector.prefix("k").batchSize(10)).chunkBytes(15 * lineBytes));
        database.get().reads.set(0);
        List<ByteBuffer> chunks = new ArrayList<>();
        StepVerifier.create(export.bytes(), 0)
                .thenRequest(1)
                .consumeNextWith(chunks::add)
                // Fifteen lines and a few, and the batch ahead.
                .then(() -> assertThat(database.get().reads.get()).isBetween(2, 3))
                .thenRequest(Long.MAX_VALUE)
                .recordWith(() -> chunks)
                .thenConsumeWhile(chunk -> true)
                .verifyComplete();
        assertThat(chunks).hasSizeBetween(6, 7);
        assertThat(String.join("", chunks.stream().map(NdjsonExportTest::text).toList()))
                .isEqualTo(all);
    }

    @Test
    void everyChunkEndsWithALineAndOnlyTheLastMayBeSmall() {
        fill(20);
        for (int chunkBytes : new int[] {1, 50, 200, 1_000_000}) {
            List<String> chunks = export(options().chunkBytes(chunkBytes))
                    .bytes()
                    .map(NdjsonExportTest::text)
                    .collectList()
                    .block();
            assertThat(chunks).allMatch(chunk -> chunk.endsWith("}\n"));
            assertThat(chunks.subList(0, chunks.size() - 1)).allMatch(chunk -> chunk.length() >= chunkBytes);
        }
        assertThat(NdjsonExport.of(Kv.create("memory:")).bytes().collectList().block())
                .isEmpty();
    }

    @Test
    void theSelectorDecidesWhatIsWrittenAndInWhichOrder() {
        fill(20);
        assertThat(export(options().selector(KvSelector.prefix("k").reverse().limit(2)))
                        .lines()
                        .collectList()
                        .block())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"value\":19}],\"value\":"),
                        second -> assertThat(second).contains("\"value\":18}],\"value\":"));
    }

    @Test
    void anExpiryIsToldInMillisecondsSince1970() {
        kv.set(KvKey.of("k"), 1, SetOptions.expireAt(Instant.ofEpochMilli(4_102_444_800_123L)))
                .block();
        assertThat(NdjsonExport.of(kv).lines().blockLast()).endsWith("\"expiresAt\":4102444800123}\n");
    }

    @Test
    void progressIsToldEveryThousandLinesAndAtTheEnd() {
        for (int i = 0; i < 4; i++) {
            AtomicOperation operation = kv.atomic();
            for (int j = 0; j < 500; j++) {
                operation = operation.set(KvKey.of(i, j), j);
            }
            operation.commitOrThrow().block();
        }
        List<NdjsonProgress> told = new ArrayList<>();
        NdjsonExport export = export(options().observer(new NdjsonObserver() {
            @Override
            public void progress(NdjsonProgress progress) {
                told.add(progress);
                throw new IllegalStateException("an observer that fails");
            }
        }));
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            assertThat(export.lines().count().block()).isEqualTo(2000);
        } finally {
            Hooks.resetOnErrorDropped();
        }
        assertThat(told).extracting(NdjsonProgress::lines).containsExactly(1000L, 2000L);
        assertThat(told.get(1)).isEqualTo(new NdjsonProgress(2000, 2000, 0, 0));
        assertThat(dropped).hasSize(2);
    }

    private void storeADamagedKey() {
        fill(3);
        Database below = database.get();
        below.atomicWrite(AtomicWrite.of(
                        List.of(),
                        List.of(Mutation.set(
                                new byte[] {2, 'k', 0, 0x7F}, KvValue.copyOf(KvValue.BYTES, new byte[0]), null))))
                .block();
    }

    @Test
    void anExportStopsAtAnEntryThatNoLineCanCarry() {
        storeADamagedKey();
        StepVerifier.create(NdjsonExport.of(kv).lines())
                .expectNextCount(3)
                .expectError(KvDecodeException.class)
                .verify();
    }

    @Test
    void orItGoesOnAndTells() {
        storeADamagedKey();
        kv.set(KvKey.of("z"), 1).block();
        List<KvDecodeException> leftOut = new ArrayList<>();
        List<NdjsonProgress> told = new ArrayList<>();
        NdjsonExport export = export(options().onError(NdjsonOnError.CONTINUE).observer(new NdjsonObserver() {
            @Override
            public void entryLeftOut(KvDecodeException error) {
                leftOut.add(error);
            }

            @Override
            public void progress(NdjsonProgress progress) {
                told.add(progress);
            }
        }));
        assertThat(export.lines().collectList().block()).hasSize(4);
        assertThat(leftOut)
                .singleElement()
                .satisfies(e -> assertThat(e.rawKey()).isEqualTo(new byte[] {2, 'k', 0, 0x7F}));
        assertThat(told).containsExactly(new NdjsonProgress(5, 4, 0, 1));
    }

    @Test
    void optionsAreCheckedAndKept() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options().chunkBytes(0))
                .withMessageContaining("chunkBytes");
        KvSelector selector = KvSelector.prefix("x");
        NdjsonExportOptions changed = options()
                .selector(selector)
                .rawValues(NdjsonExportOptions.RawValues.ALWAYS)
                .onError(NdjsonOnError.CONTINUE)
                .chunkBytes(7)
                .build()
                .mutate()
                .build();
        assertThat(changed.selector()).isSameAs(selector);
        assertThat(changed.rawValues()).isEqualTo(NdjsonExportOptions.RawValues.ALWAYS);
        assertThat(changed.onError()).isEqualTo(NdjsonOnError.CONTINUE);
        assertThat(changed.chunkBytes()).isEqualTo(7);
        assertThat(changed.observer()).isSameAs(NdjsonObserver.NONE);
    }
}
