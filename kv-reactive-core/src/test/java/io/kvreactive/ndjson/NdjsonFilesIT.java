// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvKey;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvSelector;
import io.kvreactive.TestKv;
import io.kvreactive.ndjson.NdjsonImportOptions.Existing;
import io.kvreactive.spi.DatabaseLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@Timeout(120)
class NdjsonFilesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private static NdjsonExport export(long size) {
        return NdjsonExport.of(TestKv.over(new NumberedDatabase(size)));
    }

    private static NdjsonImport importer(Kv kv) {
        return NdjsonImport.of(
                kv, NdjsonImportOptions.builder().existing(Existing.OVERWRITE).build());
    }

    private String[] files() {
        return folder.toFile().list();
    }

    private void awaitNoFiles() {
        Boolean isEmpty = Mono.fromSupplier(() -> files().length == 0)
                .repeatWhen(ended -> ended.delayElements(Duration.ofMillis(5)))
                .any(empty -> empty)
                .block(PATIENCE);
        assertThat(isEmpty).isTrue();
    }

    @Test
    void aFileHasEveryLineAndIsReadAgain() throws IOException {
        Path file = folder.resolve("orders.ndjson");
        assertThat(export(5_000).toFile(file).block()).isEqualTo(new NdjsonProgress(5_000, 5_000, 0, 0));
        assertThat(files()).containsExactly("orders.ndjson");
        assertThat(Files.readString(file))
                .isEqualTo(String.join("", export(5_000).lines().collectList().block()));
        Kv kv = Kv.create("memory:");
        assertThat(importer(kv).fromFile(file).block()).isEqualTo(new NdjsonProgress(5_000, 5_000, 0, 0));
        assertThat(kv.count(KvSelector.prefix()).block()).isEqualTo(5_000);
        assertThat(kv.get(KvKey.of(4_999)).block()).isNotNull();
    }

    @Test
    void aFileThatExistsIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("there.ndjson"), "old");
        StepVerifier.create(export(10).toFile(file))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(KvDatabaseException.class)
                        .hasMessageContaining("export to " + file)
                        .hasMessageContaining("exists"))
                .verify(PATIENCE);
        assertThat(Files.readString(file)).isEqualTo("old");
        assertThat(files()).containsExactly("there.ndjson");
    }

    @Test
    void soIsOneThatAppearsMeanwhile() throws IOException {
        Path file = folder.resolve("soon.ndjson");
        NdjsonExportOptions options = NdjsonExportOptions.builder()
                .observer(new NdjsonObserver() {
                    @Override
                    public void progress(NdjsonProgress progress) {
                        try {
                            Files.writeString(file, "other");
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }
                })
                .build();
        StepVerifier.create(NdjsonExport.of(TestKv.over(new NumberedDatabase(1)), options)
                        .toFile(file))
                .expectError(KvDatabaseException.class)
                .verify(PATIENCE);
        assertThat(Files.readString(file)).isEqualTo("other");
        assertThat(files()).containsExactly("soon.ndjson");
    }

    @Test
    void aFolderThatIsMissingOrNoneIsAnError() throws IOException {
        Files.writeString(folder.resolve("file"), "");
        for (String target : new String[] {"no/such.ndjson", "file/x.ndjson"}) {
            StepVerifier.create(export(10).toFile(folder.resolve(target)))
                    .expectError(KvDatabaseException.class)
                    .verify(PATIENCE);
        }
        assertThat(files()).containsExactly("file");
    }

    @Test
    void anExportThatFailsLeavesNoFile() {
        Kv failing = TestKv.over(new WrappedDatabase(new NumberedDatabase(100_000))
                .limits(DatabaseLimits.builder().entriesPerRead(10).build()));
        StepVerifier.create(NdjsonExport.of(failing).toFile(folder.resolve("failed.ndjson")))
                .expectError(KvLimitException.class)
                .verify(PATIENCE);
        assertThat(files()).isEmpty();
    }

    @Test
    void anExportThatIsCancelledLeavesNoFile() throws InterruptedException {
        for (int lines : new int[] {1, 2_000, 20_000, 0}) {
            CountDownLatch reached = new CountDownLatch(1);
            NdjsonExportOptions options = NdjsonExportOptions.builder()
                    .observer(new NdjsonObserver() {
                        @Override
                        public void progress(NdjsonProgress progress) {
                            if (progress.lines() >= lines) {
                                reached.countDown();
                            }
                        }
                    })
                    .build();
            Disposable running = NdjsonExport.of(TestKv.over(new NumberedDatabase(Integer.MAX_VALUE)), options)
                    .toFile(folder.resolve("cancelled.ndjson"))
                    .subscribe();
            if (lines > 0) {
                assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(files()).hasSize(1);
            }
            running.dispose();
            awaitNoFiles();
        }
    }

    @Test
    void anImportFromAFileIsCancelledAtAnyMoment() throws IOException {
        Path file = folder.resolve("many.ndjson");
        export(20_000).toFile(file).block();
        for (int written : new int[] {0, 1, 5_000}) {
            NumberedDatabase database = new NumberedDatabase(0);
            Disposable running = importer(TestKv.over(database)).fromFile(file).subscribe();
            Boolean isReached = Mono.fromSupplier(() -> database.taken.get() >= written)
                    .repeatWhen(ended -> ended.delayElements(Duration.ofMillis(1)))
                    .any(reached -> reached)
                    .block(PATIENCE);
            assertThat(isReached).isTrue();
            running.dispose();
        }
        // The file is free, and can still be read.
        assertThat(importer(Kv.create("memory:")).fromFile(file).block().written())
                .isEqualTo(20_000);
    }

    @Test
    void aFileThatCannotBeReadIsAnError() {
        for (Path wrong : new Path[] {folder.resolve("none.ndjson"), folder}) {
            StepVerifier.create(importer(Kv.create("memory:")).fromFile(wrong))
                    .expectErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(KvDatabaseException.class)
                            .hasMessageContaining(wrong.toString()))
                    .verify(PATIENCE);
        }
    }

    @Test
    void manyFilesAtOnceDoNotMixUp() {
        Flux.range(0, 16)
                .flatMap(i -> export(i * 100)
                        .toFile(folder.resolve(i + ".ndjson"))
                        .doOnNext(progress -> assertThat(progress.lines()).isEqualTo(i * 100)))
                .blockLast(PATIENCE);
        assertThat(files()).hasSize(16);
    }
}
