// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.all;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static io.kvreactive.r2dbc.sqlite.Databases.statement;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Demand, and what stays open in SQLite. */
class CursorsIT {

    private static final int ROWS = 5000;
    private static final String EVERYTHING = "select id, v from t order by id";

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.filled(ROWS);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        now(connection.validate(io.r2dbc.spi.ValidationDepth.REMOTE));
        assertThat(connection.statistics().openCursors()).isZero();
        assertThat(connection.statistics().openStatements()).isZero();
        assertThat(databases.checkpointIsFree()).isTrue();
    }

    @Test
    void exactlyTheRequestedRowsAreEmittedAndOneMoreIsStepped() {
        long before = connection.statistics().rows();

        StepVerifier.create(longs(connection, EVERYTHING), 0)
                .expectSubscription()
                .thenRequest(10)
                .expectNextCount(10)
                .then(() -> assertThat(stepped(before)).isEqualTo(11))
                .thenRequest(5)
                .expectNextCount(5)
                .then(() -> assertThat(stepped(before)).isEqualTo(16))
                .thenCancel()
                .verify(PATIENCE);
    }

    /** Asked behind whatever the worker does now. */
    private long stepped(long before) {
        now(connection.setStatementTimeout(java.time.Duration.ZERO));
        return connection.statistics().rows() - before;
    }

    @Test
    void aHugeResultIsNeverInMemoryAtOnce() {
        AtomicLong mapped = new AtomicLong();
        AtomicLong ahead = new AtomicLong();
        AtomicLong seen = new AtomicLong();

        Long count = now(Flux.from(connection.createStatement(EVERYTHING).execute())
                .concatMap(r -> r.map((row, metadata) -> mapped.incrementAndGet()))
                .publishOn(Schedulers.parallel(), 64)
                .doOnNext(n -> ahead.accumulateAndGet(mapped.get() - seen.incrementAndGet(), Math::max))
                .count());

        assertThat(count).isEqualTo(ROWS);
        assertThat(ahead.get()).isLessThanOrEqualTo(64);
    }

    @Test
    void theStatementIsResetBeforeItsLastRowIsEmitted() {
        List<Long> open = all(Flux.from(statement(connection, "select id from t where id = ?", 5)
                        .execute())
                .concatMap(r -> r.map((row, metadata) -> row.get(0, Long.class)))
                .map(id -> connection.statistics().openStatements()));

        assertThat(open).containsExactly(0L);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100, 4999})
    void cancellingAtAnyRowClosesTheCursor(int rows) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        longs(connection, EVERYTHING).doOnCancel(cancelled::countDown).subscribe(new BaseSubscriber<>() {
            private int left = rows;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                if (left == 0) {
                    cancel();
                } else {
                    requestUnbounded();
                }
            }

            @Override
            protected void hookOnNext(Long id) {
                if (--left == 0) {
                    cancel();
                }
            }
        });

        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cancellingWithAResultInHandLeavesNoCursor() throws InterruptedException {
        CountDownLatch received = new CountDownLatch(1);
        Flux.from(connection.createStatement(EVERYTHING).execute()).subscribe(new BaseSubscriber<Result>() {
            @Override
            protected void hookOnNext(Result result) {
                cancel();
                received.countDown();
            }
        });

        assertThat(received.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void takingSomeRowsClosesTheCursor() {
        assertThat(all(longs(connection, EVERYTHING).take(3))).containsExactly(1L, 2L, 3L);
        assertThat(now(longs(connection, EVERYTHING).next())).isEqualTo(1);
    }

    @Test
    void aMappingFunctionThatThrowsClosesTheCursor() {
        StepVerifier.create(Flux.from(connection.createStatement(EVERYTHING).execute())
                        .concatMap(r -> r.map((row, metadata) -> {
                            throw new IllegalStateException("mine");
                        })))
                .expectErrorMessage("mine")
                .verify(PATIENCE);
    }

    @Test
    void aMappingFunctionThatAnswersNullFails() {
        StepVerifier.create(Flux.from(connection.createStatement(EVERYTHING).execute())
                        .concatMap(r -> r.map((row, metadata) -> (Object) null)))
                .expectError(NullPointerException.class)
                .verify(PATIENCE);
    }

    @Test
    void anUnreadResultHoldsNothingAndCanBeReadLater() {
        Result small = now(
                Mono.from(connection.createStatement("select 1 union select 2").execute()));
        Result large = now(Mono.from(connection.createStatement(EVERYTHING).execute()));

        now(connection.validate(io.r2dbc.spi.ValidationDepth.REMOTE));
        assertThat(connection.statistics().openCursors()).isZero();
        assertThat(databases.checkpointIsFree()).isTrue();
        now(run(connection, "update t set v = 1 where id = 1"));

        assertThat(all(Flux.from(small.map((row, metadata) -> row.get(0, Long.class)))))
                .containsExactly(1L, 2L);
        assertThat(all(Flux.from(large.map((row, metadata) -> row.get(0, Long.class)))))
                .hasSize(ROWS);
        StepVerifier.create(large.map((row, metadata) -> row.get(0, Long.class)))
                .expectError(IllegalStateException.class)
                .verify(PATIENCE);
    }

    @Test
    void anUnreadLargeResultEndsWithItsTransaction() {
        now(connection.beginTransaction());
        Result large = now(Mono.from(connection.createStatement(EVERYTHING).execute()));
        now(connection.rollbackTransaction());

        StepVerifier.create(large.map((row, metadata) -> 1))
                .expectErrorSatisfies(
                        e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("24000"))
                .verify(PATIENCE);
    }

    @Test
    void aReaderLearnsThatItsTransactionHasEnded() {
        now(connection.beginTransaction());

        StepVerifier.create(longs(connection, EVERYTHING), 1)
                .expectNext(1L)
                .then(() -> connection.commitTransaction().subscribe())
                .expectErrorSatisfies(
                        e -> assertThat(((R2dbcException) e).getSqlState()).isEqualTo("24000"))
                .verify(PATIENCE);
    }

    @Test
    void aWriteTakesEffectWhetherOrNotItsResultIsRead() {
        now(Flux.from(connection
                        .createStatement("insert into t(v) values (1), (2), (3) returning id")
                        .execute())
                .then());

        assertThat(now(longs(databases.open(), "select count(*) from t").single()))
                .isEqualTo(ROWS + 3);
    }

    @Test
    void theNextStatementOfAScriptWaitsUntilTheRowsBeforeItAreRead() {
        List<Long> ids = all(Flux.from(connection
                        .createStatement(EVERYTHING + "; delete from t")
                        .execute())
                .flatMap(r -> r.map((row, metadata) -> row.get(0, Long.class)))
                .limitRate(10));

        assertThat(ids).hasSize(ROWS).isSorted();
        assertThat(now(longs(connection, "select count(*) from t").single())).isZero();
    }

    @Test
    void aScriptWhoseResultsAreReadLaterSeesEachStatementAtItsTime() {
        List<Result> results = all(Flux.from(connection
                        .createStatement(EVERYTHING + "; delete from t")
                        .execute())
                .cast(Result.class));

        assertThat(all(Flux.from(results.get(0).map((row, metadata) -> row.get(0, Long.class)))))
                .hasSize(ROWS);
        assertThat(now(Mono.from(results.get(1).getRowsUpdated()))).isEqualTo(ROWS);
    }

    @Test
    void aLongReadLetsOthersHaveTheConnection() {
        Sinks.One<Long> answer = Sinks.one();
        Mono<Long> question =
                Mono.defer(() -> longs(connection, "select 1").next()).subscribeOn(Schedulers.boundedElastic());

        long rows =
                now(longs(connection, "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n")
                        .doOnNext(i -> {
                            if (i == 1000) {
                                question.subscribe(answer::tryEmitValue);
                            }
                        })
                        .takeUntilOther(answer.asMono())
                        .count());

        assertThat(rows).isGreaterThanOrEqualTo(1000);
    }
}
