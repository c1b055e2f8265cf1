// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvKey;
import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases under {@code /db/NAME}. */
class NamedDatabasesIT {

    private static final byte[] KEY = KvKey.of("key").encoded();

    @RegisterExtension
    final TestServers servers = new TestServers();

    @TempDir
    Path folder;

    private final RecordingObserver observer = new RecordingObserver();

    private KvConnectServer start(ServerLimits.Builder limits) {
        return servers.start(TestServers.options()
                .databaseFolder(folder)
                .observer(observer)
                .limits(limits.build())
                .build());
    }

    private static void write(Caller caller, String name, int value) {
        caller.writeWell(caller.metadata("/db/" + name), Caller.set(KEY, KvValue.of(KvU64.of(value))));
    }

    private static List<RawEntry> read(Caller caller, String path) {
        return caller.readWell(caller.metadata(path), ReadRange.point(KEY))
                .ranges()
                .get(0);
    }

    private static int value(Caller caller, String name) {
        return (int) read(caller, "/db/" + name).get(0).value().toU64().unsignedLongValue();
    }

    @Test
    void eachIsADatabaseOfItsOwnInAFileThatIsMadeByTheFirstValidToken() throws IOException {
        Caller caller = Caller.of(start(ServerLimits.builder()));
        caller.exchange("/db/orders", "not-the-access-token", "").refused(401);
        assertThat(files()).isEmpty();
        write(caller, "orders", 1);
        write(caller, "users-2", 2);
        assertThat(value(caller, "orders")).isEqualTo(1);
        assertThat(value(caller, "users-2")).isEqualTo(2);
        assertThat(read(caller, "/")).isEmpty();
        assertThat(files()).contains("orders.sqlite", "users-2.sqlite");
        assertThat(observer.databases).containsExactly("+", "+orders", "+users-2");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                ".",
                ".hidden",
                "a.sqlite",
                "Orders",
                "-a",
                "_a",
                "a%2Fb",
                "%2e%2e",
                "a%00",
                "a%20b",
                "a:b",
                "a~1",
                "caf%C3%A9",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            })
    void aNameThatCouldMeanSomethingInAPathIsRefused(String name) throws IOException {
        KvConnectServer server = start(ServerLimits.builder());
        for (String path : List.of("/db/" + name, "/db/" + name + "/v2/snapshot_read", "/db/" + name + "/../../x")) {
            try (RawConnection connection = new RawConnection(server)) {
                connection.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: Bearer "
                        + TestServers.TOKEN + "\r\n\r\n");
                assertThat(connection.answer().status()).as(path).isBetween(400, 404);
            }
        }
        assertThat(files()).isEmpty();
        assertThat(server.statistics().databases()).isEqualTo(1);
    }

    @Test
    void whatNobodyUsesIsClosedAndOpenedAgainWhenItIsAskedFor() {
        KvConnectServer server = start(ServerLimits.builder().databaseIdleTime(Duration.ofMillis(100)));
        Caller caller = Caller.of(server);
        write(caller, "orders", 1);
        Caller.Metadata before = caller.metadata("/db/orders");
        // It may have been closed before the exchange, too, which opened it again.
        Waiting.until(
                "it is closed",
                () -> observer.databases.contains("-orders")
                        && server.statistics().databases() == 1);
        // The token is as good as before: nothing of it was kept in the database.
        assertThat(caller.readWell(before, ReadRange.point(KEY)).ranges().get(0))
                .hasSize(1);
        assertThat(value(caller, "orders")).isEqualTo(1);
        assertThat(observer.databases).startsWith("+", "+orders", "-orders", "+orders");
    }

    @Test
    void theOneThatWasNotUsedForLongestMakesPlaceForAnother() {
        KvConnectServer server = start(ServerLimits.builder().databases(2));
        Caller caller = Caller.of(server);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                write(caller, "db" + i, round * 10 + i);
                assertThat(server.statistics().databases()).isLessThanOrEqualTo(3);
            }
        }
        for (int i = 0; i < 5; i++) {
            assertThat(value(caller, "db" + i)).isEqualTo(20 + i);
        }
        assertThat(observer.databases).startsWith("+", "+db0", "+db1", "-db0", "+db2", "-db1", "+db3");
    }

    @Test
    void databasesInMemoryAreKeptAndOneMoreThanTheLimitIsRefusedForGood() {
        KvConnectServer server = servers.start(TestServers.options()
                .limits(ServerLimits.builder()
                        .databases(2)
                        .databaseIdleTime(Duration.ofMillis(1))
                        .build())
                .build());
        Caller caller = Caller.of(server);
        write(caller, "one", 1);
        write(caller, "two", 2);
        caller.exchange("/db/three", TestServers.TOKEN, "").refused(429);
        assertThat(value(caller, "one")).isEqualTo(1);
        assertThat(value(caller, "two")).isEqualTo(2);
    }

    @Test
    void thereAreNoneWhereTheLimitIsZero() {
        Caller caller = Caller.of(start(ServerLimits.builder().databases(0)));
        caller.exchange("/db/orders", TestServers.TOKEN, "").refused(404);
        caller.works(caller.metadata("/"));
    }

    @Test
    void oneThatCannotBeOpenedIsReportedAndTriedAgain() throws IOException {
        Path file = folder.resolve("orders.sqlite");
        Files.writeString(file, "this is no database, and long enough that SQLite can tell".repeat(100));
        Caller caller = Caller.of(start(ServerLimits.builder()));
        assertThat(caller.exchange("/db/orders", TestServers.TOKEN, "")
                        .refused(409)
                        .text())
                .doesNotContain(folder.toString());
        caller.works(caller.metadata("/db/users"));
        Files.delete(file);
        write(caller, "orders", 1);
        assertThat(value(caller, "orders")).isEqualTo(1);
    }
}
