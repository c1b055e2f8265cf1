// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.awaitThreads;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Cancellation, timeouts and waits for locks. */
class CancellationIT {

    private static final String ENDLESS =
            "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.filled(1000);
    }

    @AfterEach
    void close() {
        now(connection.validate(ValidationDepth.REMOTE));
        assertThat(connection.statistics().openStatements()).isZero();
    }

    private void awaitExecuted(long executed) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (connection.statistics().statementsExecuted() < executed) {
            assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void cancellingStopsARunningStatement() {
        long before = connection.statistics().statementsExecuted();
        Disposable endless = longs(connection, ENDLESS).subscribe();
        awaitExecuted(before + 1);

        endless.dispose();

        assertThat(now(longs(connection, "select 1").single())).isEqualTo(1);
    }

    @Test
    void aCancelledStatementThatStillWaitsIsNeverRun() {
        Disposable endless = longs(connection, ENDLESS).subscribe();
        Disposable waiting = run(connection, "delete from t").subscribe();

        waiting.dispose();
        endless.dispose();

        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(1000);
    }

    @Test
    void aStormOfAHundredThousandStatementsHitsNoneThatWasNotCancelled() {
        int half = 50_000;
        AtomicLong victimsDone = new AtomicLong();
        Mono<Integer> storm =
                Mono.fromCallable(() -> cancelOneByOne(half, victimsDone)).subscribeOn(Schedulers.boundedElastic());
        Mono<Long> innocent = Flux.range(0, half)
                .flatMap(
                        i -> longs(connection, "select sum(length(v)) from t where id <= ?", 20)
                                .subscribeOn(Schedulers.parallel()),
                        16)
                .filter(sum -> sum == 2000)
                .count();
        long before = connection.statistics().statementsExecuted();

        long unharmed = now(Mono.zip(innocent, storm).map(both -> both.getT1()));

        assertThat(unharmed).isEqualTo(half);
        // An endless statement that was not stopped would still run; one that was stopped in time was never begun, and
        // how many are is a matter of chance.
        assertThat(victimsDone.get()).isZero();
        now(connection.validate(ValidationDepth.REMOTE));
        assertThat(connection.statistics().statementsExecuted() - before).isGreaterThan(half);
    }

    private int cancelOneByOne(int victims, AtomicLong done) {
        Random random = new Random(7);
        for (int i = 0; i < victims; i++) {
            Disposable victim = longs(connection, ENDLESS)
                    .doOnTerminate(done::incrementAndGet)
                    .subscribe();
            // Most while they wait, some while they run, in no rhythm.
            for (int spin = random.nextInt(2000); spin > 0; spin--) {
                Thread.onSpinWait();
            }
            victim.dispose();
        }
        return victims;
    }

    @Test
    void aStatementTimeoutEndsAStatementAndItsErrorSaysSo() {
        now(connection.setStatementTimeout(Duration.ofMillis(50)));

        StepVerifier.create(longs(connection, ENDLESS))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(R2dbcTimeoutException.class);
                    assertThat(((R2dbcException) e).getSqlState()).isEqualTo("57014");
                    assertThat(((R2dbcException) e).getSql()).isEqualTo(ENDLESS);
                })
                .verify(PATIENCE);
        assertThat(now(longs(connection, "select 1").single())).isEqualTo(1);
    }

    @Test
    void aStatementTimeoutDoesNotCountTheReadersTime() {
        now(connection.setStatementTimeout(Duration.ofSeconds(2)));

        StepVerifier.create(longs(connection, "select id from t"), 1)
                .expectNext(1L)
                .thenAwait(Duration.ofMillis(2_100))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(999)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void anInterruptedReadLeavesItsTransactionAlive() {
        now(connection.beginTransaction(SqliteTransactionDefinition.IMMEDIATE));
        now(run(connection, "delete from t where id = 1"));
        now(connection.setStatementTimeout(Duration.ofMillis(20)));
        StepVerifier.create(longs(connection, ENDLESS))
                .expectError(R2dbcTimeoutException.class)
                .verify(PATIENCE);
        now(connection.setStatementTimeout(Duration.ZERO));

        assertThat(connection.isAutoCommit()).isFalse();
        now(connection.commitTransaction());
        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(999);
    }

    @Test
    void anInterruptedWriteEndsItsTransactionAndTheCommitSaysSo() {
        now(connection.beginTransaction(SqliteTransactionDefinition.IMMEDIATE));
        now(run(connection, "delete from t where id = 1"));
        now(connection.setStatementTimeout(Duration.ofMillis(20)));
        StepVerifier.create(
                        run(
                                connection,
                                "insert into t(v) with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"))
                .expectError(R2dbcTimeoutException.class)
                .verify(PATIENCE);
        now(connection.setStatementTimeout(Duration.ZERO));

        assertThat(connection.isAutoCommit()).isTrue();
        StepVerifier.create(connection.commitTransaction())
                .expectErrorSatisfies(
                        e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("40000"))
                .verify(PATIENCE);
        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(1000);
        assertThat(connection.statistics().transactionsRolledBack()).isEqualTo(1);
    }

    @Test
    void aLockWaitEndsAtItsTimeout() {
        SqliteConnection other = databases.open(databases
                .configuration()
                .lockWaitTimeout(Duration.ofMillis(100))
                .build());
        now(connection.beginTransaction(SqliteTransactionDefinition.IMMEDIATE));

        Duration waited = StepVerifier.create(run(other, "delete from t"))
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(R2dbcTransientResourceException.class);
                    assertThat(((R2dbcException) e).getSqlState()).isEqualTo("55P03");
                    assertThat(((R2dbcException) e).getErrorCode()).isEqualTo(5);
                })
                .verify(PATIENCE);

        assertThat(waited).isGreaterThanOrEqualTo(Duration.ofMillis(95));
    }

    @Test
    void aTransactionsOwnLockWaitCountsInsideItOnly() {
        SqliteConnection other = databases.open(
                databases.configuration().lockWaitTimeout(Duration.ofMinutes(5)).build());
        now(connection.beginTransaction(SqliteTransactionDefinition.IMMEDIATE));

        StepVerifier.create(
                        other.beginTransaction(SqliteTransactionDefinition.IMMEDIATE.lockWaitTimeout(Duration.ZERO)))
                .expectError(R2dbcTransientResourceException.class)
                .verify(PATIENCE);
        Mono<Void> patient = other.beginTransaction(SqliteTransactionDefinition.IMMEDIATE);
        Disposable freed = Mono.delay(Duration.ofMillis(50))
                .then(connection.rollbackTransaction())
                .subscribe();
        now(patient);

        assertThat(other.isAutoCommit()).isFalse();
        now(other.rollbackTransaction());
        freed.dispose();
    }

    @Test
    void cancellingEndsALockWait() {
        SqliteConnection other = databases.open(
                databases.configuration().lockWaitTimeout(Duration.ofMinutes(5)).build());
        now(connection.beginTransaction(SqliteTransactionDefinition.IMMEDIATE));
        long before = other.statistics().statementsExecuted();
        Disposable waiting = run(other, "delete from t").subscribe();
        while (other.statistics().statementsExecuted() == before) {
            Thread.onSpinWait();
        }

        waiting.dispose();

        assertThat(now(longs(other, "select count(*) from t").single())).isEqualTo(1000);
        now(connection.rollbackTransaction());
        assertThat(other.statistics().openStatements()).isZero();
    }

    @Test
    void aStaleSnapshotAsksForTheTransactionToBeRepeated() {
        SqliteConnection other = databases.open();
        now(connection.beginTransaction());
        now(longs(connection, "select count(*) from t").then());
        now(run(other, "delete from t where id = 1"));

        StepVerifier.create(run(connection, "delete from t where id = 2"))
                .expectErrorSatisfies(e -> {
                    assertThat(((R2dbcException) e).getErrorCode()).isEqualTo(517);
                    assertThat(((R2dbcException) e).getSqlState()).isEqualTo("40001");
                })
                .verify(PATIENCE);
        now(connection.rollbackTransaction());
    }

    @Test
    void closingEndsWhatRunsAndFailsWhatWaits() {
        SqliteConnection doomed = databases.open();
        long before = doomed.statistics().statementsExecuted();
        Mono<String> running = state(longs(doomed, ENDLESS).then()).cache();
        Disposable first = running.subscribe();
        while (doomed.statistics().statementsExecuted() == before) {
            Thread.onSpinWait();
        }
        Mono<String> waiting = state(run(doomed, "delete from t")).cache();
        Disposable second = waiting.subscribe();

        now(doomed.close());

        assertThat(now(running)).isEqualTo("08003");
        assertThat(now(waiting)).isEqualTo("08003");
        assertThat(now(state(doomed.beginTransaction()))).isEqualTo("08003");
        assertThat(now(state(longs(doomed, "select 1").then()))).isEqualTo("08003");
        assertThat(now(doomed.validate(ValidationDepth.REMOTE))).isFalse();
        now(doomed.close());
        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(1000);
        first.dispose();
        second.dispose();
    }

    private static Mono<String> state(Mono<Void> mono) {
        return mono.thenReturn("none")
                .onErrorResume(R2dbcException.class, e -> Mono.just(String.valueOf(e.getSqlState())));
    }

    @Test
    void closingRollsBackAndEndsTheThread() {
        SqliteConnection doomed = databases.open();
        String[] thread = new String[1];
        now(doomed.beginTransaction()
                .then(run(doomed, "delete from t"))
                .then(Mono.fromRunnable(() -> thread[0] = Thread.currentThread().getName())));
        StepVerifier.create(longs(doomed, "select id from t union all select id from t"), 0)
                .then(() -> now(doomed.close()))
                .thenRequest(1)
                .expectError(R2dbcException.class)
                .verify(PATIENCE);

        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(1000);
        awaitThreads(thread[0], 0, Thread::onSpinWait);
        assertThat(doomed.statistics().transactionsRolledBack()).isEqualTo(1);
    }

    @Test
    void cancellingTheOpeningLeavesNoThread() {
        // Some are open before they can be cancelled: those are their receiver's to close.
        Queue<SqliteConnection> inTime = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 50; i++) {
            SqliteConnectionFactory.from(databases.configuration().build())
                    .create()
                    .subscribe(inTime::add)
                    .dispose();
        }
        assertThat(inTime).hasSizeLessThan(50);
        awaitThreads("sqlite-test.db", 1, () -> {
            for (SqliteConnection late = inTime.poll(); late != null; late = inTime.poll()) {
                now(late.close());
            }
            // What was given to nobody is closed when it is found.
            System.gc();
        });
    }
}
