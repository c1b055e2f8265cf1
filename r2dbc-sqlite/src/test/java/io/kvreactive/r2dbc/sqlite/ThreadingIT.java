// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.all;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sqlite.SQLiteDataSource;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What runs on which thread, and how often a chain changes it. */
class ThreadingIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.filled(100);
    }

    @Test
    void aWholeTransactionIsOneHop() {
        long before = connection.statistics().hops();

        // Goes on by flatMap, which subscribes on the thread that brings the signal; after "then", the subscribing
        // thread may be the one.
        now(connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .singleOptional()
                .flatMap(begun -> run(connection, "update t set v = ? where id = ?", new byte[] {1}, 7)
                        .thenMany(longs(connection, "select count(*) from t where id < ?", 50))
                        .then(run(connection, "insert into t values (?, ?)", 1000, "x"))
                        .then(connection.commitTransaction())));

        assertThat(connection.statistics().hops() - before).isEqualTo(1);
        assertThat(connection.statistics().transactionsCommitted()).isEqualTo(1);
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void sixtyFourSavepointGroupsInOneTransactionAreOneHop() {
        SqliteStatistics before = connection.statistics();

        now(connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .singleOptional()
                .flatMap(begun -> Flux.range(0, 64)
                        .concatMap(i -> connection
                                .createSavepoint("s")
                                .thenMany(longs(connection, "update t set v = ? where id = 1 returning id", i))
                                .then(run(connection, "insert or replace into t values (?, ?)", i, "x"))
                                .then(connection.releaseSavepoint("s")))
                        .then(connection.commitTransaction())));

        SqliteStatistics after = connection.statistics();
        assertThat(after.hops() - before.hops()).isEqualTo(1);
        assertThat(after.statementsExecuted() - before.statementsExecuted()).isEqualTo(2 + 64 * 4);
        // BEGIN IMMEDIATE, SAVEPOINT, update, insert, RELEASE, COMMIT: each compiled once.
        assertThat(after.statementsPrepared() - before.statementsPrepared()).isEqualTo(6);
        assertThat(after.openStatements()).isZero();
    }

    @Test
    void aLongChainDoesNotOverflowTheStack() {
        Long count = now(Flux.range(0, 200_000)
                .concatMap(i -> longs(connection, "select 1"))
                .count());

        assertThat(count).isEqualTo(200_000);
    }

    @Test
    void aThousandNestedStatementsDoNotOverflowTheStack() {
        Mono<Long> nested = Mono.just(0L);
        for (int i = 0; i < 1000; i++) {
            nested =
                    nested.flatMap(sum -> longs(connection, "select 1").single().map(one -> sum + one));
        }

        assertThat(now(nested)).isEqualTo(1000);
    }

    @Test
    void statementsThatSubscribeToEachOtherDoNotOverflowTheStack() {
        assertThat(now(countDown(500))).isZero();
    }

    private Mono<Long> countDown(long from) {
        return from == 0
                ? Mono.just(0L)
                : longs(connection, "select ? - 1", from).single().flatMap(this::countDown);
    }

    @Test
    void everySignalIsEmittedOnTheThreadOfTheConnectionThatMakesIt() {
        SqliteConnection other = databases.open();

        List<String> threads = all(longs(connection, "select 1")
                .map(one -> Thread.currentThread().getName())
                .concatMap(first -> longs(other, "select 2")
                        .map(two -> first + " " + Thread.currentThread().getName())));

        assertThat(threads).hasSize(1);
        assertThat(threads.get(0)).matches("sqlite-test\\.db-(\\d+) sqlite-test\\.db-(\\d+)");
        assertThat(threads.get(0).split(" ")).doesNotHaveDuplicates();
    }

    @Test
    void nothingHappensBeforeSubscription() {
        SqliteStatistics before = connection.statistics();

        connection.beginTransaction();
        connection.createStatement("delete from t").execute();
        connection.close();

        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(100);
        assertThat(connection.statistics().statementsExecuted() - before.statementsExecuted())
                .isEqualTo(1);
        assertThat(connection.statistics().transactionsBegun()).isEqualTo(before.transactionsBegun());
    }

    @Test
    void theGuardAgainstBlockingSeesSqliteOnAThreadThatMustNotBlock() {
        SQLiteDataSource plain = new SQLiteDataSource();
        plain.setUrl("jdbc:sqlite:" + databases.file("test.db"));

        assertThatThrownBy(
                        () -> now(Mono.fromCallable(() -> plain.getConnection()).subscribeOn(Schedulers.parallel())))
                .hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    @Test
    void aThreadThatMustNotBlockCanUseTheDriver() {
        Long rows = now(Mono.defer(() -> SqliteConnectionFactory.from(
                                databases.configuration().build())
                        .create()
                        .flatMap(c -> longs(c, "select count(*) from t")
                                .single()
                                .flatMap(n -> c.close().thenReturn(n))))
                .subscribeOn(Schedulers.parallel()));

        assertThat(rows).isEqualTo(100);
    }
}
