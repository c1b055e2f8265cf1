// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
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
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The writes of one transaction, one after the other ({@code docs/spec/sqlite-format.md}, section 6). Each is worked out before any of it is
 * written: its checks, then what every key holds after its mutations. So a write that fails has written nothing, and no savepoint is needed.
 */
final class WriteTransaction {

    private final SqliteConnection connection;
    private final Instant now;
    private final Supplier<UUID> ids;
    private long version;
    private boolean hasWritten;

    WriteTransaction(SqliteConnection connection, Instant now, Supplier<UUID> ids, long version) {
        this.connection = connection;
        this.now = now;
        this.ids = ids;
        this.version = version;
    }

    /** The version of the last write that took effect, or the one before all. */
    long version() {
        return version;
    }

    boolean hasWritten() {
        return hasWritten;
    }

    /** Decides the result of a write. Fails only with what SQLite reports. */
    Mono<Void> apply(PendingWrite pending, int step) {
        AtomicWrite write = pending.write();
        if (write == null) {
            return Mono.empty();
        }
        Versionstamp next = Versionstamp.ofVersion(version + step);
        return failedChecks(write)
                .flatMap(failed -> failed.isEmpty()
                        ? apply(write, next)
                        : Mono.<CommitResult>just(new CommitResult.Conflict(failed)))
                .doOnNext(pending::decide)
                .then()
                .onErrorResume(KvMutationException.class, error -> {
                    pending.decide(error);
                    return Mono.empty();
                });
    }

    private Mono<List<Integer>> failedChecks(AtomicWrite write) {
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
        Statement statement = connection
                .createStatement(Statements.POINT_VERSION)
                .bind(0, check.key())
                .bind(1, now.toEpochMilli());
        return Rows.first(statement, row -> Optional.of(Versionstamp.ofVersion(Rows.number(row, 0, "version"))))
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<CommitResult> apply(AtomicWrite write, Versionstamp next) {
        Map<ByteBuffer, After> after = new LinkedHashMap<>();
        return Flux.fromIterable(write.mutations())
                .concatMap(mutation -> workOut(mutation, next, after), 0)
                .thenMany(Flux.defer(() -> {
                    hasWritten = true;
                    version = next.version();
                    return Flux.fromIterable(after.entrySet());
                }))
                .concatMap(entry -> put(entry.getKey().array(), entry.getValue(), next), 0)
                .thenMany(Flux.fromIterable(write.enqueues()))
                .concatMap(this::enqueue, 0)
                .then(Mono.just(new CommitResult.Committed(next)));
    }

    /** Adds to {@code after} what the key of a mutation holds after it. */
    private Mono<Void> workOut(Mutation mutation, Versionstamp next, Map<ByteBuffer, After> after) {
        ByteBuffer key = ByteBuffer.wrap(mutation.keyAt(next));
        After before = after.get(key);
        if (!mutation.readsCurrent() || before != null) {
            KvValue current = before == null ? null : before.shown(now);
            after.put(key, new After(mutation.resultOn(current), mutation.expiresAt()));
            return Mono.empty();
        }
        Statement statement = connection
                .createStatement(Statements.POINT_VALUE)
                .bind(0, key.array())
                .bind(1, now.toEpochMilli());
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

    private Mono<Void> put(byte[] key, After after, Versionstamp next) {
        KvValue value = after.value;
        if (value == null) {
            return Rows.change(
                            connection.createStatement(Statements.POINT_DELETE).bind(0, key))
                    .then();
        }
        // Most writes do not change the expiry: they leave its index alone, which is half of the work.
        return Rows.change(bind(Statements.POINT_SET_SAME_EXPIRY, key, value, after, next))
                .flatMap(changed -> changed > 0
                        ? Mono.empty()
                        : Rows.change(bind(Statements.POINT_SET, key, value, after, next))
                                .then());
    }

    private Statement bind(String sql, byte[] key, KvValue value, After after, Versionstamp next) {
        return connection
                .createStatement(sql)
                .bind(0, key)
                .bind(1, value.unsafeArray())
                .bind(2, value.encoding())
                .bind(3, next.version())
                .bind(4, after.expiry());
    }

    private Mono<Void> enqueue(Enqueue message) {
        return Rows.change(connection
                        .createStatement(Statements.QUEUE_ADD)
                        .bind(0, Math.max(0, message.readyAt().toEpochMilli()))
                        .bind(1, ids.get().toString())
                        .bind(2, message.payload())
                        .bind(3, QueueText.backoffSchedule(message))
                        .bind(4, QueueText.keysIfUndelivered(message)))
                .then();
    }

    /** What a key holds after the mutations so far. */
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
