// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A database over a fixed sorted list of entries that counts what is asked of it, and fails or stalls on demand. */
class ScriptedDatabase implements Database {

    final List<ReadRange> reads = Collections.synchronizedList(new ArrayList<>());
    final List<ContextView> contexts = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger cancelled = new AtomicInteger();
    private final List<RawEntry> entries;
    private int failingRead = Integer.MAX_VALUE;
    private int stallingRead = Integer.MAX_VALUE;

    ScriptedDatabase(List<RawEntry> entries) {
        this.entries = entries;
    }

    /** Entries {@code ["k", 0]} and so on, each with its number as bytes. */
    static ScriptedDatabase ofSize(int size) {
        List<RawEntry> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(entry(KvKey.of("k", i).encoded(), KvValue.copyOf(KvValue.BYTES, new byte[] {(byte) i})));
        }
        return new ScriptedDatabase(entries);
    }

    static RawEntry entry(byte[] key, KvValue value) {
        return RawEntry.of(key, value, Versionstamp.ofVersion(7), null);
    }

    ScriptedDatabase failingAtRead(int number) {
        failingRead = number;
        return this;
    }

    ScriptedDatabase stallingAtRead(int number) {
        stallingRead = number;
        return this;
    }

    @Override
    public Mono<List<List<RawEntry>>> snapshotRead(List<ReadRange> ranges, KvConsistency consistency) {
        return Mono.<List<List<RawEntry>>>deferContextual(context -> {
                    contexts.add(context);
                    reads.addAll(ranges);
                    if (reads.size() > failingRead) {
                        return Mono.error(new KvUnavailableException("scripted", null));
                    }
                    return reads.size() > stallingRead
                            ? Mono.never()
                            : Mono.just(ranges.stream().map(this::read).toList());
                })
                .doOnCancel(cancelled::incrementAndGet);
    }

    private List<RawEntry> read(ReadRange range) {
        List<RawEntry> found = new ArrayList<>(entries.stream()
                .filter(e -> Arrays.compareUnsigned(e.key(), range.start()) >= 0
                        && Arrays.compareUnsigned(e.key(), range.end()) < 0)
                .toList());
        if (range.isReverse()) {
            Collections.reverse(found);
        }
        return found.stream().limit(range.limit()).toList();
    }

    @Override
    public Mono<CommitResult> atomicWrite(AtomicWrite write) {
        return Mono.just(new CommitResult.Committed(Versionstamp.ofVersion(8)));
    }

    @Override
    public DatabaseLimits limits() {
        return DatabaseLimits.DENO;
    }

    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }

    static Object number(KvEntry<Object> entry) {
        byte[] bytes = (byte[]) entry.value();
        return bytes[0] & 0xFF;
    }
}
