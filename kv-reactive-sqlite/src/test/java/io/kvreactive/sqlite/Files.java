// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Check;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.spi.SumRange;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Databases under test, and a second way to their files: plain JDBC, as a foreign process would look at them. */
final class Files {

    private Files() {}

    static SqliteDatabase open(Path path) {
        return open(path, SqliteOptions.defaults(), KvOptions.defaults());
    }

    static SqliteDatabase open(Path path, SqliteOptions options, KvOptions kvOptions) {
        return (SqliteDatabase) SqliteDatabase.open(path, options, kvOptions).block();
    }

    static Kv kv(Path path, Instant now) {
        return Kv.create(
                "sqlite:" + path,
                KvOptions.builder().clock(Clock.fixed(now, ZoneOffset.UTC)).build());
    }

    static byte[] key(Object... parts) {
        return KvKey.of(parts).encoded();
    }

    static KvValue bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return KvValue.wrap(KvValue.BYTES, bytes);
    }

    static AtomicWrite set(byte[] key, KvValue value) {
        return write(Mutation.set(key, value, null));
    }

    static AtomicWrite write(Mutation... mutations) {
        return AtomicWrite.of(List.of(), List.of(mutations));
    }

    static AtomicWrite checked(Check check, Mutation... mutations) {
        return AtomicWrite.of(List.of(check), List.of(mutations));
    }

    static Mutation sum(byte[] key, long addend) {
        return Mutation.sum(key, KvValue.of(KvU64.of(addend)), SumRange.UNBOUNDED);
    }

    static CommitResult commit(SqliteDatabase database, AtomicWrite write) {
        return database.atomicWrite(write).block();
    }

    static List<RawEntry> all(SqliteDatabase database) {
        return database.snapshotRead(
                        List.of(ReadRange.ascending(new byte[] {0}, new byte[] {(byte) 0xFF}, 1000)),
                        KvConsistency.STRONG)
                .block()
                .get(0);
    }

    /** How many statements the readers have run. */
    static long statementsRead(SqliteDatabase database) {
        return database.readerStatistics().stream()
                .mapToLong(SqliteStatistics::statementsExecuted)
                .sum();
    }

    /** Until a database reads nothing by itself any more: what it looks at when it is opened, or while somebody watches. */
    static void awaitStill(SqliteDatabase database) {
        long[] last = {-1};
        Received.until(() -> {
            long now = statementsRead(database);
            boolean isStill = last[0] == now;
            last[0] = now;
            Mono.delay(SqliteOptions.DEFAULT_POLL_INTERVAL.multipliedBy(5)).block();
            return isStill;
        });
    }

    static void sql(Path path, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The rows of a query, each as the texts of its columns. */
    static List<List<String>> query(Path path, String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> result = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                result.add(row);
            }
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
