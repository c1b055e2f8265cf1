// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.KvKey;
import io.kvreactive.v8.V8;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Deno's tables through plain JDBC, written as well as one can: one connection, statements prepared once, nothing checked twice. */
final class Jdbc implements AutoCloseable {

    private static final String SHOWN = " and (expiration_ms < 0 or expiration_ms > ?)";

    private final Connection connection;
    private final PreparedStatement get;
    private final PreparedStatement list;
    private final PreparedStatement begin;
    private final PreparedStatement commit;
    private final PreparedStatement version;
    private final PreparedStatement set;

    Jdbc(String file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = full");
            statement.execute("pragma busy_timeout = 5000");
        }
        get = connection.prepareStatement("select v, v_encoding, version, expiration_ms from kv where k = ?" + SHOWN);
        list = connection.prepareStatement(
                "select k, v, v_encoding, version, expiration_ms from kv where k >= ? and k < ?" + SHOWN
                        + " order by k limit ?");
        begin = connection.prepareStatement("begin immediate");
        commit = connection.prepareStatement("commit");
        version = connection.prepareStatement(
                "update data_version set version = version + 1 where k = 0 returning version");
        set = connection.prepareStatement(
                "insert into kv (k, v, v_encoding, version, expiration_ms) values (?, ?, 1, ?, -1)"
                        + " on conflict (k) do update set v = excluded.v, v_encoding = excluded.v_encoding,"
                        + " version = excluded.version, expiration_ms = excluded.expiration_ms");
    }

    Object get(KvKey key) throws SQLException {
        get.setBytes(1, key.encoded());
        get.setLong(2, System.currentTimeMillis());
        try (ResultSet rows = get.executeQuery()) {
            rows.next();
            rows.getLong(3);
            return decoded(rows.getBytes(1));
        }
    }

    private static Object decoded(byte[] value) {
        Object decoded = V8.decode(value);
        if (decoded == null) {
            throw new IllegalStateException("a value that was not stored");
        }
        return decoded;
    }

    /** Reads up to so many entries, and tells how many there were. */
    int list(KvKey prefix, int limit) throws SQLException {
        byte[] start = prefix.append(Double.NEGATIVE_INFINITY).encoded();
        byte[] end = prefix.append(Double.POSITIVE_INFINITY).encoded();
        list.setBytes(1, start);
        list.setBytes(2, end);
        list.setLong(3, System.currentTimeMillis());
        list.setInt(4, limit);
        int count = 0;
        try (ResultSet rows = list.executeQuery()) {
            while (rows.next()) {
                if (KvKey.decode(rows.getBytes(1)).isEmpty() || !(decoded(rows.getBytes(2)) instanceof Map)) {
                    throw new IllegalStateException("not an entry that was stored");
                }
                rows.getLong(4);
                count++;
            }
        }
        return count;
    }

    void set(KvKey key, Object value) throws SQLException {
        begin.execute();
        long next;
        try (ResultSet row = version.executeQuery()) {
            row.next();
            next = row.getLong(1);
        }
        set.setBytes(1, key.encoded());
        set.setBytes(2, V8.encode(value));
        set.setLong(3, next);
        set.executeUpdate();
        commit.execute();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
