// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvClosedException;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvQueue;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** How messages are taken, leased and settled, with everything that another process may do to them meanwhile. */
class QueueIT extends QueueFile {

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
            // Another connection sees a commit before the one that made it has counted it.
            Received.until(() -> database.writerStatistics().transactionsCommitted() > committed);
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
        // More than once when there was a success between two.
        assertThat(Set.copyOf(complaints))
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
        // The last may be taken for somebody who has gone only now, and are then put back.
        Received.until(() -> running().size() == given.size() && waiting().size() == count - given.size());
        assertThat(given).extracting(RawMessage::id).doesNotHaveDuplicates();
        Flux.fromIterable(given)
                .flatMap(message -> message.settle(Settlement.RETURNED), 64)
                .blockLast();
        Received.until(() -> running().isEmpty());
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
