// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static io.kvreactive.r2dbc.sqlite.Databases.PATIENCE;
import static io.kvreactive.r2dbc.sqlite.Databases.longs;
import static io.kvreactive.r2dbc.sqlite.Databases.now;
import static io.kvreactive.r2dbc.sqlite.Databases.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** How connections are opened, refused, and let go of. */
class OpeningIT {

    @RegisterExtension
    final Databases databases = new Databases();

    private void fails(SqliteConnectionConfiguration configuration, Class<?> type, String... said) {
        StepVerifier.create(SqliteConnectionFactory.from(configuration).create())
                .expectErrorSatisfies(
                        e -> assertThat(e).isInstanceOf(type).message().contains(said))
                .verify(PATIENCE);
        awaitThreads(0);
    }

    /** Waits until so many connections have a thread; what nobody holds any more is closed when it is found. */
    private static void awaitThreads(int most) {
        Databases.awaitThreads("sqlite-", most, System::gc);
    }

    @Test
    void aReadOnlyConnectionReadsAndRefusesEveryWrite() {
        now(run(databases.open(), "create table t(a); insert into t values (1)"));
        SqliteConnection reader = databases.open(
                databases.configuration().openMode(OpenMode.READ_ONLY).build());

        assertThat(now(longs(reader, "select a from t").single())).isEqualTo(1);
        for (String write : new String[] {"insert into t values (2)", "create table u(a)", "drop table t", "vacuum"}) {
            StepVerifier.create(run(reader, write))
                    .expectErrorSatisfies(e -> {
                        assertThat(e).isInstanceOf(R2dbcPermissionDeniedException.class);
                        assertThat(((R2dbcException) e).getErrorCode() & 0xFF).isEqualTo(8);
                    })
                    .verify(PATIENCE);
        }
        now(reader.beginTransaction().then(reader.commitTransaction()));
    }

    @Test
    void aReadOnlyConnectionCreatesNoFile() {
        fails(
                databases.configuration().openMode(OpenMode.READ_ONLY).build(),
                R2dbcNonTransientResourceException.class,
                "the file is " + databases.file("test.db"));

        assertThat(databases.file("test.db")).doesNotExist();
    }

    @Test
    void aJournalModeThatIsNotTakenIsAnError() {
        fails(
                SqliteConnectionConfiguration.builder()
                        .memory()
                        .journalMode(JournalMode.WAL)
                        .build(),
                R2dbcException.class,
                "journal mode WAL",
                "keeps memory",
                "a database in memory");
        SqliteConnectionConfiguration.Builder plain =
                SqliteConnectionConfiguration.builder().path(databases.file("plain.db"));
        SqliteConnection writer =
                databases.open(plain.journalMode(JournalMode.DELETE).build());
        now(run(writer, "create table t(a)").then(writer.close()));
        fails(
                plain.journalMode(JournalMode.WAL).openMode(OpenMode.READ_ONLY).build(),
                R2dbcPermissionDeniedException.class,
                "readonly");
    }

    @Test
    void everyJournalModeOfAFileIsTaken() {
        for (JournalMode mode : JournalMode.values()) {
            SqliteConnection connection =
                    databases.open(databases.configuration().journalMode(mode).build());
            String found = now(Flux.from(
                            connection.createStatement("pragma journal_mode").execute())
                    .concatMap(result -> result.map(row -> row.get(0, String.class)))
                    .single());
            assertThat(found).isEqualToIgnoringCase(mode.name());
            now(connection.close());
        }
    }

    @Test
    void aMissingFolderIsNamedAndFourSlashesAreSuggestedWhereTheyWereMeant() throws Exception {
        Path folder = Files.createTempDirectory("r2dbc-sqlite");
        String threeSlashes = "r2dbc:sqlite:///" + folder.toString().substring(1) + "/app.db";

        StepVerifier.create(ConnectionFactories.get(threeSlashes).create())
                .expectErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("whose folder does not exist")
                        .hasMessageContaining("r2dbc:sqlite:///" + folder + "/app.db"))
                .verify(PATIENCE);
        Files.delete(folder);
    }

    @Test
    void connectionsOfASharedCacheSeeEachOther() {
        SqliteConnectionConfiguration shared =
                databases.configuration().cacheMode(CacheMode.SHARED).build();
        SqliteConnection one = databases.open(shared);
        SqliteConnection two = databases.open(shared);
        now(run(one, "create table t(a)"));
        now(run(two, "pragma read_uncommitted = 1"));
        now(one.beginTransaction().then(run(one, "insert into t values (1)")));

        // Only in a shared cache can anybody read what has not been committed.
        assertThat(now(longs(two, "select count(*) from t").single())).isEqualTo(1);
        now(one.rollbackTransaction());
    }

    @Test
    void aForgottenConnectionIsClosedWithItsThread() {
        open(20);

        awaitThreads(0);
        assertThat(databases.checkpointIsFree()).isTrue();
    }

    /** In a frame of its own, so that nothing holds them afterwards. */
    private void open(int connections) {
        SqliteConnectionFactory factory =
                SqliteConnectionFactory.from(databases.configuration().build());
        for (int i = 0; i < connections; i++) {
            SqliteConnection dropped = now(factory.create());
            now(run(dropped, "create table if not exists t(a)"));
            now(dropped.beginTransaction());
        }
    }

    @Test
    void aConnectionInUseIsNotForgottenThoughOnlyItsRowsAreHeld() {
        Result rows = result();
        for (int i = 0; i < 5; i++) {
            System.gc();
        }

        assertThat(now(Flux.from(rows.map(row -> row.get(0, Long.class))).count()))
                .isEqualTo(100_000);
    }

    private static Result result() {
        SqliteConnection connection = now(SqliteConnectionFactory.from(
                        SqliteConnectionConfiguration.builder().memory().build())
                .create());
        return now(Mono.from(connection
                .createStatement(
                        "with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select i from n")
                .execute()));
    }

    @Test
    void cancellingTheOpeningAtAnyMomentLeavesNoThread() {
        for (int i = 0; i < 300; i++) {
            SqliteConnectionFactory.from(databases.configuration().build())
                    .create()
                    .subscribe()
                    .dispose();
        }

        awaitThreads(0);
    }

    @Test
    void aConnectionThatIsHandedToAnotherThreadIsNotClosedByWhoeverTakesTheFirst() {
        SqliteConnectionFactory factory =
                SqliteConnectionFactory.from(databases.configuration().build());

        for (int i = 0; i < 100; i++) {
            // next() cancels on the other thread as soon as it has what it wants.
            Long one = now(Flux.from(factory.create())
                    .publishOn(Schedulers.parallel())
                    .next()
                    .flatMap(connection -> longs(connection, "select 1")
                            .single()
                            .flatMap(n -> connection.close().thenReturn(n))));
            assertThat(one).isEqualTo(1);
        }
    }
}
