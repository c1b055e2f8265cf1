// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Waits for locks of other connections: of the file, and of the tables of a shared cache. */
class LocksIT {

    private static final Duration LONG = Duration.ofMinutes(5);

    @RegisterExtension
    final Databases databases = new Databases();

    private static void awaitExecuted(SqliteConnection connection, long executed) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (connection.statistics().statementsExecuted() < executed) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Two connections to one database in memory, the first with a table that it has written to and not committed. */
    private List<SqliteConnection> sharing(Duration lockWait) {
        SqliteConnectionFactory factory = databases.factory(SqliteConnectionConfiguration.builder()
                .memory("locks")
                .lockWaitTimeout(lockWait)
                .build());
        List<SqliteConnection> both = List.of(now(factory.create()), now(factory.create()));
        now(run(both.get(0), "create table t(a)"));
        now(both.get(0).beginTransaction().then(run(both.get(0), "insert into t values (1)")));
        return both;
    }

    private static void close(List<SqliteConnection> connections) {
        connections.forEach(connection -> {
            assertThat(connection.statistics().openStatements()).isZero();
            now(connection.close());
        });
    }

    @Test
    void aReaderOfASharedCacheWaitsForTheWriterOfItsTable() {
        List<SqliteConnection> both = sharing(LONG);
        SqliteConnection reader = both.get(1);
        long before = reader.statistics().statementsExecuted();
        Mono<Long> count = longs(reader, "select count(*) from t").single().cache();
        Disposable waiting = count.subscribe();
        awaitExecuted(reader, before + 1);
        assertThat(waiting.isDisposed()).isFalse();

        now(both.get(0).commitTransaction());

        assertThat(now(count)).isEqualTo(1);
        assertThat(reader.statistics().statementsExecuted() - before).isEqualTo(1);
        close(both);
    }

    @Test
    void aWriterOfASharedCacheWaitsForTheOtherWriter() {
        List<SqliteConnection> both = sharing(LONG);
        SqliteConnection writer = both.get(1);
        long before = writer.statistics().statementsExecuted();
        Mono<Void> insert = writer.beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .then(run(writer, "insert into t values (2)"))
                .then(writer.commitTransaction())
                .cache();
        Disposable waiting = insert.subscribe();
        awaitExecuted(writer, before + 1);
        assertThat(waiting.isDisposed()).isFalse();

        now(both.get(0).commitTransaction());

        now(insert);
        assertThat(now(longs(both.get(0), "select count(*) from t").single())).isEqualTo(2);
        close(both);
    }

    @Test
    void compilingInASharedCacheWaitsForAChangeOfTheSchema() {
        List<SqliteConnection> both = sharing(LONG);
        now(both.get(0).commitTransaction());
        now(both.get(0).beginTransaction().then(run(both.get(0), "create table u(a)")));
        Mono<Long> count = longs(both.get(1), "select count(*) from u").single().cache();
        Disposable waiting = count.subscribe();

        now(both.get(0).commitTransaction());

        assertThat(now(count)).isZero();
        waiting.dispose();
        close(both);
    }

