// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.Kv;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Reads newline-delimited JSON into a database, {@code docs/spec/ndjson.md}. Lines are asked for as they can be written: those of a few batches are
 * held at a time. A batch is written in one commit, the whole import in many: one that ends with an error or is cancelled has written what came
 * first, and can be repeated.
 *
 * <p>Immutable and thread-safe; every subscription is an import of its own.
 */
public final class NdjsonImport {

    private final Kv kv;
    private final NdjsonImportOptions options;

    private NdjsonImport(Kv kv, NdjsonImportOptions options) {
        this.kv = Objects.requireNonNull(kv, "kv");
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * An import that skips what exists. No I/O.
     *
     * @param kv the database
     * @return the import
     */
    public static NdjsonImport of(Kv kv) {
        return of(kv, NdjsonImportOptions.defaults());
    }

    /**
     * An import. No I/O.
     *
     * @param kv the database
     * @param options what is done with the lines
     * @return the import
     */
    public static NdjsonImport of(Kv kv, NdjsonImportOptions options) {
        return new NdjsonImport(kv, options);
    }

    /**
     * Imports lines.
     *
     * @param lines one line each, with or without its end; blank ones do not count
     * @return the counts, once all is written. Errors are those of the lines' publisher and of {@code commit()}, and {@link NdjsonException} for the
     *     first line that cannot be imported, if the options say so
     */
    public Mono<NdjsonProgress> fromLines(Publisher<String> lines) {
        Objects.requireNonNull(lines, "lines");
        return Mono.defer(() ->
                new ImportRun(kv, options).over(Flux.from(lines).map(line -> Line.of(line, options.maxLineBytes()))));
    }

    /**
     * Imports UTF-8.
     *
     * @param chunks bytes, cut anywhere; a buffer is read until the next is asked for, and its position left alone
     * @return as {@link #fromLines}
     */
    public Mono<NdjsonProgress> fromBytes(Publisher<ByteBuffer> chunks) {
        Objects.requireNonNull(chunks, "chunks");
        return Mono.defer(() -> {
            LineAssembler assembler = new LineAssembler(options.maxLineBytes());
            return new ImportRun(kv, options)
                    .over(Flux.from(chunks)
                            .concatMapIterable(assembler::lines, 1)
                            .concatWith(Mono.fromSupplier(assembler::rest)));
        });
    }

    /**
     * Imports a file, which is read and parsed on a thread of {@link Schedulers#boundedElastic()}.
     *
     * @param file the file
     * @return as {@link #fromLines}; {@code KvDatabaseException} if the file cannot be read
     */
    public Mono<NdjsonProgress> fromFile(Path file) {
        return fromBytes(FileChunks.of(Objects.requireNonNull(file, "file")))
                .publishOn(kv.options().scheduler());
    }
}
