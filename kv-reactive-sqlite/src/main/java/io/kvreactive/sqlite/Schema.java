// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deno's tables and their migrations, {@code docs/spec/sqlite-format.md} section 2. The texts are laid out as Deno leaves them in the file.
 */
final class Schema {

    /** The format that this version knows: what Deno 2 writes. */
    static final long VERSION = 3;

    private static final String MIGRATION_STATE = """
            CREATE TABLE migration_state(
              k integer not null primary key,
              version integer not null
            )""";

    private static final List<List<String>> STEPS = List.of(
            List.of("""
                    CREATE TABLE data_version (
                      k integer primary key,
                      version integer not null
                    )""", "insert into data_version (k, version) values (0, 0)", """
                    CREATE TABLE kv (
                      k blob primary key,
                      v blob not null,
                      v_encoding integer not null,
                      version integer not null
                    ) without rowid"""),
            List.of("""
                    CREATE TABLE queue (
                      ts integer not null,
                      id text not null,
                      data blob not null,
                      backoff_schedule text not null,
                      keys_if_undelivered blob not null,

                      primary key (ts, id)
                    )""", """
                    CREATE TABLE queue_running(
                      deadline integer not null,
                      id text not null,
                      data blob not null,
                      backoff_schedule text not null,
                      keys_if_undelivered blob not null,

                      primary key (deadline, id)
                    )"""),
            List.of(
                    "alter table kv add column seq integer not null default 0",
                    "alter table data_version add column seq integer not null default 0",
                    "alter table kv add column expiration_ms integer not null default -1",
                    "CREATE INDEX kv_expiration_ms_idx on kv (expiration_ms)"));

    private Schema() {}

    /** The format of the file: 0 if it has no tables of Deno's. */
    static Mono<Long> version(SqliteConnection connection) {
        return number(
                        connection,
                        "select count(*) from sqlite_schema where type = 'table' and name = 'migration_state'")
                .flatMap(tables -> tables == 0
                        ? Mono.just(0L)
                        : number(connection, "select coalesce(max(version), 0) from migration_state where k = 0"));
    }

    /** Sets the journal mode in which readers do not wait for the writer. It is kept in the file. */
    static Mono<Void> useLog(SqliteConnection connection, Path path) {
        return Rows.all(
                        connection.createStatement("pragma journal_mode = wal"),
                        row -> "wal".equals(row.get(0, String.class)))
                .single()
                .flatMap(isLog -> isLog
                        ? Mono.empty()
                        : Mono.error(new KvDatabaseException(
                                "open " + path
                                        + ": SQLite cannot use a write-ahead log here, as on a network file system;"
                                        + " move the file to a local disk",
                                null)));
    }

    /** Makes or migrates the tables. A file that has them is not written to. */
    static Mono<Void> migrate(SqliteConnection connection) {
        return version(connection).flatMap(version -> version >= VERSION ? Mono.empty() : migrateLocked(connection));
    }

    private static Mono<Void> migrateLocked(SqliteConnection connection) {
        return connection
                .beginTransaction(SqliteTransactionDefinition.IMMEDIATE)
                // Another process may have been faster.
                .then(Mono.defer(() -> version(connection)))
                .flatMapMany(version -> statementsFrom(version.intValue()))
                .concatMap(sql -> Rows.change(connection.createStatement(sql)), 0)
                .then(Mono.defer(connection::commitTransaction))
                .onErrorResume(error -> WriteGroup.rollBack(connection).then(Mono.error(error)));
    }

    private static Flux<String> statementsFrom(int version) {
        if (version >= VERSION) {
            return Flux.empty();
        }
        if (version < 0) {
            return Flux.error(new KvDatabaseException(
                    "the file's format has the version " + version + ", which no Deno writes", null));
        }
        Flux<String> migrations = Flux.range(version, STEPS.size() - version)
                .concatMapIterable(STEPS::get)
                .concatWithValues("insert into migration_state (k, version) values (0, " + VERSION
                        + ") on conflict (k) do update set version = excluded.version");
        return version == 0 ? migrations.startWith(ifAbsent(MIGRATION_STATE)) : migrations;
    }

    /** The table may stand there without a row. */
    private static String ifAbsent(String create) {
        return create.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
    }

    private static Mono<Long> number(SqliteConnection connection, String sql) {
        return Rows.all(connection.createStatement(sql), row -> Rows.number(row, 0, "migration_state.version"))
                .single();
    }
}
