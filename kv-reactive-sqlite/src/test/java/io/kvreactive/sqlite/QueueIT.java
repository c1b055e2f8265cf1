// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvQueue;
import io.kvreactive.KvValue;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import io.kvreactive.spi.RawQueued;
import io.kvreactive.test.MutableClock;
import io.kvreactive.testsupport.Vectors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** The queue as the file shows it, with everything that another process may do to it meanwhile. */
class QueueIT {

    private static final byte[] A = Files.key("a");
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration RENEWAL = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-07-01T00:00:00Z"));
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Queue<String> skipped = new ConcurrentLinkedQueue<>();
    private Path path;
    private SqliteDatabase database;

    @BeforeEach
    void open() {
        path = folder.resolve("kv.sqlite");
        database = open(SqliteOptions.builder());
    }

    @AfterEach
    void close() {
        database.close().block();
    }

    private SqliteDatabase open(SqliteOptions.Builder options) {
        KvObserver observer = new KvObserver() {
            @Override
            public void taskFailed(String task, KvException error) {
                complaints.add(task + ": " + error.getClass().getSimpleName());
            }

            @Override
            public void messageSkipped(String id, KvDatabaseException error) {
                skipped.add(error.getMessage());
            }
        };
        return Files.open(
                path,
                options.build(),
                KvOptions.builder().clock(clock).observer(observer).build());
    }

    private void enqueue(SqliteDatabase to, int payload, List<Duration> backoff, byte[]... keys) {
        Files.commit(
                to,
                AtomicWrite.of(
                        List.of(),
                        List.of(),
                        List.of(Enqueue.of(new byte[] {(byte) payload}, clock.instant(), backoff, List.of(keys)))));
    }

    private void enqueue(int payload, byte[]... keys) {
        enqueue(database, payload, List.of(Duration.ofSeconds(1)), keys);
    }

    private void enqueueMany(int count) {
        Enqueue[] messages = IntStream.range(0, count)
                .mapToObj(i -> Enqueue.of(new byte[] {(byte) i}, clock.instant(), null, List.of()))
                .toArray(Enqueue[]::new);
        Files.commit(database, AtomicWrite.of(List.of(), List.of(), List.of(messages)));
    }

    private List<List<String>> running() {
        return Files.query(path, "select deadline, hex(data), backoff_schedule from queue_running order by id");
    }

    private List<List<String>> waiting() {
        return Files.query(path, "select ts, hex(data), backoff_schedule from queue order by ts, id");
    }

    private static List<String> row(Instant time, String data, String backoff) {
        return List.of(Long.toString(time.toEpochMilli()), data, backoff);
    }

    private long version() {
        return Long.parseLong(
                Files.query(path, "select version from data_version").get(0).get(0));
    }

    /** What Deno does when it finds a deadline passed. */
    private void takeBack() {
        Files.sql(
                path,
                "insert into queue select " + clock.millis()
                        + " + 500, id, data, '[]', keys_if_undelivered from queue_running",
                "delete from queue_running");
    }

    // Leases

    @Test
    void aLeaseCountsFromTheDeliveryAndOneTransactionRenewsAllThatAreOut() {
        enqueueMany(100);
        clock.advance(Duration.ofHours(1));
        Received<RawMessage> received = Received.of(database.dequeue());
        received.request(100);
        List<RawMessage> out =
                IntStream.range(0, 100).mapToObj(i -> received.next()).toList();
        assertThat(running())
                .hasSize(100)
                .allSatisfy(r -> assertThat(r.get(0))
                        .isEqualTo(Long.toString(clock.instant().plus(LEASE).toEpochMilli())));
        for (int i = 0; i < 5; i++) {
            long committed = database.writerStatistics().transactionsCommitted();
            clock.advance(RENEWAL);
            String renewed = Long.toString(clock.instant().plus(LEASE).toEpochMilli());
            Received.until(() -> running().stream().allMatch(r -> r.get(0).equals(renewed)));
            assertThat(database.writerStatistics().transactionsCommitted() - committed)
                    .isEqualTo(1);
        }
        out.get(7).settle(Settlement.HANDLED).block();
        assertThat(running()).hasSize(99);
        Flux.fromIterable(out)
                .flatMap(message -> message.settle(Settlement.HANDLED), 100)
                .blockLast();
        assertThat(running()).isEmpty();
        long begun = database.writerStatistics().transactionsBegun();
        clock.advance(Duration.ofMinutes(1));
        Files.commit(database, Files.set(A, Files.bytes(1)));
        assertThat(database.writerStatistics().transactionsBegun() - begun).isEqualTo(1);
        assertThat(waiting()).isEmpty();
        assertThat(complaints).isEmpty();
    }

