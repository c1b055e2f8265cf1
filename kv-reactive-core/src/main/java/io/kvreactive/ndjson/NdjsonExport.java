// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntry;
import io.kvreactive.KvSelector;
import io.kvreactive.KvValue;
import io.kvreactive.spi.NewFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Writes the entries of a database as newline-delimited JSON, {@code docs/spec/ndjson.md}. Reads as its subscriber asks: of a database of any
 * size, two batches of the selector are held at a time. Like a listing it is no snapshot; a {@linkplain Kv#backup backup} is.
 *
 * <p>Immutable and thread-safe; every subscription is an export of its own.
 */
public final class NdjsonExport {

    /** How many lines an export gives between two reports to its {@link NdjsonObserver}. */
    public static final int LINES_PER_PROGRESS = 1_000;

    private final Kv kv;
    private final NdjsonExportOptions options;

    private NdjsonExport(Kv kv, NdjsonExportOptions options) {
        this.kv = Objects.requireNonNull(kv, "kv");
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * An export of everything. No I/O.
     *
     * @param kv the database
     * @return the export
     */
    public static NdjsonExport of(Kv kv) {
        return of(kv, NdjsonExportOptions.defaults());
    }

    /**
     * An export. No I/O.
     *
     * @param kv the database
     * @param options which entries, and how
     * @return the export
     */
    public static NdjsonExport of(Kv kv, NdjsonExportOptions options) {
        return new NdjsonExport(kv, options);
    }

    /**
     * The lines, each with its line feed: as a web server sends them, or {@link NdjsonImport#fromLines} takes them.
     *
     * @return one line for each entry. Errors are those of {@link Kv#list(KvSelector)}; {@link KvDecodeException} for an entry that no line can
     *     carry, unless the options say otherwise
     */
    public Flux<String> lines() {
        return Flux.defer(() -> new Run().lines());
    }

    /**
     * The lines as UTF-8, several in a chunk.
     *
     * @return chunks of whole lines, each a buffer of its own. Errors as in {@link #lines()}
     */
    public Flux<ByteBuffer> bytes() {
        return Flux.defer(() -> new Run().bytes());
    }

    /**
     * Writes the lines into a file, which appears when it is whole and on the disk: it is written beside its target under a temporary name.
     *
     * @param target the file, which must not exist; its folder must
     * @return the counts. Errors as in {@link #lines()}, and {@code KvDatabaseException} if the file
     *     cannot be written; an export that fails or is cancelled leaves no file
     */
    public Mono<NdjsonProgress> toFile(Path target) {
        Objects.requireNonNull(target, "target");
        return Mono.defer(() -> {
            Run run = new Run();
            return NewFile.write("export", target, file -> run.bytes().concatMap(file::append, 1))
                    .map(size -> run.progress())
                    .publishOn(kv.options().scheduler());
        });
    }

    /** One export. Its stages run one after the other for each entry. */
    private final class Run {
        private final Observed observer = new Observed(options.observer());
        private long written;
        private long errors;
        private long reported;

        Flux<String> lines() {
            // Values stay as they are stored; what remains undecodable is a key or a row.
            KvSelector selector = options.selector().onDecodeError(KvSelector.OnDecodeError.KEEP);
            return kv.list(selector, KvValue.class).handle(this::line).doOnComplete(this::reportRest);
        }

        Flux<ByteBuffer> bytes() {
            return Flux.defer(() -> {
                ChunkAssembler chunks = new ChunkAssembler(options.chunkBytes());
                return lines().handle(chunks::add).concatWith(Mono.fromSupplier(chunks::rest));
            });
        }

        NdjsonProgress progress() {
            return new NdjsonProgress(written + errors, written, 0, errors);
        }

        private void line(KvEntry<KvValue> entry, SynchronousSink<String> sink) {
            KvDecodeException damage = entry.decodeError();
            if (damage == null) {
                written++;
                sink.next(LineWriter.line(entry, options.rawValues()));
            } else if (options.onError() == NdjsonOnError.STOP) {
                sink.error(damage);
                return;
            } else {
                errors++;
                observer.tell(o -> o.entryLeftOut(damage));
            }
            if (written + errors - reported == LINES_PER_PROGRESS) {
                report();
            }
        }

        private void report() {
            reported = written + errors;
            observer.tell(o -> o.progress(progress()));
        }

        private void reportRest() {
            if (written + errors > reported) {
                report();
            }
        }
    }
}
