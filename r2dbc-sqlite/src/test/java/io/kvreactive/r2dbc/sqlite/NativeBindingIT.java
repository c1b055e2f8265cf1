// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Modifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sqlite.BusyHandler;
import org.sqlite.ProgressHandler;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** What the driver relies on in the undocumented classes of sqlite-jdbc. Fails when a new version of it behaves otherwise. */
class NativeBindingIT {

    private final Operation operation = new Operation() {};
    private final ExecutionGuard guard = new ExecutionGuard(0, 0);
    private final NativeSession session =
            NativeSession.open(SqliteConnectionConfiguration.builder().memory().build(), guard);

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void theMethodsAreStillThere() throws Exception {
        assertThat(DB.class.getMethod("prepare", CoreStatement.class)).isNotNull();
        assertThat(DB.class
                        .getMethod("execute", CoreStatement.class, Object[].class)
                        .getReturnType())
                .isEqualTo(boolean.class);
        for (String name : new String[] {"step", "reset", "column_count"}) {
            assertThat(Modifier.isPublic(DB.class.getMethod(name, long.class).getModifiers()))
                    .as(name)
                    .isTrue();
        }
        assertThat(DB.class.getMethod("busy_handler", BusyHandler.class)).isNotNull();
        assertThat(DB.class.getMethod("register_progress_handler", int.class, ProgressHandler.class))
                .isNotNull();
    }

    @Test
    void nothingBeginsOrCommitsBehindTheDriversBack() {
        begin();
        NativeStatement insert = session.prepare("create table t(a)");
        assertThat(insert.start(new Object[0])).isFalse();

        assertThatThrownBy(this::begin)
                .isInstanceOf(NativeException.class)
                .hasMessageContaining("within a transaction");
    }

    private void begin() {
        session.prepare("begin").start(new Object[0]);
    }

    @Test
    void aStatementIsResetAtItsEndAndCanBeRunAgain() {
        NativeStatement statement = session.prepare("select ?");
        for (long i = 0; i < 3; i++) {
            assertThat(statement.start(new Object[] {i})).isTrue();
            assertThat(statement.integer(0)).isEqualTo(i);
            assertThat(statement.step()).isFalse();
            statement.reset();
        }
        assertThat(statement.isFinalised()).isFalse();
    }

    @Test
    void errorsComeWithTheExtendedCodeAndSomeFinaliseTheStatement() {
        session.prepare("create table t(a unique)").start(new Object[0]);
        NativeStatement twice = session.prepare("insert into t values (1), (1)");
        NativeStatement overflow = session.prepare("select abs(?)");

        assertThatThrownBy(() -> twice.start(new Object[0]))
                .isInstanceOfSatisfying(
                        NativeException.class, e -> assertThat(e.code()).isEqualTo(2067));
        assertThat(twice.isFinalised()).isFalse();
        twice.reset();
        assertThatThrownBy(() -> overflow.start(new Object[] {Long.MIN_VALUE}))
                .isInstanceOfSatisfying(
                        NativeException.class, e -> assertThat(e.code()).isEqualTo(1));
        assertThat(overflow.isFinalised()).isTrue();
    }

    @Test
    void theGuardIsAskedWhileAStatementRuns() {
        NativeStatement endless = session.prepare(
                "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n");
        operation.cancelled = true;
        guard.enter(operation);

        assertThatThrownBy(() -> endless.start(new Object[0]))
                .isInstanceOfSatisfying(
                        NativeException.class, e -> assertThat(e.code()).isEqualTo(9));
    }

    @Test
    void aReadBlobIsAnArrayOfItsOwn() {
        NativeStatement statement = session.prepare("select x'0102', x''");
        statement.start(new Object[0]);

        assertThat(statement.blob(0)).containsExactly(1, 2).isNotSameAs(statement.blob(0));
        assertThat(statement.blob(1)).isEmpty();
        statement.finalise();
    }

    @Test
    void theDeclaredTypeOfAnExpressionIsUnknown() {
        session.prepare("create table t(a varchar(3))").start(new Object[0]);
        NativeStatement statement = session.prepare("select a, a || 'x' as b from t");

        assertThat(statement.columnCount()).isEqualTo(2);
        assertThat(statement.declaredType(0)).isEqualTo("varchar(3)");
        assertThat(statement.declaredType(1)).isNull();
        assertThat(statement.columnName(1)).isEqualTo("b");
        statement.finalise();
    }
}
