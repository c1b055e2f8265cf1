// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.Kv;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * One import: lines become entries, entries batches, batches commits. Each stage runs for one thing at a time, but for commits, several of which
 * are under way; what one of them needs of an earlier one, the same key, it waits for.
 */
final class ImportRun {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final NdjsonImportOptions options;
    private final Clock clock;
    private final LineReader reader;
    private final BatchWriter writer;
    private final Observed observer;
    private final Queue<Batch> underWay = new ConcurrentLinkedQueue<>();

    // Of the stage that reads lines.
    private long lineNumber;
    private Batch batch;

    // Of the stage that counts.
    private NdjsonProgress progress = NdjsonProgress.NONE;

    ImportRun(Kv kv, NdjsonImportOptions options) {
        this.options = options;
        this.clock = kv.options().clock();
        this.reader = new LineReader(options.prefix());
        this.writer = new BatchWriter(kv, options);
        this.observer = new Observed(options.observer());
        this.batch = new Batch(options);
    }

    Mono<NdjsonProgress> over(Flux<Line> lines) {
        // To stop at a line, what comes behind it must not be under way.
        int concurrency = options.onError() == NdjsonOnError.STOP ? 1 : options.concurrency();
        return lines.handle(this::collect)
                .concatWith(Mono.fromSupplier(this::rest))
                .flatMap(this::writeInOrder, concurrency, 1)
                .handle(this::count)
                .then(Mono.fromSupplier(() -> progress));
    }

    private void collect(Line line, SynchronousSink<Batch> sink) {
        lineNumber++;
        if (line.isBlank()) {
            return;
        }
        LineReader.Entry entry = entryOf(line);
        if (entry == null) {
            if (batch.isLast()) {
                sink.next(next());
                sink.complete();
                return;
            }
        } else if (batch.takes(entry)) {
            batch.add(entry);
        } else {
            sink.next(next());
            batch.add(entry);
            return;
        }
        if (batch.isFull()) {
            sink.next(next());
        }
    }

    /** The entry of a line; null for one that was refused or skipped. */
    private LineReader.@Nullable Entry entryOf(Line line) {
        if (line.defect() != null) {
            batch.refuseLine(lineNumber, line.defect());
            return null;
        }
        try {
            LineReader.Entry entry = reader.read(lineNumber, withoutMark(line.text()));
            Instant expiresAt = entry.expiresAt();
            if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
                batch.skipLine();
                return null;
            }
            return entry;
        } catch (Refused e) {
            batch.refuseLine(lineNumber, e.reason());
            return null;
        }
    }

    private String withoutMark(String text) {
        return lineNumber == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private Batch next() {
        Batch full = batch;
        batch = new Batch(options);
        return full;
    }

    private @Nullable Batch rest() {
        return batch.isEmpty() ? null : next();
    }

    private Mono<Batch> writeInOrder(Batch next) {
        List<Mono<Void>> first = underWay.stream()
                .filter(earlier -> earlier.sharesKeysWith(next))
                .map(Batch::over)
                .toList();
        underWay.add(next);
        return Mono.when(first)
                .then(writer.write(next))
                .doOnTerminate(() -> {
                    underWay.remove(next);
                    next.end();
                })
                .thenReturn(next);
    }

    private void count(Batch written, SynchronousSink<NdjsonProgress> sink) {
        progress = written.addTo(progress);
        for (Batch.Refusal refusal : written.refusals()) {
            NdjsonException error = new NdjsonException(refusal.line(), refusal.reason(), progress);
            if (options.onError() == NdjsonOnError.STOP) {
                sink.error(error);
                return;
            }
            observer.tell(o -> o.lineRefused(error));
        }
        observer.tell(o -> o.progress(progress));
    }
}
