// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvQueue;
import io.kvreactive.KvValue;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import io.kvreactive.spi.RawQueued;
import io.kvreactive.testsupport.Vectors;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What others have left in the tables of the queue: messages of the dead, rows that are no messages, messages of Deno's. */
class QueueRowsIT extends QueueFile {

    // The dead

    private static final String DEAD = "insert into queue_running values (%d, '%s', x'%s', '%s', '%s')";

    private static String id(int number) {
        return String.format("0b7b6bc4-0000-4000-8000-%012d", number);
    }

    private void insertRunning(int number, Instant deadline, String backoff, String keys) {
        Files.sql(
                path,
                DEAD.formatted(
                        deadline.toEpochMilli(), id(number), HexFormat.of().toHexDigits((byte) number), backoff, keys));
    }

    @Test
    void whatOthersTookIsDeadWhenItsDeadlineHasPassedAndNothingHappenedForAMinuteMore() {
        Received<RawMessage> received = Received.of(database.dequeue());
        Received<List<List<RawEntry>>> watching = Received.allOf(database.watch(List.of(A)));
        watching.next();
        insertRunning(1, clock.instant().plus(LEASE), "[1000,2000]", "[]");
        insertRunning(2, clock.instant().minusSeconds(100), "[]", "[[2,97,0],[2,98,0]]");
        insertRunning(3, clock.instant().minusSeconds(100), "[]", "[]");
        insertRunning(4, clock.instant().plus(LEASE), "[]", "[]");
        look();
        long before = version();
        clock.advance(LEASE);
        look();
        clock.advance(Duration.ofSeconds(54));
        // Its handler is alive: another process has renewed it.
        Files.sql(
                path,
                "update queue_running set deadline = "
                        + clock.instant().plus(LEASE).toEpochMilli() + " where id = '" + id(4) + "'");
        look();
        assertThat(running()).hasSize(4);
        clock.advance(Duration.ofSeconds(1));
        Received.until(() -> running().size() == 2);
        assertThat(watching.next().get(0).get(0).value()).isEqualTo(KvValue.wrap(KvValue.V8, new byte[] {2}));
        assertThat(Files.query(path, "select hex(k), hex(v), v_encoding, expiration_ms, version from kv order by k"))
                .containsExactly(
                        List.of("026100", "02", "1", "-1", Long.toString(version())),
                        List.of("026200", "02", "1", "-1", Long.toString(version())));
        // One step for the one with keys.
        assertThat(version() - before).isBetween(1L, 9L);
        assertThat(waiting()).isEmpty();
        clock.advance(LEASE);
        Received.until(() -> !waiting().isEmpty());
        assertThat(waiting()).containsExactly(row(clock.instant().plusSeconds(1), "01", "[2000]"));
        assertThat(running()).hasSize(1);
        received.request(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(received.next().id()).isEqualTo(id(1));
    }

    @Test
    void theDeadAreFoundAfterAnOpeningThoughNobodyListensAndSoonerByOption() {
        database.close().block();
        insertRunning(1, clock.instant().minusSeconds(1), "[]", "[[2,97,0]]");
        insertRunning(2, clock.instant().plusSeconds(1), "[500]", "[]");
        database = open(SqliteOptions.builder().deadMessageGrace(Duration.ZERO));
        Received.until(() -> running().size() == 1);
        assertThat(Files.all(database)).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        Received.until(() -> !waiting().isEmpty());
        assertThat(waiting()).containsExactly(row(clock.instant().plusMillis(500), "02", "[]"));
    }

    // Rows as nobody should write them

    @Test
    void rowsThatAreNoMessagesAreToldOncePassedOverAndLeftWhereTheyAre() {
        String insert = "insert into queue values (%s, %s, %s, %s, %s)";
        String past = Long.toString(clock.millis() - 1000);
        Files.sql(
                path,
                insert.formatted("'late'", q(id(1)), "x'01'", "'[]'", "'[]'"),
                insert.formatted(past, "x'00ff'", "x'02'", "'[]'", "'[]'"),
                insert.formatted(past, q(id(3)), "'text'", "'[]'", "'[]'"),
                insert.formatted(past, q(id(4)), "zeroblob(2000000)", "'[]'", "'[]'"),
                insert.formatted(past, q(id(5)), "x'05'", "'[1.5]'", "'[]'"),
                insert.formatted(past, q(id(6)), "x'06'", "'[-1]'", "'[]'"),
                insert.formatted(past, q(id(7)), "x'07'", "'soon'", "'[]'"),
                insert.formatted(past, q(id(8)), "x'08'", "x'5b5d'", "'[]'"),
                insert.formatted(past, q(id(9)), "x'09'", "'[]'", "x'5b5d'"),
                insert.formatted(past, q(id(10)), "x'0a'", "'[]'", "'[[256]]'"),
                insert.formatted(past, q(id(11)), "x'0b'", "'[]'", "'[2,97,0]'"),
                insert.formatted(past, q(id(12)), "x'0c'", "'[1,2'", "'[]'"),
                insert.formatted("-5", q(id(13)), "x'0d'", "' null '", "' [ [ 2 , 97 , 0 ] ] '"));
        insertRunning(20, clock.instant().minusSeconds(1), "[1.5]", "[]");
        insertRunning(21, clock.instant().minusSeconds(1), "[]", "[]");
        Received<RawMessage> received = Received.of(database.dequeue());
        for (int round = 0; round < 3; round++) {
            enqueue(100 + round);
            List<RawMessage> out = new ArrayList<>();
            if (round == 0) {
                out.add(received.ask());
                assertThat(out.get(0).payload()).containsExactly(13);
                assertThat(out.get(0).retriesLeft()).isZero();
            }
            out.add(received.ask());
            assertThat(out.get(out.size() - 1).payload()).containsExactly(100 + round);
            out.forEach(message -> message.settle(Settlement.HANDLED).block());
        }
        look();
        clock.advance(Duration.ofMinutes(1));
        Received.until(() -> running().size() == 1);
        // The file shows what was done before anybody is told of it.
        Received.until(() -> skipped.size() == 12);
        assertThat(waiting()).hasSize(12);
        assertThat(skipped).hasSize(12).allSatisfy(m -> assertThat(m).contains("is no message", "kv.sqlite"));
        assertThat(skipped).anySatisfy(m -> assertThat(m).contains(id(20)));
        for (String reason : List.of("id", "payload", "backoff_schedule", "keys_if_undelivered")) {
            assertThat(skipped).anySatisfy(m -> assertThat(m).contains(reason));
        }
        assertThat(complaints).isEmpty();
        List<RawQueued> seen = database.peek(100).block();
        assertThat(seen).hasSize(13);
        assertThat(database.counts().block()).isEqualTo(new KvQueue.Counts(11, 1, 1));
        // An idle listener writes nothing, though rows are past their time.
        long begun = database.writerStatistics().transactionsBegun();
        received.request(1);
        look();
        look();
        assertThat(database.writerStatistics().transactionsBegun()).isEqualTo(begun);
    }

    @Test
    void aMultitudeOfRowsThatAreNoMessagesIsGotThroughOrIsAnErrorThatIsTold() {
        Files.sql(
                path,
                "insert into queue with recursive n (i) as (values (1) union all select i + 1 from n where i < 2000)"
                        + " select 0, 'bad' || i, 'text', '[]', '[]' from n");
        enqueue(1);
        Received<RawMessage> received = Received.of(database.dequeue());
        RawMessage message = received.ask();
        assertThat(message.payload()).containsExactly(1);
        message.settle(Settlement.HANDLED).block();
        // Those that were passed over may go, and what is ready behind them is still found.
        Files.sql(path, "delete from queue");
        enqueueMany(10);
        for (int i = 0; i < 10; i++) {
            received.ask().settle(Settlement.HANDLED).block();
        }
        assertThat(complaints).isEmpty();
        assertThat(skipped).hasSize(2000);
        Files.sql(
                path,
                "insert into queue with recursive n (i) as (values (1) union all select i + 1 from n where i < 9000)"
                        + " select 0, 'worse' || i, 'text', '[]', '[]' from n");
        enqueue(2);
        received.request(1);
        Received.until(() -> complaints.contains("take messages: KvDatabaseException"));
        // It does not try again and again without a pause, which is a second.
        long from = System.nanoTime();
        long begun = database.writerStatistics().transactionsBegun();
        for (int i = 0; i < 50; i++) {
            Files.commit(database, Files.set(A, Files.bytes(i)));
        }
        long seconds = Duration.ofNanos(System.nanoTime() - from).toSeconds();
        assertThat(database.writerStatistics().transactionsBegun() - begun).isBetween(50L, 55 + seconds);
    }

    private static String q(String text) {
        return "'" + text + "'";
    }

    @Test
    void theMessagesThatDenoLeftAreDeliveredInTheirOrder() throws Exception {
        JsonNode description = Vectors.json("queue.json");
        Path denos = Vectors.copy("queue.sqlite", folder);
        clock.set(Instant.ofEpochMilli(description.get("writtenAtMs").asLong()).plus(Duration.ofDays(31)));
        path = denos;
        SqliteDatabase opened = open(SqliteOptions.builder().deadMessageGrace(Duration.ZERO));
        Received<RawMessage> received = Received.of(opened.dequeue());
        List<String> expected = new ArrayList<>();
        for (JsonNode row : description.get("queue")) {
            expected.add(row.get("id").asString() + " " + row.get("data").asString());
        }
        int running = description.get("queueRunning").size();
        assertThat(running).isPositive();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            RawMessage message = received.ask();
            given.add(message.id() + " " + HexFormat.of().formatHex(message.payload()));
            message.settle(Settlement.HANDLED).block();
        }
        assertThat(given).containsSubsequence(expected);
        assertThat(skipped).isEmpty();
        opened.close().block();
        path = folder.resolve("kv.sqlite");
    }
}
