// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvKey;
import io.kvreactive.spi.DatabaseLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lines that are written together, and what became of them. Filled by the stage that reads lines, then changed by its commit only, whose steps
 * follow each other.
 */
final class Batch {

    /** A line that was refused. */
    record Refusal(long line, String reason) {}

    private static final DatabaseLimits LIMITS = DatabaseLimits.DENO;

    private final NdjsonImportOptions options;
    private final List<LineReader.Entry> entries = new ArrayList<>();
    private final Set<KvKey> keys = new HashSet<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private long lines;
    private long bytes;
    private long keyBytes;
    private long written;
    private long skipped;
    private boolean isCutShort;

    Batch(NdjsonImportOptions options) {
        this.options = options;
    }

    /** Whether an entry fits in with the others, in number and size, by the limits of Deno; the database may have others. */
    boolean takes(LineReader.Entry entry) {
        boolean isSkipping = options.existing() == NdjsonImportOptions.Existing.SKIP;
        int most = Math.min(options.batchSize(), isSkipping ? LIMITS.checksPerWrite() : LIMITS.mutationsPerWrite());
        if (entries.isEmpty()) {
            return true;
        }
        // The second of a key is skipped only once the first is written.
        return entries.size() < most
                && bytes + bytesOf(entry) <= LIMITS.writeBytes()
                && keyBytes + entry.key().encodedSize() <= LIMITS.writeKeyBytes()
                && !(isSkipping && keys.contains(entry.key()));
    }

    /** Whether so many lines were read that the batch should be dealt with, even if few of them have entries. */
    boolean isFull() {
        return lines >= options.batchSize();
    }

    void add(LineReader.Entry entry) {
        lines++;
        entries.add(entry);
        keys.add(entry.key());
        bytes += bytesOf(entry);
        keyBytes += entry.key().encodedSize();
    }

    /** A key counts in the check, and twice in the mutation. */
    private static long bytesOf(LineReader.Entry entry) {
        return 3L * entry.key().encodedSize() + entry.value().size();
    }

    void skipLine() {
        lines++;
        skipped++;
    }

    /** Of a line without an entry. */
    void refuseLine(long line, String reason) {
        lines++;
        refusals.add(new Refusal(line, reason));
    }

    /** Of an entry that cannot be written. */
    void refuseEntry(long line, String reason) {
        if (isStopping()) {
            // It comes before the line that may have ended the batch.
            refusals.clear();
            isCutShort = true;
        }
        refusals.add(new Refusal(line, reason));
    }

    void wrote(int count) {
        written += count;
    }

    void skipped(int count) {
        skipped += count;
    }

    /** Whether the import ends with this batch, as far as its lines tell. */
    boolean isLast() {
        return isStopping() && !refusals.isEmpty();
    }

    /** Whether an entry could not be written, and those behind it must not be. */
    boolean isCutShort() {
        return isCutShort;
    }

    private boolean isStopping() {
        return options.onError() == NdjsonOnError.STOP;
    }

    boolean isEmpty() {
        return lines == 0;
    }

    List<LineReader.Entry> entries() {
        return entries;
    }

    /** In the order of their lines. */
    List<Refusal> refusals() {
        return refusals.stream().sorted(Comparator.comparingLong(Refusal::line)).toList();
    }

    boolean sharesKeysWith(Batch other) {
        return !Collections.disjoint(keys, other.keys);
    }

    /** Completes when the batch has been written. */
    Mono<Void> over() {
        return over.asMono();
    }

    void end() {
        over.tryEmitEmpty();
    }

    /** The counts with this batch, once it is over. */
    NdjsonProgress addTo(NdjsonProgress before) {
        // Behind the line at which a commit stopped, lines were read and not dealt with.
        return new NdjsonProgress(
                before.lines() + written + skipped + refusals.size(),
                before.written() + written,
                before.skipped() + skipped,
                before.errors() + refusals.size());
    }
}