    @Test
    void aBatchIsTakenAndSettledInOneTransactionEach() {
        enqueueMany(64);
        Received<RawMessage> received = Received.of(database.dequeue());
        long committed = database.writerStatistics().transactionsCommitted();
        received.request(64);
        List<RawMessage> out =
                IntStream.range(0, 64).mapToObj(i -> received.next()).toList();
        assertThat(database.writerStatistics().transactionsCommitted() - committed)
                .isEqualTo(1);
        committed = database.writerStatistics().transactionsCommitted();
        Flux.fromIterable(out)
                .flatMap(message -> message.settle(Settlement.HANDLED), 64)
                .blockLast();
        long settling = database.writerStatistics().transactionsCommitted() - committed;
        assertThat(settling).isBetween(1L, 4L);
        assertThat(running()).isEmpty();
        System.out.println("measured: 64 messages: 1 transaction to take them, " + settling + " to settle them");
    }

    @Test
    void aMessageThatWasTakenBackAndIsThenHandledIsGoneFromBothTables() {
        enqueue(1);
        enqueue(2);
        Received<RawMessage> received = Received.of(database.dequeue());
        RawMessage first = received.ask();
        RawMessage second = received.ask();
        takeBack();
        assertThat(waiting()).hasSize(2);
        first.settle(Settlement.HANDLED).block();
        assertThat(waiting()).hasSize(1);
        // One that somebody else has taken by now.
        Files.sql(
                path,
                "insert into queue_running select 9999999999999, id, data, backoff_schedule, keys_if_undelivered from queue",
                "delete from queue");
        second.settle(Settlement.HANDLED).block();
        assertThat(waiting()).isEmpty();
        assertThat(running()).isEmpty();
    }

    @Test
    void aMessageThatWasTakenBackIsNotTouchedWhenItIsRefusedAndNotGivenTwiceWhileItsHandlerLives() {
        enqueue(1, A);
        Received<RawMessage> received = Received.of(database.dequeue());
        RawMessage message = received.ask();
        received.request(1);
        takeBack();
        clock.advance(Duration.ofSeconds(3));
        enqueue(2);
        assertThat(received.next().payload()).containsExactly(2);
        received.request(1);
        enqueue(3);
        assertThat(received.next().payload()).containsExactly(3);
        assertThat(waiting()).hasSize(1);
        received.request(1);
        message.settle(Settlement.FAILED).block();
        RawMessage again = received.next();
        assertThat(again.id()).isEqualTo(message.id());
        assertThat(again.retriesLeft()).isZero();
        assertThat(Files.all(database)).isEmpty();
    }

