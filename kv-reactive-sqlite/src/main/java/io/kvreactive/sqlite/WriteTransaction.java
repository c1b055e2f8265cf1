// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One atomic write as one transaction: checks, version step, mutations in order ({@code docs/spec/sqlite-format.md}, section 6). It begins
 * with the write lock, so that no check can be overtaken, and any error rolls all of it back.
 */
final class WriteTransaction {

    private final SqliteConnection connection;
    private final AtomicWrite write;
    private final int step;
    private final Instant now;
    private final Supplier<UUID> ids;

    WriteTransaction(SqliteConnection connection, AtomicWrite write, int step, Instant now, Supplier<UUID> ids) {
        this.connection = connection;
        this.write = write;
        this.step = step;
        this.now = now;
        this.ids = ids;
    }

    /** Waits at most so long for the lock of another process. */
    Mono<CommitResult> run(Duration lockWait) {
        return connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE.lockWaitTimeout(lockWait))
                .then(Mono.defer(this::failedChecks))
                .flatMap(failed -> failed.isEmpty() ? apply() : giveUp(failed))
                .onErrorResume(error -> rollBackAfter(connection, error));
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
        Statement statement = connection
                .createStatement(Statements.POINT_VERSION)
                .bind(0, check.key())
                .bind(1, now.toEpochMilli());
        return first(statement, row -> Optional.of(Versionstamp.ofVersion(longOf(row, 0, "version"))))
                .defaultIfEmpty(Optional.empty());
    }

    private Mono<CommitResult> giveUp(List<Integer> failed) {
        return connection.rollbackTransaction().thenReturn(new CommitResult.Conflict(failed));
    }

    private Mono<CommitResult> apply() {
        return stepVersion()
                .map(Versionstamp::ofVersion)
                .flatMap(version -> Flux.fromIterable(write.mutations())
                        .concatMap(mutation -> apply(mutation, version), 0)
                        .thenMany(Flux.fromIterable(write.enqueues()))
                        .concatMap(this::enqueue, 0)
                        .then(Mono.defer(
                                () -> connection.commitTransaction().onErrorMap(SqliteErrors.CommitFailed::new)))
                        .thenReturn(new CommitResult.Committed(version)));
    }

    private Mono<Long> stepVersion() {
        Statement statement =
                connection.createStatement(Statements.STEP_VERSION).bind(0, step);
        return first(statement, row -> longOf(row, 0, "data_version.version"))
                .switchIfEmpty(Mono.error(() -> new KvDatabaseException(
                        "the file is no Deno KV database: its table data_version has no row 0; nothing was written",
                        null)));
    }

    private Mono<Void> apply(Mutation mutation, Versionstamp version) {
        byte[] key = mutation.keyAt(version);
        if (!mutation.readsCurrent()) {
            return put(key, mutation, mutation.resultOn(null), version);
        }
        return current(key).flatMap(old -> put(key, mutation, mutation.resultOn(old.orElse(null)), version));
    }

    private Mono<Optional<KvValue>> current(byte[] key) {
        Statement statement =
                connection.createStatement(Statements.POINT_VALUE).bind(0, key).bind(1, now.toEpochMilli());
        return first(statement, row -> Optional.of(valueOf(row))).defaultIfEmpty(Optional.empty());
    }

    private Mono<Void> put(byte[] key, Mutation mutation, @Nullable KvValue value, Versionstamp version) {
        if (value == null) {
            return change(connection.createStatement(Statements.POINT_DELETE).bind(0, key));
        }
        Instant expiresAt = mutation.expiresAt();
        return change(connection
                .createStatement(Statements.POINT_SET)
                .bind(0, key)
                .bind(1, value.unsafeArray())
                .bind(2, value.encoding())
                .bind(3, version.version())
                // A time before 1970 is past, not never.
                .bind(4, expiresAt == null ? Statements.NEVER : Math.max(0, expiresAt.toEpochMilli())));
    }

    private Mono<Void> enqueue(Enqueue message) {
        return change(connection
                .createStatement(Statements.QUEUE_ADD)
                .bind(0, Math.max(0, message.readyAt().toEpochMilli()))
                .bind(1, ids.get().toString())
                .bind(2, message.payload())
                .bind(3, QueueText.backoffSchedule(message))
                .bind(4, QueueText.keysIfUndelivered(message)));
    }

    private static Mono<Void> change(Statement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.getRowsUpdated(), 0)
                .then();
    }

    private static <R> Mono<R> first(Statement statement, Function<Row, R> mapping) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.map((row, metadata) -> mapping.apply(row)), 0)
                .singleOrEmpty();
    }

    /** What a counter stands on; of a row with wrong storage classes, something that is no counter. */
    private static KvValue valueOf(Row row) {
        byte[] value = SnapshotReader.read(row, 0, byte[].class);
        Long encoding = SnapshotReader.read(row, 1, Long.class);
        return value == null
                ? KvValue.wrap(0, new byte[0])
                : KvValue.wrap(SnapshotReader.encodingNumber(encoding), value);
    }

    private static long longOf(Row row, int column, String name) {
        Long value = SnapshotReader.read(row, column, Long.class);
        if (value == null) {
            throw new KvDatabaseException(
                    "the column " + name + " of a row of the file has the wrong storage class; nothing was written",
                    null);
        }
        return Objects.requireNonNull(value);
    }

    /** Ends the transaction, if it is still open, and passes the error on. */
    static <R> Mono<R> rollBackAfter(SqliteConnection connection, Throwable error) {
        return connection.rollbackTransaction().onErrorComplete().then(Mono.error(error));
    }
}
