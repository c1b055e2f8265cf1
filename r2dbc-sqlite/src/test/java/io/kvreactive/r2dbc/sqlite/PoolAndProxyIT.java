// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Under {@code r2dbc-pool} and {@code r2dbc-proxy}. */
class PoolAndProxyIT {

    private static final int CONNECTIONS = 3;

    @RegisterExtension
    final Databases databases = new Databases();

    private ConnectionPool pool;

    @BeforeEach
    void open() {
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(
                        SqliteConnectionFactory.from(databases.configuration().build()))
                .initialSize(CONNECTIONS)
                .maxSize(CONNECTIONS)
                .validationDepth(ValidationDepth.REMOTE)
                .build());
        // Otherwise the pool opens the others behind whoever asks first.
        now(pool.warmup());
        now(pooled(connection -> update(connection, "create table t(id integer primary key, v)")));
    }

    @AfterEach
    void close() {
        if (!pool.isDisposed()) {
            dispose();
        }
    }

    /**
     * Closes the pool when no thread is inside it any more. reactor-pool 1.2.8 tells who gives a connection back that it is back, and only
     * then, on the connection's thread, looks at who waits and at whether the pool was closed meanwhile. Had that connection been lent and given
     * back again in between, it would be destroyed twice, and closing fails with "Too many permits returned".
     */
    private void dispose() {
        List<Connection> all =
                now(Flux.range(0, CONNECTIONS).flatMap(i -> pool.create()).collectList());
        // Asked from here, a connection's thread answers after it has come back from everything else.
        all.forEach(connection -> now(query(connection, "select 1")));
        all.forEach(connection -> now(Mono.from(connection.close())));
        now(pool.disposeLater());
    }

    private interface Work<T> {
        Mono<T> with(Connection connection);
    }

    private <T> Mono<T> pooled(Work<T> work) {
        return Mono.usingWhen(pool.create(), work::with, Connection::close);
    }

    private long ask(Work<Long> work) {
        return now(pooled(work));
    }

    private static Mono<Long> update(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    private static Mono<Long> query(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                .single();
    }

    @Test
    void aHundredCallersShareThreeConnections() {
        Long inserted = now(Flux.range(1, 100)
                .flatMap(i -> pooled(connection -> update(connection, "insert into t(id) values (" + i + ")")), 100)
                .reduce(0L, Long::sum));

        assertThat(inserted).isEqualTo(100);
        assertThat(ask(connection -> query(connection, "select count(*) from t")))
                .isEqualTo(100);
        assertThat(pool.getMetrics().orElseThrow().allocatedSize()).isEqualTo(CONNECTIONS);
    }

    @Test
    void aTransactionLeftOpenIsRolledBackBeforeTheNextBorrower() {
        now(pooled(connection -> Mono.from(connection.beginTransaction())
                .then(update(connection, "insert into t(v) values (1)"))
                .then(Mono.from(connection.setLockWaitTimeout(java.time.Duration.ZERO))
                        .thenReturn(true))));

        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(ask(connection ->
                            query(connection, "select count(*) from t").filter(n -> connection.isAutoCommit())))
                    .isZero();
        }
    }

    @Test
    void anIdleConnectionHoldsNothingOpen() {
        now(pooled(connection -> update(connection, "insert into t(v) values (1), (2), (3)")));
        now(pooled(connection ->
                Mono.from(connection.createStatement("select * from t").execute())));

        assertThat(databases.checkpointIsFree()).isTrue();
    }

    @Test
    void aPoolIsFoundByItsUrl() {
        ConnectionFactory byUrl = ConnectionFactories.get(
                "r2dbc:pool:sqlite:///" + databases.file("test.db") + "?maxSize=2&journalMode=wal");
        assertThat(byUrl).isInstanceOf(ConnectionPool.class);
        assertThat(byUrl.getMetadata().getName()).isEqualTo("SQLite");

        Long tables = now(Mono.usingWhen(
                byUrl.create(),
                connection -> query(connection, "select count(*) from sqlite_schema"),
                Connection::close));

        assertThat(tables).isEqualTo(1);
        now(((ConnectionPool) byUrl).disposeLater());
    }

    @Test
    void aClosedPoolHasClosedItsConnections() {
        Connection borrowed = now(pool.create());
        SqliteConnection inner = (SqliteConnection) ((Wrapped<?>) borrowed).unwrap();
        now(Mono.from(borrowed.close()));

        dispose();

        StepVerifier.create(inner.validate(ValidationDepth.LOCAL))
                .expectNext(false)
                .expectComplete()
                .verify(PATIENCE);
    }

    @Test
    void aProxySeesEveryStatementAndChangesNothing() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        ConnectionFactory proxied = ProxyConnectionFactory.builder(
                        SqliteConnectionFactory.from(databases.configuration().build()))
                .onAfterQuery(info -> seen.add(describe(info)))
                .build();

        Long sum = now(Mono.usingWhen(
                proxied.create(),
                connection -> Flux.from(connection
                                .createStatement("insert into t(v) values (:v) returning v")
                                .bind("v", 1)
                                .add()
                                .bind("v", 2)
                                .execute())
                        .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                        .reduce(0L, Long::sum)
                        .flatMap(rows -> query(connection, "select sum(v) from t")),
                Connection::close));

        assertThat(sum).isEqualTo(3);
        assertThat(List.copyOf(seen))
                .containsExactly("insert into t(v) values (:v) returning v x2 true", "select sum(v) from t x0 true");
        assertThat(proxied.getMetadata().getName()).isEqualTo("SQLite");
    }

    private static String describe(QueryExecutionInfo info) {
        return info.getQueries().get(0).getQuery() + " x"
                + info.getQueries().get(0).getBindingsList().size() + " " + info.isSuccess();
    }
}
