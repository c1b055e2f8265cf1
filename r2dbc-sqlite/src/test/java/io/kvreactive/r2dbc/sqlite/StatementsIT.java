// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.all;
import static io.kvreactive.r2dbc.sqlite.Databases.awaitThreads;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static io.kvreactive.r2dbc.sqlite.Databases.statement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Parameters, scripts, results, the statement cache, errors. */
class StatementsIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.open();
        now(run(connection, "create table t(id integer primary key, v unique, c check (c > 0), n not null default 0)"));
    }

    @AfterEach
    void close() {
        assertThat(connection.statistics().openStatements()).isZero();
    }

    private static Flux<Long> first(Statement statement) {
        return Flux.from(statement.execute()).concatMap(r -> r.map((row, metadata) -> row.get(0, Long.class)));
    }

    @ParameterizedTest
    @CsvSource({"?,?", "?1,?2", ":a,:b", "@a,@b", "$a,$b"})
    void everyStyleOfParametersCanBeBoundByIndex(String one, String two) {
        Statement statement = connection.createStatement("select " + one + " * 10 + " + two);

        assertThat(now(first(statement.bind(0, 4).bind(1, 2)).single())).isEqualTo(42);
    }

    @Test
    void namesAreBoundWithAndWithoutTheirPrefix() {
        Statement statement = connection.createStatement("select :a * 100 + $b * 10 + @c + :a");

        assertThat(now(first(statement.bind("a", 1).bind("$b", 2).bind("@c", 3)).single()))
                .isEqualTo(124);
    }

    @Test
    void wrongBindsFailAtTheCall() {
        Statement statement = connection.createStatement("select ?, :a");

        assertThatThrownBy(() -> statement.bind(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> statement.bind(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> statement.bind("b", 1)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> statement.bind(0, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> statement.bind(0, String.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> statement.bind(0, Parameters.out(Integer.class)))
                .isInstanceOf(UnsupportedOperationException.class);
        statement.bind(0, 1);
        assertThatThrownBy(statement::execute).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(statement::add).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void oneStatementRunsOnceForEachSetOfValues() {
        Statement statement = connection
                .createStatement("insert into t(v) values (?)")
                .bind(0, 1)
                .add()
                .bind(0, 2)
                .add()
                .bind(0, 3);

        List<Long> counts = all(Flux.from(statement.execute()).concatMap(Result::getRowsUpdated));

        assertThat(counts).containsExactly(1L, 1L, 1L);
        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(3);
    }

    @Test
    void anExecutionKeepsTheValuesItWasAskedForWith() {
        Statement statement = connection.createStatement("select ?");
        Flux<Long> one = first(statement.bind(0, 1));
        Flux<Long> two = first(statement.bind(0, 2));

        assertThat(all(one.concatWith(two).concatWith(one))).containsExactly(1L, 2L, 1L);
    }

    @Test
    void aBatchEndsAtItsFirstError() {
        StepVerifier.create(Flux.from(connection
                                .createBatch()
                                .add("insert into t(v) values (1)")
                                .add("insert into t(v) values (1)")
                                .add("insert into t(v) values (2)")
                                .execute())
                        .concatMap(Result::getRowsUpdated))
                .expectNext(1L)
                .expectError(R2dbcDataIntegrityViolationException.class)
                .verify(PATIENCE);
        assertThat(now(longs(connection, "select count(*) from t").single())).isEqualTo(1);
    }

    @Test
    void aScriptAnswersOneResultForEachStatement() {
        Statement script = connection
                .createStatement("insert into t(v) values (:v); select v + ? from t where v = :v; -- end")
                .bind("v", 40)
                .bind(1, 2);

        List<Long> found = all(Flux.from(script.execute())
                .concatMap(r -> r.flatMap(s -> s instanceof Result.UpdateCount count
                        ? Mono.just(-count.value())
                        : Mono.just(((Result.RowSegment) s).row().get(0, Long.class)))));

        assertThat(found).containsExactly(-1L, 42L);
        assertThat(all(Flux.from(connection.createStatement(" -- nothing").execute())
                        .cast(Result.class)))
                .isEmpty();
    }

    @Test
    void generatedValuesAreReturned() {
        Statement statement = connection
                .createStatement("insert into t(v) values ('a'), ('b') -- comment")
                .returnGeneratedValues("id");

        assertThat(all(first(statement))).containsExactly(1L, 2L);
        assertThat(all(first(connection.createStatement("update t set c = 5").returnGeneratedValues())))
                .containsExactly(1L, 2L);
    }

    @Test
    void aGeneratedColumnThatDoesNotExistIsAnErrorAndNoText() {
        StepVerifier.create(first(connection
                        .createStatement("insert into t(v) values (1)")
                        .returnGeneratedValues("nobody")))
                .expectError(R2dbcBadGrammarException.class)
                .verify(PATIENCE);
    }

    @Test
    void filteredResultsKeepWhatTheFilterLetsThrough() {
        Statement statement = connection.createStatement("insert into t(v) values (1), (2) returning id");

        List<Long> counts = all(Flux.from(statement.execute())
                .concatMap(r -> r.filter(Result.UpdateCount.class::isInstance).getRowsUpdated()));
        List<Long> rows = all(Flux.from(connection
                        .createStatement("update t set c = 1 returning id")
                        .execute())
                .concatMap(r -> r.filter(Result.RowSegment.class::isInstance).map(row -> row.get(0, Long.class))));
        List<Long> none = all(Flux.from(
                        connection.createStatement("select id from t").execute())
                .concatMap(r -> r.filter(Result.UpdateCount.class::isInstance).map(row -> row.get(0, Long.class))));

        assertThat(counts).containsExactly(2L);
        assertThat(rows).containsExactly(1L, 2L);
        assertThat(none).isEmpty();
    }

    @Test
    void anErrorAmongTheRowsIsTheLastSegment() {
        String sql = "select 1 union all select abs(-9223372036854775807 - 1)";

        StepVerifier.create(Flux.from(connection.createStatement(sql).execute())
                        .concatMap(r -> r.flatMap(
                                segment -> Mono.just(segment.getClass().getSimpleName()))))
                .expectNext("OfRow", "Failure")
                .expectComplete()
                .verify(PATIENCE);
        StepVerifier.create(longs(connection, sql))
                .expectNext(1L)
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(R2dbcNonTransientException.class);
                    assertThat(e).isNotInstanceOf(R2dbcBadGrammarException.class);
                    assertThat(((R2dbcException) e).getSql()).isEqualTo(sql);
                })
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "insert into t(id) values (1), (1) | 23505 | 1555",
                "insert into t(v) values (1), (1) | 23505 | 2067",
                "insert into t(c) values (-1) | 23514 | 275",
                "insert into t(n) values (null) | 23502 | 1299",
                "insert into nowhere values (1) | 42000 | 1",
                "not sql | 42000 | 1",
                "insert into t(id) values ('text') | 22000 | 20"
            })
    void errorsCarryStateExtendedCodeAndSql(String sql, String state, int code) {
        StepVerifier.create(run(connection, sql))
                .expectErrorSatisfies(e -> {
                    R2dbcException error = (R2dbcException) e;
                    assertThat(error.getSqlState()).isEqualTo(state);
                    assertThat(error.getErrorCode()).isEqualTo(code);
                    assertThat(error.getSql()).isEqualTo(sql);
                })
                .verify(PATIENCE);
    }

    @Test
    void boundValuesNeverAppearInErrors() {
        now(run(connection, "insert into t(v) values (?)", "secret-value"));

        StepVerifier.create(run(connection, "insert into t(v) values (?)", "secret-value"))
                .expectErrorSatisfies(
                        e -> assertThat(e.toString() + e.getCause()).doesNotContain("secret-value"))
                .verify(PATIENCE);
    }

    @Test
    void filesThatCannotBeOpenedFailAndLeaveNoThread() throws Exception {
        Path ruin = Files.writeString(
                databases.file("ruin.db"), "this is not a database, but long enough to look like one");
        StepVerifier.create(SqliteConnectionFactory.from(SqliteConnectionConfiguration.builder()
                                .path(databases.file("missing.db"))
                                .openMode(OpenMode.READ_WRITE)
                                .build())
                        .create())
                .expectErrorSatisfies(e ->
                        assertThat(((R2dbcException) e).getErrorCode() & 0xFF).isEqualTo(14))
                .verify(PATIENCE);
        StepVerifier.create(SqliteConnectionFactory.from(SqliteConnectionConfiguration.builder()
                                .path(ruin)
                                .journalMode(JournalMode.WAL)
                                .build())
                        .create())
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(R2dbcNonTransientResourceException.class);
                    assertThat(((R2dbcException) e).getErrorCode()).isEqualTo(26);
                })
                .verify(PATIENCE);
        awaitThreads("sqlite-missing", 0, Thread::onSpinWait);
        awaitThreads("sqlite-ruin", 0, Thread::onSpinWait);
    }

    @Test
    void aStatementIsCompiledOnceAndTwiceWhenItIsInUse() {
        SqliteStatistics before = connection.statistics();
        for (int i = 0; i < 10; i++) {
            now(longs(connection, "select ?", i).then());
        }
        SqliteStatistics between = connection.statistics();
        assertThat(between.statementsPrepared() - before.statementsPrepared()).isEqualTo(1);
        assertThat(between.cacheHits() - before.cacheHits()).isEqualTo(9);

        String two = "select 1 union all select 2";
        List<Long> product =
                all(longs(connection, two).flatMap(a -> longs(connection, two).map(b -> a * 10 + b)));

        assertThat(product).containsExactlyInAnyOrder(11L, 12L, 21L, 22L);
        assertThat(connection.statistics().statementsPrepared() - between.statementsPrepared())
                .isEqualTo(2);
    }

    @Test
    void theLeastRecentlyUsedStatementIsDropped() {
        SqliteConnection small =
                databases.open(databases.configuration().statementCacheSize(2).build());
        for (String sql : List.of("select 1", "select 2", "select 1", "select 3", "select 1")) {
            now(longs(small, sql).then());
        }
        SqliteStatistics before = small.statistics();

        now(longs(small, "select 1").then());
        assertThat(small.statistics().statementsPrepared()).isEqualTo(before.statementsPrepared());
        now(longs(small, "select 2").then());
        assertThat(small.statistics().statementsPrepared()).isEqualTo(before.statementsPrepared() + 1);
    }

    @Test
    void aCachedStatementSeesColumnsThatWereAddedElsewhere() {
        now(run(connection, "insert into t(v) values (1)"));
        assertThat(columns()).isEqualTo(4);

        now(run(databases.open(), "alter table t add column more default 5"));
        assertThat(columns()).isEqualTo(5);
        now(run(connection, "alter table t rename column more to most"));
        assertThat(now(Flux.from(connection.createStatement("select * from t").execute())
                        .concatMap(r -> r.map((row, metadata) -> row.get("most", Long.class)))
                        .single()))
                .isEqualTo(5);
    }

    @Test
    void aCachedStatementLearnsThatAColumnWasRenamedElsewhere() {
        now(run(connection, "insert into t(v) values (1)"));
        assertThat(names()).containsExactly("id", "v", "c", "n");
        long prepared = connection.statistics().statementsPrepared();

        now(run(databases.open(), "alter table t rename column c to d"));

        assertThat(names()).containsExactly("id", "v", "d", "n");
        assertThat(connection.statistics().statementsPrepared()).isEqualTo(prepared);
    }

    private List<String> names() {
        return now(Flux.from(connection.createStatement("select * from t").execute())
                .concatMap(r -> r.map((row, metadata) -> metadata.getColumnMetadatas().stream()
                        .map(ColumnMetadata::getName)
                        .toList()))
                .single());
    }

    private int columns() {
        return now(Flux.from(connection.createStatement("select * from t").execute())
                .concatMap(r ->
                        r.map((row, metadata) -> metadata.getColumnMetadatas().size()))
                .single());
    }

    @Test
    void textAfterANulAndBeyondTheBasicPlaneSurvives() {
        String text = "a\u0000b\uD83D\uDE00";
        Statement statement = statement(connection, "insert into t(v) values (?) returning v", text);

        assertThat(now(Flux.from(statement.execute())
                        .concatMap(r -> r.map((row, metadata) -> row.get(0, String.class)))
                        .single()))
                .isEqualTo(text);
    }
}
