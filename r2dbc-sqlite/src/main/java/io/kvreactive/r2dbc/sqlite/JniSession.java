// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.BusyHandler;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * SQLite through the low-level classes of sqlite-jdbc, which are public but undocumented; no other class of the driver names them. The JDBC
 * layer above them is used for opening only.
 */
final class JniSession implements NativeSession {

    /** Virtual machine instructions between two looks at the guard: 2 % of a query that only computes, nothing of a short one. */
    private static final int PROGRESS_INTERVAL = 1000;

    private static final int ROW = 100;
    private static final int DONE = 101;

    private final SQLiteConnection connection;
    private final DB db;

    private JniSession(SQLiteConnection connection) {
        this.connection = connection;
        this.db = connection.getDatabase();
    }

    static JniSession open(SqliteConnectionConfiguration configuration, ExecutionGuard guard) {
        String location = configuration.location();
        Properties properties = new Properties();
        properties.setProperty("open_mode", Integer.toString(flags(configuration)));
        try {
            JniSession session = new JniSession(new JDBC4Connection("jdbc:sqlite:" + location, location, properties));
            // Otherwise the library below would begin and commit after every statement.
            session.connection.getConnectionConfig().setAutoCommit(false);
            session.db.busy_handler(new LockHandler(guard));
            session.db.register_progress_handler(PROGRESS_INTERVAL, new InterruptHandler(guard));
            return session;
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    private static int flags(SqliteConnectionConfiguration configuration) {
        // A handle is used by one thread only, so SQLite need not lock it.
        int flags = SQLiteOpenMode.NOMUTEX.flag | SQLiteOpenMode.OPEN_URI.flag;
        if (configuration.cacheMode() == CacheMode.SHARED) {
            flags |= SQLiteOpenMode.SHAREDCACHE.flag;
        }
        return flags
                | switch (configuration.openMode()) {
                    case READ_ONLY -> SQLiteOpenMode.READONLY.flag;
                    case READ_WRITE -> SQLiteOpenMode.READWRITE.flag;
                    case READ_WRITE_CREATE -> SQLiteOpenMode.READWRITE.flag | SQLiteOpenMode.CREATE.flag;
                };
    }

    @Override
    public NativeStatement prepare(String sql) {
        JniStatement statement = new JniStatement(connection, db, sql);
        statement.prepare();
        return statement;
    }

    @Override
    public long changes() {
        try {
            return db.changes();
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    @Override
    public String libraryVersion() {
        try {
            return db.libversion();
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    @Override
    public void close() {
        try {
            db.close();
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    private static NativeException translate(SQLException e) {
        int code = e instanceof SQLiteException sqlite ? sqlite.getResultCode().code : e.getErrorCode();
        String message = e.getMessage();
        if (code <= 0 && message != null) {
            // A code that the binding has no constant for is told in words only.
            Matcher unknown = UNKNOWN_CODE.matcher(message);
            code = unknown.find() ? Integer.parseInt(unknown.group(1)) : 1;
        }
        return new NativeException(code, message, e);
    }

    private static final Pattern UNKNOWN_CODE = Pattern.compile("UNKNOWN_ERROR\\D*:(\\d+)");

    private static final class LockHandler extends BusyHandler {

        private final ExecutionGuard guard;

        LockHandler(ExecutionGuard guard) {
            this.guard = guard;
        }

        @Override
        protected int callback(int attempt) {
            return guard.awaitLock(attempt) ? 1 : 0;
        }
    }

    private static final class InterruptHandler extends ProgressHandler {

        private final ExecutionGuard guard;

        InterruptHandler(ExecutionGuard guard) {
            this.guard = guard;
        }

        @Override
        protected int progress() {
            return guard.mustStop() ? 1 : 0;
        }
    }

    private static final class JniStatement extends CoreStatement implements NativeStatement {

        private final DB db;
        private long handle;

        JniStatement(SQLiteConnection connection, DB db, String sql) {
            super(connection);
            this.db = db;
            this.sql = sql;
        }

        void prepare() {
            try {
                db.prepare(this);
                handle = pointer.safeRunLong((database, address) -> address);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public boolean start(@Nullable Object[] values) {
            try {
                return db.execute(this, values);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public boolean step() {
            try {
                int code = db.step(handle);
                if (code == ROW) {
                    return true;
                }
                if (code != DONE) {
                    db.throwex(code);
                }
                return false;
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public void reset() {
            try {
                // The answer repeats the error of the last step, which has been reported.
                db.reset(handle);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public void finalise() {
            try {
                pointer.close();
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public boolean isFinalised() {
            SafeStmtPtr at = pointer;
            return at.isClosed();
        }

        @Override
        public int columnCount() {
            try {
                return db.column_count(handle);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public String columnName(int column) {
            try {
                return db.column_name(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public @Nullable String declaredType(int column) {
            try {
                return db.column_decltype(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public int storageClass(int column) {
            try {
                return db.column_type(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public long integer(int column) {
            try {
                return db.column_long(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public double real(int column) {
            try {
                return db.column_double(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public String text(int column) {
            try {
                return db.column_text(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        @Override
        public byte[] blob(int column) {
            try {
                return db.column_blob(handle, column);
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        /** Part of the JDBC layer, which nothing here goes through. */
        @Override
        public ResultSet executeQuery(String sql, boolean closeOnCompletion) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }
    }
}
