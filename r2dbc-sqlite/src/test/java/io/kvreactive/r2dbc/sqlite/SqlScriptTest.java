// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.r2dbc.sqlite.SqlScript.Kind;
import io.kvreactive.r2dbc.sqlite.SqlScript.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {

    private static List<String> texts(String sql) {
        return SqlScript.parse(sql).pieces().stream().map(Piece::sql).toList();
    }

    @Test
    void statementsAreSeparatedBySemicolons() {
        assertThat(texts("select 1; select 2;\n;; -- nothing\n select 3 /* end */"))
                .containsExactly("select 1", "select 2", "select 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", ";", "-- only a comment", "/* and another */ ;", "/* without end", "--;"})
    void textWithoutAStatementHasNone(String sql) {
        assertThat(texts(sql)).isEmpty();
    }

    @Test
    void quotesAndCommentsHideWhatIsInThem() {
        SqlScript script =
                SqlScript.parse("select ';?', 'it''s ?', \"a?;\"\"b\", `?;`, [?;], x'00' -- ?;\n, /* ?; */ ? from t");

        assertThat(script.pieces()).hasSize(1);
        assertThat(script.parameterCount()).isEqualTo(1);
    }

    @Test
    void aTriggerEndsAtItsOwnEnd() {
        String trigger = "create temp trigger g after insert on t when new.id > 0 begin "
                + "update t set v = case when 1 then 2 else 3 end where id = new.id; select 1; end";

        assertThat(texts(trigger + "; select 2")).containsExactly(trigger, "select 2");
        assertThat(texts("explain " + trigger + "; select 2")).containsExactly("explain " + trigger, "select 2");
    }

    @Test
    void parametersAreNumberedAsSqliteDoes() {
        SqlScript script = SqlScript.parse("select ?, ?5, ?, :a, @b, $c, :a, ?2, :d::e(f)");

        assertThat(script.parameterCount()).isEqualTo(10);
        assertThat(script.indexOf("a")).isEqualTo(6);
        assertThat(script.indexOf(":a")).isEqualTo(6);
        assertThat(script.indexOf("b")).isEqualTo(7);
        assertThat(script.indexOf("$c")).isEqualTo(8);
        assertThat(script.indexOf("?5")).isEqualTo(4);
        assertThat(script.indexOf("nobody")).isEqualTo(-1);
        assertThat(script.isUsed(2)).isFalse();
        assertThat(script.isUsed(1)).isTrue();
    }

    @Test
    void parametersAreNumberedThroughAllStatements() {
        SqlScript script = SqlScript.parse("select ?, :a; select :a, ?; select ?2");

        assertThat(script.parameterCount()).isEqualTo(3);
        assertThat(script.pieces().get(1).parameters()).containsExactly(2, 3);
        assertThat(script.pieces().get(2).parameters()).containsExactly(0, 2);
        assertThat(script.pieces().get(1).pick(new Object[] {"x", "y", "z"})).containsExactly("y", "z");
    }

    @Test
    void aNumberBeyondSqlitesLimitIsRefused() {
        assertThatThrownBy(() -> SqlScript.parse("select ?99999")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select 1 | QUERY",
                "values (1) | QUERY",
                "explain query plan delete from t | QUERY",
                "explain insert into t values (1) returning a | QUERY",
                "explain rollback | QUERY",
                "query | OTHER",
                "with x as (delete_me) select 1 | QUERY",
                "with recursive averyverylongname(i) as (select 1) insert into t select 1 | DML",
                "/* c */ insert into t values (1) | DML",
                "replace into t values (1) | DML",
                "update t set a = 1 | DML",
                "delete from t | DML",
                "create table t(a) | DDL",
                "create temporary trigger g after insert on t begin select 1; end | DDL",
                "drop table t | DDL",
                "alter table t add b | DDL",
                "begin immediate transaction | BEGIN",
                "commit | COMMIT",
                "end transaction | COMMIT",
                "rollback | ROLLBACK",
                "rollback transaction | ROLLBACK",
                "rollback transaction to savepoint s | OTHER",
                "rollback to s | OTHER",
                "savepoint s | SAVEPOINT",
                "release s | RELEASE",
                "pragma journal_mode | OTHER"
            })
    void theLeadingWordsTellWhatAStatementDoes(String sql, Kind kind) {
        assertThat(SqlScript.parse(sql).pieces().get(0).kind()).isEqualTo(kind);
    }

    @Test
    void aReturningClauseIsSeenAndAppendedOnlyOnce() {
        Piece with = SqlScript.parse("insert into t values ('returning') returning id")
                .pieces()
                .get(0);
        Piece without = SqlScript.parse("insert into t values ('returning') -- x")
                .pieces()
                .get(0);

        assertThat(with.returning()).isTrue();
        assertThat(with.answering(List.of())).isSameAs(with);
        assertThat(without.returning()).isFalse();
        assertThat(without.answering(List.of()).sql()).endsWith("\nRETURNING *");
        assertThat(SqlScript.parse("select 1")
                        .pieces()
                        .get(0)
                        .answering(List.of())
                        .sql())
                .isEqualTo("select 1");
    }

    @Test
    void moreTextsThanTheCacheHoldsAreStillUnderstood() {
        for (int i = 0; i < 3000; i++) {
            assertThat(SqlScript.parse("select ?, " + i).parameterCount()).isEqualTo(1);
        }
    }
}
