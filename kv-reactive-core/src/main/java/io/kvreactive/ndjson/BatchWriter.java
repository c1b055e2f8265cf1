// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvLimitException;
import io.kvreactive.KvValue;
import io.kvreactive.SetOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntPredicate;
import reactor.core.publisher.Mono;

/** Writes batches, each in one commit or, where it does not go through as it is, in several. */
final class BatchWriter {

    private final Kv kv;
    private final boolean isSkipping;

    BatchWriter(Kv kv, NdjsonImportOptions options) {
        this.kv = kv;
        this.isSkipping = options.existing() == NdjsonImportOptions.Existing.SKIP;
    }

    Mono<Void> write(Batch batch) {
        return write(batch, batch.entries());
    }

    private Mono<Void> write(Batch batch, List<LineReader.Entry> entries) {
        return Mono.defer(() -> {
            if (entries.isEmpty() || batch.isCutShort()) {
                return Mono.empty();
            }
            return operation(entries)
                    .commit()
                    .flatMap(result -> {
                        if (result instanceof CommitResult.Conflict conflict) {
                            return writeAbsent(batch, entries, conflict.failedChecks());
                        }
                        batch.wrote(entries.size());
                        return Mono.<Void>empty();
                    })
                    .onErrorResume(KvLimitException.class, e -> writeSmaller(batch, entries, e));
        });
    }

    private AtomicOperation operation(List<LineReader.Entry> entries) {
        AtomicOperation operation = kv.atomic();
        for (LineReader.Entry entry : entries) {
            if (isSkipping) {
                operation = operation.checkAbsent(entry.key());
            }
            SetOptions options =
                    entry.expiresAt() == null ? SetOptions.defaults() : SetOptions.expireAt(entry.expiresAt());
            operation = operation.set(entry.key(), entry.value(), options);
        }
        return operation;
    }

    /** Some entries exist: writes the others. */
    private Mono<Void> writeAbsent(Batch batch, List<LineReader.Entry> entries, List<Integer> failedChecks) {
        if (entries.size() == 1) {
            batch.skipped(1);
            return Mono.empty();
        }
        return failedChecks.isEmpty()
                ? writeThoseNotFound(batch, entries)
                : writeWithout(batch, entries, new HashSet<>(failedChecks)::contains);
    }

    /** The backend does not tell which; who looks may find them gone again, and tries once more. */
    private Mono<Void> writeThoseNotFound(Batch batch, List<LineReader.Entry> entries) {
        return kv.getMany(entries.stream().map(LineReader.Entry::key).toList(), KvValue.class)
                .map(found -> found.stream().map(KvEntryMaybe::isPresent).toList())
                .flatMap(isThere -> writeWithout(batch, entries, isThere::get))
                .onErrorResume(KvDecodeException.class, e -> writeHalves(batch, entries));
    }

    private Mono<Void> writeWithout(Batch batch, List<LineReader.Entry> entries, IntPredicate exists) {
        List<LineReader.Entry> rest = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            if (!exists.test(i)) {
                rest.add(entries.get(i));
            }
        }
        batch.skipped(entries.size() - rest.size());
        return write(batch, rest);
    }

    /** One entry is too large, or all together are for this database. */
    private Mono<Void> writeSmaller(Batch batch, List<LineReader.Entry> entries, KvLimitException error) {
        if (entries.size() == 1) {
            batch.refuseEntry(entries.get(0).line(), String.valueOf(error.getMessage()));
            return Mono.empty();
        }
        return writeHalves(batch, entries);
    }

    private Mono<Void> writeHalves(Batch batch, List<LineReader.Entry> entries) {
        int half = entries.size() / 2;
        return write(batch, entries.subList(0, half)).then(write(batch, entries.subList(half, entries.size())));
    }
}
