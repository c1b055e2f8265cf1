// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.ndjson.NdjsonExport;
import io.kvreactive.ndjson.NdjsonExportOptions;
import io.kvreactive.ndjson.NdjsonImport;
import io.kvreactive.ndjson.NdjsonImportOptions;
import io.kvreactive.ndjson.NdjsonObserver;
import io.kvreactive.ndjson.NdjsonOnError;
import io.kvreactive.ndjson.NdjsonProgress;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** The programs of {@code docs/export-import.md}. */
final class ExportImport {

    private ExportImport() {}

    /** All orders into a file, which appears when it is whole and on the disk. */
    static Mono<NdjsonProgress> export(Kv kv, Path file) {
        NdjsonExportOptions options = NdjsonExportOptions.builder()
                .selector(KvSelector.prefix("orders"))
                .observer(new NdjsonObserver() {
                    @Override
                    public void progress(NdjsonProgress progress) {
                        System.out.println(progress.lines() + " lines so far");
                    }
                })
                .build();
        return NdjsonExport.of(kv, options).toFile(file);
    }

    /** The orders of a file below another prefix. What is there already is replaced; the first bad line ends it. */
    static Mono<NdjsonProgress> restore(Kv kv, Path file) {
        NdjsonImportOptions options = NdjsonImportOptions.builder()
                .prefix(KvKey.of("restored"))
                .existing(NdjsonImportOptions.Existing.OVERWRITE)
                .onError(NdjsonOnError.STOP)
                .build();
        return NdjsonImport.of(kv, options).fromFile(file);
    }

    /** Everything from one database into another, such as from a server into a file. */
    static Mono<NdjsonProgress> copy(Kv from, Kv to) {
        return NdjsonImport.of(to).fromLines(NdjsonExport.of(from).lines());
    }

    /** A copy of the database as it is at one moment, while everybody goes on reading and writing. */
    static Mono<Long> backup(Kv kv, Path file) {
        return kv.backup(file).doOnNext(size -> System.out.println(size + " bytes are on the disk"));
    }
}
