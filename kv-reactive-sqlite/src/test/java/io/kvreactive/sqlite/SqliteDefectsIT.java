// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvDatabaseException;
import io.kvreactive.KvDecodeException;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.QueueMessage;
import io.kvreactive.SetOptions;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionConfiguration;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawEntry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The defects of the engine behind the file: {@code sqliteNN} is the row of {@code docs/spec/sqlite-format.md} section 9. */
class SqliteDefectsIT extends ReferenceDefects {

    @Test
    void sqlite01AWriteThatFailsHalfWayLeavesNothingAlsoInAGroup() {
        kv.set(B, "text").block();
        long before = version();
        List<String> outcomes = Flux.range(0, 8)
                .flatMap(
                        i -> (i % 2 == 0
                                        ? kv.atomic()
                                                .set(KvKey.of("x", i), 1)
                                                .set(C, 1)
                                                .sum(B, 1)
                                        : kv.atomic().set(KvKey.of("y", i), 1))
                                .commit()
                                .map(r -> "committed")
                                .onErrorResume(KvMutationException.class, e -> Mono.just("refused")),
                        8)
                .collectList()
                .block();
        assertThat(outcomes).filteredOn("refused"::equals).hasSize(4);
        assertThat(kv.get(C).block()).isNull();
        assertThat(kv.count(KvSelector.prefix("x")).block()).isZero();
        assertThat(kv.count(KvSelector.prefix("y")).block()).isEqualTo(4);
        assertThat(version() - before).isBetween(4L, 36L);
    }

    @Test
    void sqlite02ACheckedCommitIsNotRefusedBecauseAnotherProcessWroteMeanwhile() {
        Kv other = open(SqliteOptions.defaults());
        Flux.range(0, 150)
                .flatMap(
                        i -> Flux.just(kv, other)
                                .flatMap(each -> each.getMany(List.of(A))
                                        .flatMap(seen -> each.atomic()
                                                .check(seen.get(0))
                                                .set(A, i)
                                                .sum(C, 1)
                                                .commit())),
                        4)
                .doOnNext(result -> assertThat(result).isInstanceOf(CommitResult.class))
                .blockLast();
    }

