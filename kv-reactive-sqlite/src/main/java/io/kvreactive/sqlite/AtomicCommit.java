// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One atomic write ({@code docs/spec/sqlite-format.md}, section 6). It is worked out before any of it is written: its checks, then what every
 * key holds after its mutations. So a write that is refused has written nothing, and no savepoint is needed.
 */
final class AtomicCommit {

    private final WriteTransaction transaction;
    private final AtomicWrite write;
    private final long nowMillis;
    private final Versionstamp next;
    // What every key holds after the mutations so far.
    private final Map<ByteBuffer, After> after = new LinkedHashMap<>();

    private AtomicCommit(WriteTransaction transaction, AtomicWrite write) {
        this.transaction = transaction;
        this.write = write;
        this.nowMillis = transaction.nowMillis();
        this.next = Versionstamp.ofVersion(transaction.nextVersion());
    }

    /** Writes, or tells which checks failed. A {@code KvMutationException} has written nothing. */
    static Mono<CommitResult> in(WriteTransaction transaction, AtomicWrite write) {
        AtomicCommit commit = new AtomicCommit(transaction, write);
        return commit.failedChecks()
                .flatMap(failed ->
                        failed.isEmpty() ? commit.apply() : Mono.<CommitResult>just(new CommitResult.Conflict(failed)));
    }

    /** What a write holds in memory while it waits. */
    static long bytesOf(AtomicWrite write) {
        long bytes = 0;
        for (Mutation mutation : write.mutations()) {
            bytes += mutation.key().length
                    + (mutation.value() == null ? 0 : mutation.value().size());
        }
        for (Enqueue message : write.enqueues()) {
            bytes += message.payload().length;
        }
        return bytes;
    }

    private Mono<List<Integer>> failedChecks() {
        List<Check> checks = write.checks();
        if (checks.isEmpty()) {
            return Mono.just(List.of());
        }
        return Flux.range(0, checks.size())
                .concatMap(
                        i -> versionOf(checks.get(i))
                                .mapNotNull(v -> checks.get(i).holds(v.orElse(null)) ? null : i),
                        0)
                .collectList();
    }

    private Mono<Optional<Versionstamp>> versionOf(Check check) {
        Statement statement = transaction
                .statement(Statements.POINT_VERSION)
                .bind(0, check.key())
                .bind(1, nowMillis);
        return Rows.first(statement, row -> Optional.of(Versionstamp.ofVersion(Rows.number(row, 0, "version"))))
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<CommitResult> apply() {
        return Flux.fromIterable(write.mutations())
                .concatMap(this::workOut, 0)
                .thenMany(Flux.defer(() -> {
                    transaction.takeVersion(next.version());
                    return Flux.fromIterable(after.entrySet());
                }))
                .concatMap(entry -> put(entry.getKey().array(), entry.getValue()), 0)
                .thenMany(Flux.fromIterable(write.enqueues()))
                .concatMap(this::enqueue, 0)
                .then(Mono.just(new CommitResult.Committed(next)));
    }

    private Mono<Void> workOut(Mutation mutation) {
        ByteBuffer key = ByteBuffer.wrap(mutation.keyAt(next));
        After before = after.get(key);
        if (!mutation.readsCurrent() || before != null) {
            KvValue current = before == null ? null : before.shown(transaction.now());
            after.put(key, new After(mutation.resultOn(current), mutation.expiresAt()));
            return Mono.empty();
        }
        Statement statement = transaction
                .statement(Statements.POINT_VALUE)
                .bind(0, key.array())
                .bind(1, nowMillis);
        return Rows.first(statement, row -> Optional.of(valueOf(row)))
                .defaultIfEmpty(Optional.empty())
                .doOnNext(current ->
                        after.put(key, new After(mutation.resultOn(current.orElse(null)), mutation.expiresAt())))
                .then();
    }

    /** What a counter stands on; of a row with wrong storage classes, something that is no counter. */
    private static KvValue valueOf(Row row) {
        byte[] value = Rows.read(row, 0, byte[].class);
        Long encoding = Rows.read(row, 1, Long.class);
        return value == null
                ? KvValue.wrap(0, new byte[0])
                : KvValue.wrap(SnapshotReader.encodingNumber(encoding), value);
    }

    private Mono<Void> put(byte[] key, After state) {
        return state.value == null
                ? transaction.delete(key)
                : transaction.put(key, state.value, next.version(), state.expiry());
    }

    private Mono<Void> enqueue(Enqueue message) {
        return QueueTable.add(transaction, message);
    }

    /** What a key holds. */
    private static final class After {
        private final @Nullable KvValue value;
        private final @Nullable Instant expiresAt;

        After(@Nullable KvValue value, @Nullable Instant expiresAt) {
            this.value = value;
            this.expiresAt = expiresAt;
        }

        @Nullable
        KvValue shown(Instant now) {
            return expiresAt == null || expiresAt.isAfter(now) ? value : null;
        }

        long expiry() {
            // A time before 1970 is past, not never.
            return expiresAt == null ? Statements.NEVER : Math.max(0, expiresAt.toEpochMilli());
        }
    }
}