    @Test
    void aLockThatIsHeldLongerThanOneWaitsEndsNoListenerAndNoSettlement() throws Exception {
        SqliteDatabase impatient = open(SqliteOptions.builder().lockWaitTimeout(Duration.ofMillis(20)));
        enqueue(1);
        Received<RawMessage> received = Received.of(impatient.dequeue());
        RawMessage message = received.ask();
        Mono<Void> settled;
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            settled = message.settle(Settlement.HANDLED).cache();
            settled.subscribe();
            Received.until(() -> complaints.contains("settle a message: KvUnavailableException"));
            foreign.createStatement()
                    .execute("insert into queue values (" + clock.millis()
                            + ", '0b7b6bc4-0000-4000-8000-000000000001', x'07', '[]', '[]')");
            foreign.createStatement().execute("commit");
            foreign.createStatement().execute("begin immediate");
            received.request(1);
            Received.until(() -> complaints.contains("take messages: KvUnavailableException"));
            foreign.createStatement().execute("commit");
        }
        settled.block();
        assertThat(received.next().payload()).containsExactly(7);
        assertThat(complaints)
                .containsExactlyInAnyOrder(
                        "settle a message: KvUnavailableException", "take messages: KvUnavailableException");
        impatient.close().block();
    }

    @Test
    void aMessageThatCannotBeSettledIsAFailedDeliveryAtTheEndOfItsLease() {
        enqueue(1);
        clock.advance(Duration.ofMillis(1));
        enqueue(2);
        Received<RawMessage> received = Received.of(database.dequeue());
        RawMessage first = received.ask();
        RawMessage second = received.ask();
        Files.sql(
                path,
                "create trigger stuck before delete on queue_running when old.data = x'01' begin select raise(abort, 'no'); end");
        StepVerifier.create(first.settle(Settlement.HANDLED))
                .expectError(KvDatabaseException.class)
                .verify();
        StepVerifier.create(first.settle(Settlement.HANDLED))
                .expectError(KvDatabaseException.class)
                .verify();
        second.settle(Settlement.HANDLED).block();
        assertThat(complaints).containsExactly("settle a message: KvDatabaseException");
        Files.sql(path, "drop trigger stuck");
        received.request(1);
        clock.advance(LEASE);
        Received.until(() -> running().isEmpty());
        assertThat(waiting()).containsExactly(row(clock.instant().plusSeconds(1), "01", "[]"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(received.next().id()).isEqualTo(first.id());
    }

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

    private void look() {
        long executed = database.readerStatistics().get(0).statementsExecuted();
        Files.sql(path, "update data_version set seq = 0");
        Received.until(() -> database.readerStatistics().get(0).statementsExecuted() > executed + 3);
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
        // It does not try again and again without a pause.
        long begun = database.writerStatistics().transactionsBegun();
        for (int i = 0; i < 50; i++) {
            Files.commit(database, Files.set(A, Files.bytes(i)));
        }
        assertThat(database.writerStatistics().transactionsBegun() - begun).isBetween(50L, 55L);
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

    // Several processes

    @Test
    void messagesOfOthersAreSeenAndWhatIsNotReadyIsNotWrittenFor() {
        SqliteDatabase other = open(SqliteOptions.builder());
        Received<RawMessage> received = Received.of(database.dequeue());
        received.request(2);
        enqueue(other, 1, null);
        assertThat(received.next().payload()).containsExactly(1);
        long begun = database.writerStatistics().transactionsBegun();
        for (int i = 0; i < 5; i++) {
            Files.commit(
                    other,
                    AtomicWrite.of(
                            List.of(),
                            List.of(),
                            List.of(Enqueue.of(new byte[] {9}, clock.instant().plusSeconds(1), null, List.of()))));
            look();
        }
        assertThat(database.writerStatistics().transactionsBegun()).isEqualTo(begun);
        clock.advance(Duration.ofSeconds(1));
        assertThat(received.next().payload()).containsExactly(9);
        other.close().block();
    }

    @Test
    void twoProcessesAndSeveralListenersHandleEveryMessageOnce() {
        int count = 600;
        SqliteDatabase other = open(SqliteOptions.builder());
        Queue<String> handled = new ConcurrentLinkedQueue<>();
        List<Disposable> listeners = Flux.just(database, database, other, other)
                .map(from -> from.dequeue()
                        .flatMap(
                                message -> Mono.fromRunnable(() -> handled.add(message.id()))
                                        .then(message.settle(Settlement.HANDLED)),
                                8)
                        .subscribe())
                .collectList()
                .block();
        Flux.range(0, count)
                .flatMap(
                        i -> (i % 2 == 0 ? database : other)
                                .atomicWrite(AtomicWrite.of(
                                        List.of(),
                                        List.of(),
                                        List.of(Enqueue.of(new byte[] {1}, clock.instant(), null, List.of())))),
                        16)
                .blockLast();
        Received.until(() ->
                handled.size() >= count && waiting().isEmpty() && running().isEmpty());
        assertThat(handled).hasSize(count).doesNotHaveDuplicates();
        listeners.forEach(Disposable::dispose);
        other.close().block();
    }

    // Receivers

    @Test
    void receiversTakeTurns() {
        List<Received<RawMessage>> receivers = IntStream.range(0, 3)
                .mapToObj(i -> Received.of(database.dequeue()))
                .toList();
        receivers.forEach(receiver -> receiver.request(2));
        enqueueMany(5);
        Received.until(() -> receivers.stream().mapToInt(Received::waiting).sum() == 5);
        assertThat(receivers).extracting(Received::waiting).containsExactlyInAnyOrder(2, 2, 1);
    }

    @Test
    void whatMeetsACancelOnItsWayIsPutBackAndNothingIsLost() {
        int count = 200;
        enqueueMany(count);
        Queue<RawMessage> given = new ConcurrentLinkedQueue<>();
        Flux.range(0, 300)
                .flatMap(
                        i -> database.dequeue()
                                .doOnNext(given::add)
                                .take(1 + i % 7)
                                .takeUntilOther(
                                        i % 3 == 0
                                                ? Mono.empty()
                                                : Mono.delay(Duration.ofMillis(i % 5), Schedulers.parallel()))
                                .subscribeOn(Schedulers.parallel()),
                        8)
                .blockLast();
        Received.until(() -> running().size() == given.size());
        assertThat(waiting()).hasSize(count - given.size());
        assertThat(given).extracting(RawMessage::id).doesNotHaveDuplicates();
        Flux.fromIterable(given)
                .flatMap(message -> message.settle(Settlement.RETURNED), 64)
                .blockLast();
        assertThat(running()).isEmpty();
        assertThat(waiting())
                .hasSize(count)
                .allSatisfy(r -> assertThat(r.get(2)).isEqualTo("[100,1000,5000,30000,60000]"));
    }

    @Test
    void closeCompletesReceiversAndPutsBackWhatIsOnItsWay() {
        enqueueMany(150);
        Received<RawMessage> received = Received.of(database.dequeue());
        received.request(150);
        RawMessage first = received.next();
        database.close().block();
        assertThat(received.end()).isEqualTo(SignalType.ON_COMPLETE);
        assertThat(running()).hasSize(received.waiting() + 1);
        assertThat(waiting()).hasSize(150 - received.waiting() - 1);
        StepVerifier.create(first.settle(Settlement.HANDLED))
                .expectError(KvClosedException.class)
                .verify();
        StepVerifier.create(database.dequeue())
                .expectError(KvClosedException.class)
                .verify();
    }

    @Test
    void aDatabaseThatIsOnlyReadShowsItsQueueAndDeliversNothing() {
        enqueueMany(3);
        SqliteDatabase reader = open(SqliteOptions.builder().access(SqliteOptions.Access.READ_ONLY));
        assertThat(reader.counts().block()).isEqualTo(new KvQueue.Counts(3, 0, 0));
        assertThat(reader.peek(2).block()).hasSize(2);
        StepVerifier.create(reader.dequeue())
                .expectErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(KvDatabaseException.class).hasMessageContaining("read only"))
                .verify();
        reader.close().block();
    }
}
