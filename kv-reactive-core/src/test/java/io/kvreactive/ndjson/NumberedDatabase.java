// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.CommitResult;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvKey;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.v8.V8;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A database of as many entries as one likes, none of which is held: they are made when they are read, and counted when they are written. */
final class NumberedDatabase implements Database {

    final AtomicLong given = new AtomicLong();
    final AtomicLong taken = new AtomicLong();
    final AtomicLong mostOnTheWay = new AtomicLong();
    private final long size;
    private final byte[] value = V8.encode(List.of("some", "text", 1.5));

    NumberedDatabase(long size) {
        this.size = size;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return Mono.fromCallable(() -> {
                    ReadRange range = ranges.get(0);
                    List<RawEntry> entries = new ArrayList<>();
                    for (long i = given.get(); i < size && entries.size() < range.limit(); i++) {
                        entries.add(RawEntry.of(
                                KvKey.of(i).encoded(),
                                KvValue.wrap(KvValue.V8, value),
                                Versionstamp.ofVersion(i),
                                null));
                    }
                    long onTheWay = given.addAndGet(entries.size()) - taken.get();
                    mostOnTheWay.accumulateAndGet(onTheWay, Math::max);
                    return List.of(entries);
                })
                .subscribeOn(Schedulers.parallel());
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return Mono.<CommitResult>fromCallable(() -> {
                    taken.addAndGet(write.mutations().size());
                    return new CommitResult.Committed(Versionstamp.ofVersion(1));
                })
                .subscribeOn(Schedulers.parallel());
    }

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
