// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes that share one transaction. It begins with the write lock, so that no check can be overtaken; the version counter is read and written
 * once. A write whose checks or mutations fail has written nothing, so the others go on. What SQLite itself reports rolls all back; then each
 * is tried by itself, so that none suffers for another.
 */
final class WriteGroup {

    private final SqliteConnection connection;
    private final SqliteErrors errors;
    private final BusyRetry busyRetry;
    private final Turns turns;
    private final Clock clock;
    private final IntSupplier steps;
    private final Supplier<UUID> ids;

    WriteGroup(
            SqliteConnection connection,
            SqliteErrors errors,
            BusyRetry busyRetry,
            Turns turns,
            Clock clock,
            IntSupplier steps,
            Supplier<UUID> ids) {
        this.connection = connection;
        this.errors = errors;
        this.busyRetry = busyRetry;
        this.turns = turns;
        this.clock = clock;
        this.steps = steps;
        this.ids = ids;
    }

    /** Decides the result of every write; never fails. */
    Mono<Void> run(List<PendingWrite> writes) {
        return Mono.defer(() -> attempt(writes))
                .onErrorResume(error -> rollBack(connection).then(Mono.defer(() -> afterFailure(writes, error))));
    }

    private Mono<Void> afterFailure(List<PendingWrite> writes, Throwable error) {
        if (SqliteErrors.isBusy(error)) {
            return afterBusy(writes, error);
        }
        if (writes.size() > 1 && !(error instanceof SqliteErrors.CommitFailed)) {
            return Flux.fromIterable(writes)
                    .concatMap(write -> run(List.of(write)), 0)
                    .then();
        }
        Throwable told = errors.translate("commit", error);
        writes.forEach(write -> write.decide(told));
        return Mono.empty();
    }

    /** Those who have waited long enough are told; the others try again. */
    private Mono<Void> afterBusy(List<PendingWrite> writes, Throwable error) {
        Throwable told = errors.translate("commit", error);
        List<PendingWrite> patient = writes.stream()
                .filter(write -> !write.deadline().left().isZero())
                .toList();
        writes.stream().filter(write -> !patient.contains(write)).forEach(write -> write.fail(told));
        return patient.isEmpty() ? Mono.empty() : busyRetry.pause().then(Mono.defer(() -> run(patient)));
    }

    private Mono<Void> attempt(List<PendingWrite> writes) {
        Instant now = clock.instant();
        Duration lockWait = writes.stream()
                .map(write -> write.deadline().left())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
        return Rows.begin(connection, SqliteTransactionDefinition.IMMEDIATE.lockWaitTimeout(lockWait))
                .flatMap(begun -> readVersion())
                .flatMap(version -> {
                    turns.begun(version);
                    WriteTransaction transaction = new WriteTransaction(connection, now, ids, version);
                    return Flux.fromIterable(writes)
                            .concatMap(write -> transaction.apply(write, steps.getAsInt()), 0)
                            .then(Mono.defer(() -> commit(transaction)));
                });
    }

    private Mono<Long> readVersion() {
        return Rows.first(
                        connection.createStatement(Statements.READ_VERSION),
                        row -> Rows.number(row, 0, "data_version.version"))
                .switchIfEmpty(Mono.error(() -> new KvDatabaseException(
                        "the file is no Deno KV database: its table data_version has no row 0; nothing was written",
                        null)));
    }

    private Mono<Void> commit(WriteTransaction transaction) {
        if (!transaction.hasWritten()) {
            return connection.rollbackTransaction();
        }
        return Rows.change(connection.createStatement(Statements.WRITE_VERSION).bind(0, transaction.version()))
                .then(Mono.defer(() -> connection.commitTransaction().onErrorMap(SqliteErrors.CommitFailed::new)))
                .doOnSuccess(done -> turns.ended(transaction.version()));
    }

    /** Ends the transaction, if it is still open. */
    static Mono<Void> rollBack(SqliteConnection connection) {
        return connection.rollbackTransaction().onErrorComplete();
    }
}