    @Test
    void sqlite03TheWaitForALockIsAsLongAsTheUserWantsAndItsEndHasATypeOfItsOwn() throws Exception {
        Kv impatient = open(
                SqliteOptions.builder().lockWaitTimeout(Duration.ofMillis(50)).build());
        impatient.ready().block();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            assertThatThrownBy(() -> impatient.set(A, 1).block())
                    .isInstanceOfSatisfying(
                            KvUnavailableException.class,
                            e -> assertThat(e.retryable()).isTrue());
            foreign.createStatement().execute("commit");
        }
        assertThat(impatient.set(A, 1).block()).isNotNull();
    }

    @Test
    void sqlite04ALateMessageIsNotDeadAtOnce() {
        kv.enqueue("late").block();
        clock.advance(Duration.ofHours(1));
        QueueMessage<Object> held = listener().ask();
        assertThat(number("select deadline from queue_running"))
                .isEqualTo(clock.instant().plus(LEASE).toEpochMilli());
        // Held until here: one that nobody holds any more would be put back.
        held.ack().block();
    }

    @Test
    void sqlite05ALongHandlerKeepsItsMessage() {
        kv.enqueue("long").block();
        Received<QueueMessage<Object>> listener = listener();
        QueueMessage<Object> message = listener.ask();
        listener.request(1);
        for (int i = 0; i < 40; i++) {
            clock.advance(Duration.ofSeconds(2));
            long renewed = clock.instant().plus(LEASE).toEpochMilli();
            Received.until(() -> number("select deadline from queue_running") == renewed);
        }
        assertThat(listener.waiting()).isZero();
        message.ack().block();
        assertThat(number("select (select count(*) from queue) + (select count(*) from queue_running)"))
                .isZero();
    }

    @Test
    void sqlite06ADeadMessageIsFoundAtItsTimeAndNotByAMinutesCheck() {
        Kv other = open(SqliteOptions.builder().deadMessageGrace(Duration.ZERO).build());
        Received<QueueMessage<Object>> listener = Received.of(other.messages(Object.class));
        listener.request(1);
        Files.sql(
                path,
                "insert into queue_running values ("
                        + clock.instant().plus(LEASE).toEpochMilli()
                        + ", '0b7b6bc4-0000-4000-8000-000000000001', x'ff0f5f', '[0]', '[]')");
        // Once it is known to be there.
        Files.sql(path, "update data_version set version = version + 1");
        Received<KvEntryMaybe<Object>> watching = Received.allOf(other.watch(A));
        watching.next();
        other.set(A, 1).block();
        watching.next();
        // At its very time: the clock does not move on.
        clock.advance(LEASE);
        Received.until(() -> listener.waiting() == 1);
    }

    @Test
    void sqlite07AnEntryIsGoneAtItsExpiryAndCollectedThenThoughALaterOneWasSetBefore() {
        kv.set(A, 1, SetOptions.expireIn(Duration.ofHours(1))).block();
        kv.set(B, 1, SetOptions.expireIn(Duration.ofMillis(500))).block();
        clock.advance(Duration.ofMillis(499));
        assertThat(kv.get(B).block()).isNotNull();
        clock.advance(Duration.ofMillis(1));
        assertThat(kv.get(B).block()).isNull();
        Received.until(() -> number("select count(*) from kv") == 1);
    }

    /** With rows that nobody has collected. */
    @Test
    void sqlite08AnExpiredRowSatisfiesNoCheckAndFeedsNoSum() {
        Files.sql(
                path,
                "insert into kv (k, v, v_encoding, version, expiration_ms) values (x'026100', x'0500000000000000', 2, 1, "
                        + (clock.millis() - 1) + ")");
        assertThat(kv.atomic().checkAbsent(A).sum(A, 2).commit().block().isCommitted())
                .isTrue();
        assertThat(kv.get(A).block().value()).hasToString("2");
    }

    @Test
    void sqlite09WatchesAndListenersSeeOtherProcesses() {
        Kv other = open(SqliteOptions.defaults());
        Received<KvEntryMaybe<Object>> watching = Received.allOf(kv.watch(A));
        watching.next();
        Received<QueueMessage<Object>> listener = listener();
        listener.request(1);
        other.set(A, "seen").block();
        assertThat(watching.next().value()).isEqualTo("seen");
        other.enqueue("message").block();
        assertThat(listener.next().value()).isEqualTo("message");
    }

    @Test
    void sqlite10KeysOfAMessageThatIsGivenUpWakeTheirWatches() {
        Received<KvEntryMaybe<Object>> watching = Received.allOf(kv.watch(A));
        watching.next();
        kv.enqueue("lost", once().keysIfUndelivered(A).build()).block();
        listener().ask().nack().block();
        assertThat(watching.next().value()).isEqualTo("lost");
    }

    @Test
    void sqlite11AVersionstampedSetWakesTheWatchOfTheKeyThatItWrites() {
        SqliteDatabase database = (SqliteDatabase) SqliteDatabase.open(
                        folder.resolve("stamped.sqlite"),
                        SqliteOptions.defaults(),
                        KvOptions.builder().clock(clock).build(),
                        () -> 1)
                .block();
        Received<List<List<RawEntry>>> written =
                Received.allOf(database.watch(List.of(Files.key("a", "00000000000000010000"))));
        Received<List<List<RawEntry>>> prefix = Received.allOf(database.watch(List.of(Files.key("a"))));
        written.next();
        prefix.next();
        Files.commit(database, Files.write(Mutation.setVersionstamped(Files.key("a"), Files.bytes(1), null)));
        assertThat(written.next().get(0)).hasSize(1);
        Files.commit(database, Files.set(Files.key("a"), Files.bytes(2)));
        assertThat(prefix.next().get(0).get(0).value()).isEqualTo(Files.bytes(2));
        database.close().block();
    }

    @Test
    void sqlite12AMessageThatIsGivenUpWithoutKeysTakesNoVersion() {
        kv.enqueue("lost", once().build()).block();
        long before = version();
        listener().ask().nack().block();
        assertThat(version()).isEqualTo(before);
        assertThat(number("select count(*) from queue_running")).isZero();
    }

    @Test
    void sqlite13AMessageThatIsHandledAfterItWasTakenBackIsGone() {
        kv.enqueue("once").block();
        QueueMessage<Object> message = listener().ask();
        Files.sql(
                path,
                "insert into queue select 1, id, data, '[]', keys_if_undelivered from queue_running",
                "delete from queue_running");
        message.ack().block();
        assertThat(number("select (select count(*) from queue) + (select count(*) from queue_running)"))
                .isZero();
    }

    @Test
    void sqlite14RowsThatAreNoMessagesAndNoEntriesDamageNothingElse() {
        Files.sql(
                path,
                "insert into queue values (-1, 'x', 'text', '[]', '[]')",
                "insert into queue values (0, x'00', x'ff0f5f', '[]', '[]')",
                "insert into queue values (0, 'y', x'ff0f5f', '[0.5]', x'00')",
                "insert into queue_running values (-1, 'z', 'text', 'no', x'00')",
                "insert into kv (k, v, v_encoding, version) values (x'026100', 'text', 1, 1)");
        kv.enqueue("sound").block();
        assertThat(listener().ask().value()).isEqualTo("sound");
        Received.until(() -> observed.size() == 3);
        assertThat(observed).containsOnly("skipped");
        assertThatThrownBy(() -> kv.get(A).block()).isInstanceOf(KvDecodeException.class);
        kv.set(B, 1).block();
        assertThat(kv.get(B).block()).isNotNull();
    }

    @Test
    void sqlite15EveryWriteOfAGroupThatCannotBeCommittedHasTheRealError() {
        // A deferred constraint fails at the commit and not before; it is enforced on a connection that asks for it.
        Files.sql(
                path,
                "create table parent (id integer primary key)",
                "create table child (id integer references parent (id) deferrable initially deferred)",
                "create trigger orphan after update on data_version begin insert into child values (1); end");
        SqliteConnection connection = SqliteConnectionFactory.from(SqliteConnectionConfiguration.builder()
                        .path(path)
                        .foreignKeys(true)
                        .build())
                .create()
                .block();
        long before = version();
        WriteLane lane = lane(connection);
        List<Throwable> errors = Flux.range(0, 8)
                .flatMap(
                        i -> lane.write(
                                        0,
                                        transaction ->
                                                AtomicCommit.in(transaction, Files.set(Files.key(i), Files.bytes(1))))
                                .then(Mono.<Throwable>empty())
                                .onErrorResume(Mono::just),
                        8)
                .collectList()
                .block();
        lane.close().block();
        assertThat(errors)
                .hasSize(8)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(KvDatabaseException.class)
                        .hasMessageContaining("FOREIGN KEY"));
        assertThat(version()).isEqualTo(before);
        assertThat(number("select count(*) from kv")).isZero();
    }

    private WriteLane lane(SqliteConnection connection) {
        SqliteErrors errors = new SqliteErrors(path, LEASE);
        BusyRetry busyRetry = new BusyRetry(LEASE, KvObserver.NONE);
        Signals signals = new Signals(Schedulers.parallel());
        Turns turns = new Turns();
        WriteGroup.Commits nobody = new WriteGroup.Commits() {
            @Override
            public void met(long version) {}

            @Override
            public void left(long version, Aftermath aftermath) {}
        };
        WriteGroup group =
                new WriteGroup(FileIdentity.of(path), errors, busyRetry, turns, clock, () -> 1, nobody, signals);
        return new WriteLane(
                new Lane(connection, "kv"), group, busyRetry, turns, signals, KvObserver.NONE, Long.MAX_VALUE);
    }

    @Test
    void sqlite17AFailureOfTheBookkeepingEndsNoListener() throws Exception {
        Kv impatient = open(
                SqliteOptions.builder().lockWaitTimeout(Duration.ofMillis(10)).build());
        Received<QueueMessage<Object>> listener = Received.of(impatient.messages(Object.class));
        impatient.enqueue("one").block();
        QueueMessage<Object> one = listener.ask();
        impatient.enqueue("two").block();
        Mono<Void> acked = one.ack().cache();
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            listener.request(1);
            acked.subscribe();
            clock.advance(Duration.ofSeconds(2));
            Received.until(() -> observed.contains("take messages")
                    && observed.contains("settle a message")
                    && observed.contains("renew leases of messages"));
            foreign.createStatement().execute("rollback");
        }
        acked.block();
        assertThat(listener.next().value()).isEqualTo("two");
    }
}