    @Test
    void aWaitForASharedCacheEndsAtItsTimeout() {
        List<SqliteConnection> both = sharing(Duration.ofMillis(50));

        StepVerifier.create(longs(both.get(1), "select count(*) from t"))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(R2dbcTransientResourceException.class);
                    assertThat(((R2dbcException) e).getErrorCode()).isEqualTo(262);
                    assertThat(((R2dbcException) e).getSqlState()).isEqualTo("55P03");
                })
                .verify(PATIENCE);
        now(both.get(0).rollbackTransaction());
        close(both);
    }

    @Test
    void cancellingEndsAWaitForASharedCache() {
        List<SqliteConnection> both = sharing(LONG);
        SqliteConnection reader = both.get(1);
        long before = reader.statistics().statementsExecuted();
        Disposable waiting = longs(reader, "select count(*) from t").subscribe();
        awaitExecuted(reader, before + 1);

        waiting.dispose();

        // Answered long before the lock wait is over, and while the lock is still held.
        assertThat(now(longs(reader, "select 1").single())).isEqualTo(1);
        now(both.get(0).rollbackTransaction());
        close(both);
    }

    @Test
    void fourWritersOfOneFileAllGetTheirTurn() {
        int each = 150;
        now(run(databases.open(), "create table t(writer, n)"));
        List<SqliteConnection> writers =
                IntStream.range(0, 4).mapToObj(i -> databases.open()).toList();

        // With a lock wait of five seconds any writer that starves fails.
        now(Flux.range(0, 4)
                .flatMap(i -> Flux.range(0, each).concatMap(n -> write(writers.get(i), i, n)), 4)
                .then());

        assertThat(Databases.all(longs(writers.get(0), "select count(distinct n) from t group by writer")))
                .containsExactly((long) each, (long) each, (long) each, (long) each);
        assertThat(writers)
                .allSatisfy(writer ->
                        assertThat(writer.statistics().transactionsCommitted()).isEqualTo(each));
    }

    private static Mono<Void> write(SqliteConnection writer, int number, int n) {
        return writer.beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                .then(run(writer, "insert into t values (?, ?)", number, n))
                .then(writer.commitTransaction());
    }

    /** A commit that has to wait: a reader of a file without a write-ahead log holds it back. */
    private SqliteConnection[] commitThatWaits() {
        SqliteConnectionConfiguration rollbackJournal = databases
                .configuration()
                .journalMode(JournalMode.DELETE)
                .lockWaitTimeout(LONG)
                .build();
        SqliteConnection writer = databases.open(rollbackJournal);
        SqliteConnection reader = databases.open(rollbackJournal);
        now(run(writer, "create table t(a)"));
        now(reader.beginTransaction()
                .then(longs(reader, "select count(*) from t").then()));
        now(writer.beginTransaction().then(run(writer, "insert into t values (1)")));
        return new SqliteConnection[] {writer, reader};
    }

    @Test
    void cancellingACommitThatWaitsLeavesTheTransactionOpenAndWhole() {
        SqliteConnection[] both = commitThatWaits();
        SqliteConnection writer = both[0];
        long before = writer.statistics().statementsExecuted();
        Disposable commit = writer.commitTransaction().subscribe();
        awaitExecuted(writer, before + 1);

        commit.dispose();

        assertThat(now(longs(writer, "select count(*) from t").single())).isEqualTo(1);
        assertThat(writer.isAutoCommit()).isFalse();
        assertThat(writer.statistics().transactionsCommitted()).isZero();
        now(both[1].rollbackTransaction());
        now(writer.commitTransaction());
        assertThat(writer.isAutoCommit()).isTrue();
        assertThat(now(longs(both[1], "select count(*) from t").single())).isEqualTo(1);
    }

    @Test
    void aCommitThatWaitsIsDoneWhenTheReaderIs() {
        SqliteConnection[] both = commitThatWaits();
        SqliteConnection writer = both[0];
        long before = writer.statistics().statementsExecuted();
        Mono<Void> commit = writer.commitTransaction().cache();
        Disposable waiting = commit.subscribe();
        awaitExecuted(writer, before + 1);
        assertThat(waiting.isDisposed()).isFalse();

        now(both[1].rollbackTransaction());

        now(commit);
        assertThat(writer.statistics().transactionsCommitted()).isEqualTo(1);
    }

    @Test
    void cancellingACommitAtAnyMomentLeavesItDoneOrOpenAndTheConnectionKnowsWhich() {
        SqliteConnection writer = databases.open();
        SqliteConnection witness = databases.open();
        now(run(writer, "create table t(a)"));
        long committed = 0;
        for (int i = 0; i < 300; i++) {
            now(writer.beginTransaction().then(run(writer, "insert into t values (1)")));
            Disposable commit = writer.commitTransaction().subscribe();
            for (int spin = i * 20; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            commit.dispose();
            now(run(writer, "select 1"));
            committed += writer.isAutoCommit() ? 1 : 0;
            assertThat(now(longs(witness, "select count(*) from t").single())).isEqualTo(committed);
            now(writer.rollbackTransaction());
        }
        assertThat(writer.statistics().transactionsCommitted()).isEqualTo(committed);
        assertThat(writer.statistics().transactionsRolledBack()).isEqualTo(300 - committed);
    }
}
