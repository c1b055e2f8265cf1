// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How writes share one transaction. It begins with the write lock, so that no check can be overtaken; the version counter is read and written
 * once. A write that is refused has written nothing, so the others go on. What SQLite itself reports rolls all back; then each is tried by
 * itself, so that none suffers for another.
 */
final class WriteGroup {

    private final FileIdentity file;
    private final SqliteErrors errors;
    private final BusyRetry busyRetry;
    private final Turns turns;
    private final Clock clock;
    private final IntSupplier steps;
    private final Commits commits;
    private final Signals signals;

    WriteGroup(
            FileIdentity file,
            SqliteErrors errors,
            BusyRetry busyRetry,
            Turns turns,
            Clock clock,
            IntSupplier steps,
            Commits commits,
            Signals signals) {
        this.file = file;
        this.errors = errors;
        this.busyRetry = busyRetry;
        this.turns = turns;
        this.clock = clock;
        this.steps = steps;
        this.commits = commits;
        this.signals = signals;
    }

    /** Who is told of commits, on the connection's thread: he must be quick. */
    interface Commits {

        /** A transaction has ended, and this is the version that it had met. */
        void met(long version);

        /** A transaction was committed: before anybody is given a result of it. */
        void left(long version, Aftermath aftermath);
    }

    /** Decides the result of every write; never fails. */
    Mono<Void> run(SqliteConnection connection, List<PendingWrite<?>> writes) {
        return Mono.defer(() -> attempt(connection, writes))
                .onErrorResume(
                        error -> rollBack(connection).then(Mono.defer(() -> afterFailure(connection, writes, error))));
    }

    private Mono<Void> afterFailure(SqliteConnection connection, List<PendingWrite<?>> writes, Throwable error) {
        if (SqliteErrors.isBusy(error)) {
            return afterBusy(connection, writes, error);
        }
        if (writes.size() > 1 && !(error instanceof SqliteErrors.CommitFailed)) {
            return Flux.fromIterable(writes)
                    .concatMap(write -> run(connection, List.of(write)), 0)
                    .then();
        }
        Throwable told = errors.translate("commit", error);
        writes.forEach(write -> write.decide(told));
        return Mono.empty();
    }

    /** Those who have waited long enough are told so at once; the others try again. */
    private Mono<Void> afterBusy(SqliteConnection connection, List<PendingWrite<?>> writes, Throwable error) {
        Throwable told = errors.translate("commit", error);
        List<PendingWrite<?>> patient = new ArrayList<>();
        List<PendingWrite<?>> impatient = new ArrayList<>();
        for (PendingWrite<?> write : writes) {
            (write.deadline().left().isZero() ? impatient : patient).add(write);
        }
        impatient.forEach(write -> write.decide(told));
        signals.give(impatient, PendingWrite::deliver, PendingWrite::decide);
        return patient.isEmpty() ? Mono.empty() : busyRetry.pause().then(Mono.defer(() -> run(connection, patient)));
    }

    private Mono<Void> attempt(SqliteConnection connection, List<PendingWrite<?>> writes) {
        Instant now = clock.instant();
        Duration lockWait = writes.stream()
                .map(write -> write.deadline().left())
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
        return Rows.begin(connection, SqliteTransactionDefinition.IMMEDIATE.lockWaitTimeout(lockWait))
                .flatMap(begun -> number(connection, Statements.FOREIGN_COMMITS, "pragma data_version"))
                .doOnNext(turns::begun)
                .flatMap(foreign -> number(connection, Statements.READ_VERSION, "data_version.version"))
                .flatMap(version -> {
                    WriteTransaction transaction = new WriteTransaction(connection, now, steps, version);
                    return Flux.fromIterable(writes)
                            .concatMap(write -> write.apply(transaction), 0)
                            .then(Mono.defer(() -> commit(connection, transaction)));
                });
    }

    private static Mono<Long> number(SqliteConnection connection, String sql, String name) {
        return Rows.first(connection.createStatement(sql), row -> Rows.number(row, 0, name))
                .switchIfEmpty(Mono.error(() -> new KvDatabaseException(
                        "the file is no Deno KV database: its table data_version has no row 0; nothing was written",
                        null)));
    }

    private Mono<Void> commit(SqliteConnection connection, WriteTransaction transaction) {
        if (!transaction.hasWritten()) {
            return connection.rollbackTransaction().doOnSuccess(done -> {
                turns.ended();
                commits.met(transaction.version());
            });
        }
        file.requireInPlace();
        Mono<Void> commit = connection.commitTransaction().onErrorMap(SqliteErrors.CommitFailed::new);
        Mono<Void> all = transaction.hasNewVersion()
                ? Rows.change(connection
                                .createStatement(Statements.WRITE_VERSION)
                                .bind(0, transaction.version()))
                        .flatMap(changed -> commit)
                : commit;
        return all.doOnSuccess(done -> {
            turns.ended();
            commits.met(transaction.versionBefore());
            commits.left(transaction.version(), transaction.aftermath());
        });
    }

    /** Ends the transaction, if it is still open. */
    static Mono<Void> rollBack(SqliteConnection connection) {
        return connection.rollbackTransaction().onErrorComplete();
    }
}
