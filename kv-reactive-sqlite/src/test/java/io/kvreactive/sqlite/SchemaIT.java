// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.testsupport.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class SchemaIT {

    private static final String SCHEMA = "select name, sql from sqlite_schema where sql is not null order by rowid";
    private static final String STATE = "select * from migration_state, data_version";

    @TempDir
    Path folder;

    @Test
    void aNewFileHasTheTablesThatDenoMakesToTheLetter() {
        Path path = folder.resolve("new.sqlite");
        Files.open(path).close().block();
        List<List<String>> expected = new ArrayList<>();
        Vectors.json("mixed.json")
                .get("schema")
                .forEach(s -> expected.add(
                        List.of(s.get("name").asString(), s.get("sql").asString())));
        assertThat(Files.query(path, SCHEMA)).isEqualTo(expected);
        assertThat(Files.query(path, STATE)).containsExactly(List.of("0", "3", "0", "0", "0"));
        assertThat(Files.query(path, "pragma journal_mode")).containsExactly(List.of("wal"));
        assertThat(Files.query(path, "pragma page_size")).containsExactly(List.of("4096"));
    }

    @Test
    void openingAFileOfDenoWritesNothingToIt() throws IOException {
        Path path = Vectors.copy("mixed.sqlite", folder);
        Files.open(path).close().block();
        assertThat(java.nio.file.Files.readAllBytes(path))
                .isEqualTo(java.nio.file.Files.readAllBytes(Vectors.path("mixed.sqlite")));
        assertThat(folder.toFile().list()).containsExactly("mixed.sqlite");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anOlderFormatIsMigrated(int version) {
        Path path = folder.resolve("old.sqlite");
        Files.sql(
                path,
                "create table migration_state (k integer not null primary key, version integer not null)",
                "insert into migration_state values (0, " + version + ")",
                "create table data_version (k integer primary key, version integer not null)",
                "insert into data_version values (0, 41)",
                "create table kv (k blob primary key, v blob not null, v_encoding integer not null, version integer not null)"
                        + " without rowid",
                "insert into kv values (x'026100', x'07', 3, 41)");
        if (version == 2) {
            Files.sql(
                    path,
                    "create table queue (ts integer not null, id text not null, data blob not null, backoff_schedule text not null,"
                            + " keys_if_undelivered blob not null, primary key (ts, id))",
                    "create table queue_running (deadline integer not null, id text not null, data blob not null,"
                            + " backoff_schedule text not null, keys_if_undelivered blob not null, primary key (deadline, id))");
        }
        SqliteDatabase database = Files.open(path);
        assertThat(Files.all(database)).hasSize(1);
        Files.commit(database, Files.set(Files.key("b"), Files.bytes(1)));
        database.close().block();
        assertThat(Files.query(path, "select version from migration_state")).containsExactly(List.of("3"));
        assertThat(Files.query(path, "select count(*) from kv where seq = 0 and expiration_ms = -1"))
                .containsExactly(List.of("2"));
    }

    @Test
    void aNewerFormatIsRefusedUnlessAskedFor() {
        Path path = folder.resolve("newer.sqlite");
        SqliteDatabase database = Files.open(path);
        Files.commit(database, Files.set(Files.key("a"), Files.bytes(1)));
        database.close().block();
        Files.sql(path, "update migration_state set version = 4");

        StepVerifier.create(open(path, SqliteOptions.NewerFormat.REFUSE))
                .expectErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(KvDatabaseException.class)
                        .hasMessageContaining("format 4")
                        .hasMessageContaining("SqliteOptions.newerFormat"))
                .verify();
        SqliteDatabase readOnly =
                (SqliteDatabase) open(path, SqliteOptions.NewerFormat.READ_ONLY).block();
        assertThat(Files.all(readOnly)).hasSize(1);
        StepVerifier.create(readOnly.atomicWrite(Files.write()))
                .expectErrorSatisfies(e -> assertThat(e).hasMessageContaining("read only"))
                .verify();
        readOnly.close().block();
        SqliteDatabase writing =
                (SqliteDatabase) open(path, SqliteOptions.NewerFormat.WRITE).block();
        assertThat(Files.commit(writing, Files.write()).isCommitted()).isTrue();
        writing.close().block();
        assertThat(Files.query(path, "select version from migration_state")).containsExactly(List.of("4"));
    }

    private static Mono<Database> open(Path path, SqliteOptions.NewerFormat newerFormat) {
        return SqliteDatabase.open(
                path, SqliteOptions.builder().newerFormat(newerFormat).build(), KvOptions.defaults());
    }

    @Test
    void whatIsNoDatabaseIsATypedErrorThatNamesTheFile() throws IOException {
        Path text = java.nio.file.Files.writeString(folder.resolve("text.sqlite"), "no database at all ".repeat(100));
        Path missing = folder.resolve("no").resolve("such").resolve("folder.sqlite");
        for (Path path : List.of(text, missing, folder)) {
            StepVerifier.create(SqliteDatabase.open(path, SqliteOptions.defaults(), KvOptions.defaults()))
                    .expectErrorSatisfies(e -> assertThat(e)
                            .isInstanceOf(KvDatabaseException.class)
                            .hasMessageContaining(path.toString()))
                    .verify();
        }
        assertThat(java.nio.file.Files.readString(text)).startsWith("no database");
    }

    @Test
    void accessDecidesWhetherAFileIsMade() {
        Path path = folder.resolve("absent.sqlite");
        for (SqliteOptions.Access access : List.of(SqliteOptions.Access.EXISTING, SqliteOptions.Access.READ_ONLY)) {
            StepVerifier.create(SqliteDatabase.open(
                            path, SqliteOptions.builder().access(access).build(), KvOptions.defaults()))
                    .expectError(KvDatabaseException.class)
                    .verify();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aReadOnlyDatabaseReadsAndRefusesToWrite() {
        Path path = Vectors.copy("mixed.sqlite", folder);
        SqliteDatabase database = Files.open(
                path,
                SqliteOptions.builder().access(SqliteOptions.Access.READ_ONLY).build(),
                KvOptions.defaults());
        assertThat(Files.all(database)).hasSize(129);
        StepVerifier.create(database.atomicWrite(Files.write()))
                .expectError(KvDatabaseException.class)
                .verify();
        database.close().block();
    }

    @Test
    void manyWhoOpenANewFileAtOnceAllSucceed() {
        Path path = folder.resolve("race.sqlite");
        List<Database> opened = Flux.range(0, 8)
                .flatMap(i -> SqliteDatabase.open(path, SqliteOptions.defaults(), KvOptions.defaults())
                        .subscribeOn(Schedulers.parallel()))
                .collectList()
                .block();
        assertThat(opened).hasSize(8);
        IntStream.range(0, 8).forEach(i -> Files.commit((SqliteDatabase) opened.get(i), Files.write()));
        Flux.fromIterable(opened).flatMap(Database::close).blockLast();
        assertThat(Files.query(path, "select count(*) from migration_state")).containsExactly(List.of("1"));
    }

    @Test
    void aNewerFormatThatIsRefusedStaysAsItIs() throws IOException {
        Path path = folder.resolve("newer.sqlite");
        Files.sql(
                path,
                "create table migration_state (k integer not null primary key, version integer not null)",
                "insert into migration_state values (0, 4)");
        byte[] before = java.nio.file.Files.readAllBytes(path);
        StepVerifier.create(open(path, SqliteOptions.NewerFormat.REFUSE))
                .expectError(KvDatabaseException.class)
                .verify();
        assertThat(java.nio.file.Files.readAllBytes(path)).isEqualTo(before);
    }

    @Test
    void anOpeningThatIsCancelledAtAnyMomentLeavesNoConnection() {
        Path path = folder.resolve("cancelled.sqlite");
        for (int micros = 0; micros < 6000; micros += 20) {
            SqliteDatabase.open(path, SqliteOptions.defaults(), KvOptions.defaults())
                    .takeUntilOther(Mono.delay(Duration.ofNanos(micros * 1000L)))
                    .flatMap(Database::close)
                    .block();
        }
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().contains("cancelled.sqlite")));
        Files.open(path).close().block();
        assertThat(folder.toFile().list()).containsExactly("cancelled.sqlite");
    }

    @Test
    void anOpeningThatIsCancelledOnItsLastHopLeavesNoConnection() {
        Path path = folder.resolve("held.sqlite");
        List<Runnable> held = new CopyOnWriteArrayList<>();
        Disposable opening = SqliteDatabase.open(
                        path,
                        SqliteOptions.defaults(),
                        KvOptions.builder()
                                .scheduler(Schedulers.fromExecutor(held::add))
                                .build())
                .subscribe();
        await(() -> !held.isEmpty());
        opening.dispose();
        held.forEach(Runnable::run);
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().contains("held.sqlite")));
    }

    @Test
    void aClosingThatIsCancelledGoesOn() {
        Path path = folder.resolve("closing.sqlite");
        SqliteDatabase database = Files.open(path);
        Files.commit(database, Files.write());
        database.close().subscribe().dispose();
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().contains("closing.sqlite")));
        assertThat(folder.toFile().list()).containsExactly("closing.sqlite");
    }

    private static void await(BooleanSupplier condition) {
        assertThat(Flux.interval(Duration.ofMillis(10))
                        .filter(tick -> condition.getAsBoolean())
                        .blockFirst(Duration.ofSeconds(60)))
                .isNotNull();
    }
}
