// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

    private static SqliteConnectionConfiguration of(String url) {
        return SqliteConnectionFactoryProvider.configuration(ConnectionFactoryOptions.parse(url));
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:sqlite:////data/app.db, /data/app.db",
        "r2dbc:sqlite:file:////data/app.db, /data/app.db",
        "r2dbc:sqlite:memory:///, :memory:",
        "r2dbc:sqlite:///:memory:, :memory:",
        "r2dbc:sqlite:memory:///a name, file:a%20name?mode=memory&cache=shared",
        "r2dbc:sqlite:////data/what%3F.db, file:///data/what%3F.db"
    })
    void urlsNameDatabases(String url, String location) {
        assertThat(of(url.replace(" ", "%20")).location()).isEqualTo(location);
    }

    @Test
    void threeSlashesAreARelativePath() {
        assertThat(of("r2dbc:sqlite:///app.db").location())
                .isEqualTo(Path.of("app.db").toAbsolutePath().toString());
    }

    @Test
    void optionsOfTheUrlAreTaken() {
        SqliteConnectionConfiguration configuration =
                of("r2dbc:sqlite:////a.db?mode=ro&cache=shared&journalMode=wal&synchronous=normal"
                        + "&foreignKeys=on&cacheSize=1048576&mmapSize=4096&lockWaitTimeout=PT1S&statementTimeout=PT2S"
                        + "&statementCacheSize=7&transactionMode=immediate&spin=PT0S");

        assertThat(configuration.openMode()).isEqualTo(OpenMode.READ_ONLY);
        assertThat(configuration.cacheMode()).isEqualTo(CacheMode.SHARED);
        assertThat(configuration.lockWaitTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(configuration.statementTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(configuration.statementCacheSize()).isEqualTo(7);
        assertThat(configuration.transactionMode()).isEqualTo(TransactionMode.IMMEDIATE);
        assertThat(configuration.spin()).isZero();
        assertThat(configuration.journalMode()).isEqualTo(JournalMode.WAL);
        assertThat(configuration.pragmas())
                .containsExactly(
                        "PRAGMA cache_size = -1024",
                        "PRAGMA mmap_size = 4096",
                        "PRAGMA synchronous = NORMAL",
                        "PRAGMA foreign_keys = ON");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:sqlite://host/a.db",
                "r2dbc:sqlite:///a.db?mode=maybe",
                "r2dbc:sqlite:///a.db?journalMode=no",
                "r2dbc:sqlite:///a.db?foreignKeys=perhaps",
                "r2dbc:sqlite:///a.db?spin=20",
                "r2dbc:sqlite:http:///a.db",
                "r2dbc:sqlite:file:///"
            })
    void whatCannotBeUnderstoodIsRefused(String url) {
        assertThatThrownBy(() -> of(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "r2dbc:sqlite://data/app.db | r2dbc:sqlite:////data/app.db",
                "r2dbc:sqlite://localhost | r2dbc:sqlite:///localhost",
                "r2dbc:sqlite:memory://shop | r2dbc:sqlite:memory:///shop",
                "r2dbc:sqlite:///~/app.db | r2dbc:sqlite:////home/",
                "r2dbc:sqlite:///file:app.db | r2dbc:sqlite:///app.db",
                "r2dbc:sqlite:///jdbc:sqlite:app.db | r2dbc:sqlite:///app.db",
                "r2dbc:sqlite:///memory | r2dbc:sqlite:memory:///",
                "r2dbc:sqlite:///memory: | r2dbc:sqlite:memory:///",
                "r2dbc:sqlite:///:memory:?cache=shared | r2dbc:sqlite:memory:///name",
                "r2dbc:sqlite:memory:///shop?cache=private | r2dbc:sqlite:memory:///",
                "r2dbc:sqlite:memory:///shop?mode=ro | mode=ro is for files",
                "r2dbc:sqlite:////data/ | names a folder",
                "r2dbc:sqlite:/// | r2dbc:sqlite:///app.db",
                "r2dbc:sqlite://me:secret@/app.db | no users and no passwords",
                "r2dbcs:sqlite:///app.db | r2dbc:sqlite:",
                "r2dbc:sqlite:///app.db?journal_mode=wal | it is journalMode",
                "r2dbc:sqlite:///app.db?foreign_keys=on | it is foreignKeys",
                "r2dbc:sqlite:///app.db?busy_timeout=5000 | it is lockWaitTimeout",
                "r2dbc:sqlite:///app.db?readonly=true | it is mode=ro",
                "r2dbc:sqlite:mem:///app | neither file nor memory"
            })
    void whatLooksRightAndMeansSomethingElseIsRefusedWithTheRightSpelling(String url, String right) {
        assertThatThrownBy(() -> of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(right)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void aFileMayHaveAnyNameWhenItsPathSaysSo() {
        assertThat(of("r2dbc:sqlite:///./memory").location())
                .isEqualTo(Path.of("./memory").toAbsolutePath().toString());
    }

    @Test
    void everyOptionCanBeGivenAsItsType() {
        SqliteConnectionConfiguration configuration =
                SqliteConnectionFactoryProvider.configuration(ConnectionFactoryOptions.builder()
                        .option(ConnectionFactoryOptions.DRIVER, "sqlite")
                        .option(ConnectionFactoryOptions.DATABASE, "a.db")
                        .option(ConnectionFactoryOptions.LOCK_WAIT_TIMEOUT, Duration.ofSeconds(3))
                        .option(ConnectionFactoryOptions.STATEMENT_TIMEOUT, Duration.ofSeconds(4))
                        .option(SqliteConnectionFactoryProvider.MODE, "rw")
                        .option(SqliteConnectionFactoryProvider.CACHE, CacheMode.SHARED)
                        .option(SqliteConnectionFactoryProvider.JOURNAL_MODE, JournalMode.TRUNCATE)
                        .option(SqliteConnectionFactoryProvider.SYNCHRONOUS, Synchronous.EXTRA)
                        .option(SqliteConnectionFactoryProvider.FOREIGN_KEYS, true)
                        .option(SqliteConnectionFactoryProvider.CACHE_SIZE, 2048L)
                        .option(SqliteConnectionFactoryProvider.MMAP_SIZE, 0L)
                        .option(SqliteConnectionFactoryProvider.STATEMENT_CACHE_SIZE, 5)
                        .option(SqliteConnectionFactoryProvider.TRANSACTION_MODE, TransactionMode.EXCLUSIVE)
                        .option(SqliteConnectionFactoryProvider.SPIN, Duration.ZERO)
                        .build());

        assertThat(configuration.openMode()).isEqualTo(OpenMode.READ_WRITE);
        assertThat(configuration.cacheMode()).isEqualTo(CacheMode.SHARED);
        assertThat(configuration.journalMode()).isEqualTo(JournalMode.TRUNCATE);
        assertThat(configuration.lockWaitTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(configuration.statementTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(configuration.statementCacheSize()).isEqualTo(5);
        assertThat(configuration.transactionMode()).isEqualTo(TransactionMode.EXCLUSIVE);
        assertThat(configuration.pragmas())
                .containsExactly(
                        "PRAGMA cache_size = -2",
                        "PRAGMA mmap_size = 0",
                        "PRAGMA synchronous = EXTRA",
                        "PRAGMA foreign_keys = ON");
    }

    @Test
    void whatIsNotSetIsLeftToSqlite() {
        assertThat(SqliteConnectionConfiguration.builder().memory().build().pragmas())
                .isEmpty();
        assertThatThrownBy(() -> SqliteConnectionConfiguration.builder().build())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aChangedCopyLeavesTheOriginal() {
        SqliteConnectionConfiguration original = SqliteConnectionConfiguration.builder()
                .memory("a")
                .cacheSize(4096)
                .build();
        SqliteConnectionConfiguration copy =
                original.mutate().openMode(OpenMode.READ_ONLY).build();

        assertThat(original.openMode()).isEqualTo(OpenMode.READ_WRITE_CREATE);
        assertThat(copy.openMode()).isEqualTo(OpenMode.READ_ONLY);
        assertThat(copy.location()).isEqualTo(original.location());
        assertThat(copy.pragmas()).isEqualTo(original.pragmas());
    }

    @Test
    void theDriverIsFoundByItsName() {
        assertThat(ConnectionFactories.get("r2dbc:sqlite:memory:///"))
                .isInstanceOf(SqliteConnectionFactory.class)
                .extracting(factory -> factory.getMetadata().getName())
                .isEqualTo("SQLite");
    }
}
