// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The driver's idea of the transaction is SQLite's. */
class TransactionsIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private SqliteConnection connection;

    @BeforeEach
    void open() {
        connection = databases.open(databases.configuration().foreignKeys(true).build());
        now(run(connection, "create table t(id integer primary key, v unique)"));
        now(run(
                connection,
                "create table child(id integer primary key, t references t deferrable initially deferred)"));
    }

    @AfterEach
    void close() {
        assertThat(connection.statistics().openStatements()).isZero();
    }

    private long count() {
        return now(longs(connection, "select count(*) from t").single());
    }

    private static void fails(Mono<Void> mono, Class<?> type, String state) {
        StepVerifier.create(mono)
                .expectErrorSatisfies(e -> {
                    assertThat(e).isInstanceOf(type);
                    assertThat(((R2dbcException) e).getSqlState()).isEqualTo(state);
                })
                .verify(PATIENCE);
    }

    @Test
    void aRollbackUndoesWhatACommitWouldKeep() {
        now(connection.beginTransaction().then(run(connection, "insert into t(v) values (1)")));
        assertThat(connection.isAutoCommit()).isFalse();
        now(connection.rollbackTransaction());
        assertThat(count()).isZero();

        now(connection.beginTransaction().then(run(connection, "insert into t(v) values (1)")));
        now(connection.commitTransaction());
        assertThat(count()).isEqualTo(1);
        assertThat(connection.isAutoCommit()).isTrue();
    }

    @Test
    void aConstraintErrorLeavesTheTransactionOpen() {
        now(connection.beginTransaction().then(run(connection, "insert into t(v) values (1)")));
        fails(run(connection, "insert into t(v) values (1)"), R2dbcDataIntegrityViolationException.class, "23505");

        assertThat(connection.isAutoCommit()).isFalse();
        now(connection.commitTransaction());
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void anInsertOrRollbackEndsTheTransaction() {
        now(connection.beginTransaction().then(run(connection, "insert into t(v) values (1)")));
        fails(
                run(connection, "insert or rollback into t(v) values (1)"),
                R2dbcDataIntegrityViolationException.class,
                "23505");

        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(count()).isZero();
        fails(connection.commitTransaction(), R2dbcRollbackException.class, "40000");
        now(connection.beginTransaction().then(connection.commitTransaction()));
    }

    @Test
    void aCommitThatFailsLeavesTheTransactionOpen() {
        now(connection.beginTransaction().then(run(connection, "insert into child(t) values (7)")));
        fails(connection.commitTransaction(), R2dbcDataIntegrityViolationException.class, "23503");

        assertThat(connection.isAutoCommit()).isFalse();
        now(run(connection, "insert into t(id) values (7)").then(connection.commitTransaction()));
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void transactionsInSqlTextAreFollowed() {
        now(run(connection, "/* mine */ begin immediate"));
        assertThat(connection.isAutoCommit()).isFalse();
        now(run(connection, "savepoint s; insert into t(v) values (1); rollback to s; release s"));
        assertThat(connection.isAutoCommit()).isFalse();
        now(run(connection, "end transaction"));
        assertThat(connection.isAutoCommit()).isTrue();

        now(run(connection, "savepoint outer_one; savepoint inner_one; release inner_one"));
        assertThat(connection.isAutoCommit()).isFalse();
        now(run(connection, "release outer_one"));
        assertThat(connection.isAutoCommit()).isTrue();

        now(run(connection, "begin; insert into t(v) values (1); rollback"));
        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(count()).isZero();
    }

    @Test
    void savepointsBeginATransactionAndUndoAPart() {
        now(connection
                .createSavepoint("a \"quoted\" name")
                .then(run(connection, "insert into t(v) values (1)"))
                .then(connection.createSavepoint("b"))
                .then(run(connection, "insert into t(v) values (2)"))
                .then(connection.rollbackTransactionToSavepoint("b"))
                .then(connection.releaseSavepoint("a \"quoted\" name")));
        assertThat(connection.isAutoCommit()).isFalse();
        now(connection.commitTransaction());

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void autoCommitOffBeginsWithTheFirstStatementAndOnCommits() {
        now(connection.setAutoCommit(false));
        assertThat(connection.isAutoCommit()).isFalse();
        now(run(connection, "insert into t(v) values (1)"));
        now(connection.rollbackTransaction());
        now(run(connection, "insert into t(v) values (2)"));
        now(connection.setAutoCommit(true));

        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(now(longs(databases.open(), "select v from t").single())).isEqualTo(2);
    }

    @Test
    void aSecondBeginFails() {
        now(connection.beginTransaction());
        fails(connection.beginTransaction(), R2dbcException.class, "25001");
        now(connection.rollbackTransaction());
        now(connection.rollbackTransaction());
        now(connection.commitTransaction());
    }

    @Test
    void aReadOnlyTransactionRefusesWritesAndTheNextOneDoesNot() {
        now(connection.beginTransaction(SqliteTransactionDefinition.DEFERRED.readOnly()));
        fails(run(connection, "insert into t(v) values (1)"), R2dbcPermissionDeniedException.class, "42501");
        now(connection.rollbackTransaction());
        now(run(connection, "insert into t(v) values (1)"));

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void everyIsolationLevelIsAcceptedAndIsSerializable() {
        now(connection.setTransactionIsolationLevel(IsolationLevel.READ_UNCOMMITTED));
        now(connection.beginTransaction(IsolationLevel.READ_COMMITTED).then(connection.commitTransaction()));

        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
    }

    @Test
    void aPooledConnectionIsReturnedClean() {
        now(connection.setAutoCommit(false));
        now(run(connection, "insert into t(v) values (1)"));
        now(connection.preRelease().then(connection.postAllocate()));

        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(count()).isZero();
    }
}
