// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvOptions;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.Database;
import io.kvreactive.test.KvContract;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** SQLite passes the contract. */
class SqliteContractIT extends KvContract {

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    private int files;

    @Override
    protected String freshUrl() {
        return "sqlite:" + folder.resolve("kv" + files++ + ".sqlite");
    }

    /** What the contract looks at is not whether a power cut is survived, and hundreds of files are opened. */
    @Override
    protected KvOptions configure(KvOptions options) {
        return options.mutate()
                .with(SqliteOptions.builder()
                        .synchronous(SqliteOptions.Synchronous.NORMAL)
                        .build())
                .build();
    }

    @Override
    protected long openResources(Database database) {
        SqliteDatabase sqlite = (SqliteDatabase) database;
        return Stream.concat(Stream.of(sqlite.writerStatistics()), sqlite.readerStatistics().stream())
                .mapToLong(SqliteContractIT::open)
                .sum();
    }

    private static long open(SqliteStatistics connection) {
        long transactions = connection.transactionsBegun()
                - connection.transactionsCommitted()
                - connection.transactionsRolledBack();
        return connection.openStatements() + connection.openCursors() + transactions;
    }
}
