// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** The yardstick: plain JDBC with statements prepared once, on the thread that calls. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@SuppressWarnings("NullAway.Init") // Fields are set by @Setup.
public class JdbcBenchmark {

    static final int GETS = 1000;

    private final Rows rows = new Rows();
    private final byte[] value = Rows.value(7);
    private Path folder;
    private Connection connection;
    private PreparedStatement get;
    private PreparedStatement scan;
    private PreparedStatement begin;
    private PreparedStatement bump;
    private PreparedStatement set;
    private PreparedStatement savepoint;
    private PreparedStatement release;
    private PreparedStatement commit;

    static Connection filled(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement settings = connection.createStatement()) {
            settings.execute("pragma journal_mode = wal");
            settings.execute("pragma synchronous = full");
            settings.executeUpdate(Rows.CREATE);
            settings.execute("begin");
            try (PreparedStatement insert = connection.prepareStatement(Rows.INSERT)) {
                for (int i = 0; i < Rows.COUNT; i++) {
                    insert.setBytes(1, Rows.key(i));
                    insert.setBytes(2, Rows.value(i));
                    insert.execute();
                }
            }
            settings.execute("commit");
            settings.execute("pragma wal_checkpoint(truncate)");
        }
        return connection;
    }

    /** Opens and fills. */
    @Setup
    public void open() throws SQLException {
        folder = Rows.folder();
        connection = filled(folder.resolve("jdbc.db"));
        get = connection.prepareStatement(Rows.GET);
        scan = connection.prepareStatement(Rows.SCAN);
        begin = connection.prepareStatement("begin immediate");
        bump = connection.prepareStatement(Rows.BUMP);
        set = connection.prepareStatement(Rows.SET);
        savepoint = connection.prepareStatement("savepoint s");
        release = connection.prepareStatement("release s");
        commit = connection.prepareStatement("commit");
    }

    /** Closes and deletes. */
    @TearDown
    public void close() throws SQLException {
        connection.close();
        Rows.delete(folder);
    }

    /** Point gets. */
    @Benchmark
    @OperationsPerInvocation(GETS)
    public void get(Blackhole hole) throws SQLException {
        for (int i = 0; i < GETS; i++) {
            get.setBytes(1, rows.anyKey());
            try (ResultSet result = get.executeQuery()) {
                result.next();
                hole.consume(result.getBytes(1));
            }
        }
    }

    /** A transaction with one set, on the disk when it is done. */
    @Benchmark
    public void set(Blackhole hole) throws SQLException {
        begin.execute();
        one(hole);
        commit.execute();
    }

    /** Sets in one transaction, each in a savepoint. */
    @Benchmark
    @OperationsPerInvocation(Rows.GROUP)
    public void groupedSets(Blackhole hole) throws SQLException {
        begin.execute();
        for (int i = 0; i < Rows.GROUP; i++) {
            savepoint.execute();
            one(hole);
            release.execute();
        }
        commit.execute();
    }

    private void one(Blackhole hole) throws SQLException {
        String version;
        try (ResultSet result = bump.executeQuery()) {
            result.next();
            version = Long.toString(result.getLong(1));
        }
        set.setBytes(1, rows.anyKey());
        set.setBytes(2, value);
        set.setString(3, version);
        hole.consume(set.executeUpdate());
    }

    /** All rows, in their order. */
    @Benchmark
    @OperationsPerInvocation(Rows.COUNT)
    public void scan(Blackhole hole) throws SQLException {
        scan.setBytes(1, Rows.key(0));
        try (ResultSet result = scan.executeQuery()) {
            while (result.next()) {
                hole.consume(result.getBytes(1));
                hole.consume(result.getBytes(2));
            }
        }
    }
}
