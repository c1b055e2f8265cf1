// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static io.kvreactive.remote.TestServer.Operation.METADATA;
import static io.kvreactive.remote.TestServer.Operation.READ;
import static io.kvreactive.remote.TestServer.Operation.WATCH;
import static io.kvreactive.remote.TestServer.Operation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kvreactive.CommitResult;
import io.kvreactive.Kv;
import io.kvreactive.KvClosedException;
import io.kvreactive.KvConsistency;
import io.kvreactive.KvException;
import io.kvreactive.KvOptions;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.KvValue;
import io.kvreactive.remote.TestServer.Reply;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.ReadRange;
import io.kvreactive.testsupport.NettyLeaks;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Opening, cancelling and closing: nothing is left, whenever it happens. {@link ServerTest} looks after each test. */
class LifecycleIT extends ServerTest {

    private static final List<ReadRange> POINT = List.of(ReadRange.point(A.encoded()));
    private static final AtomicWrite SET = AtomicWrite.of(
            List.of(), List.of(Mutation.set(A.encoded(), KvValue.copyOf(KvValue.BYTES, new byte[1_000]), null)));

    private Mono<Database> opening(RemoteOptions own) {
        return new RemoteDatabaseHandler()
                .open(DatabaseUrl.parse(server.url()), options(own).build());
    }

    private static void isIdle(ConnectDatabase database) {
        awaitThat(() -> database.transport().underWay() == 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void cancellingRequestsAtAnyMomentLeavesNothingUnderWay(HttpOptions.Version version) {
        ConnectDatabase database =
                database(own -> own.http(HttpOptions.builder().version(version).build()));
        Random random = new Random(17);
        for (int i = 0; i < 300; i++) {
            Disposable read = database.snapshotRead(POINT, KvConsistency.STRONG).subscribe();
            Disposable write = database.atomicWrite(SET).subscribe();
            spin(random.nextInt(300_000));
            read.dispose();
            write.dispose();
        }
        isIdle(database);
        // It is as good as new.
        assertThat(await(database.atomicWrite(SET)).isCommitted()).isTrue();
        assertThat(await(database.snapshotRead(POINT, KvConsistency.STRONG)).get(0))
                .hasSize(1);
    }

    /** Moments, some of them in the middle of a request. */
    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** As happens when a cancel has reached one part of the chain of operators, and the answer another. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void anAnswerThatIsDroppedHalfWayIsReleased(HttpOptions.Version version) {
        AtomicInteger dropped = new AtomicInteger();
        ConnectDatabase database = database(own -> own.http(HttpOptions.builder()
                .version(version)
                .client(client ->
                        client.mapConnect(connected -> connected.filter(connection -> dropped.decrementAndGet() < 0)))
                .build()));
        await(database.atomicWrite(SET));
        dropped.set(20);
        assertThat(await(database.snapshotRead(POINT, KvConsistency.STRONG)).get(0))
                .hasSize(1);
        assertThat(server.count(READ)).isEqualTo(21);
        assertThat(NettyLeaks.take()).isEmpty();
    }

    @Test
    void aWriteThatWaitsForMetadataWhenItIsCancelledIsNotSent() {
        ConnectDatabase database = database(own -> own);
        Sinks.Empty<Void> goOn = Sinks.empty();
        server.script(READ, Reply.status(401, "expired"));
        server.script(METADATA, Reply.after(goOn.asMono()));
        database.snapshotRead(POINT, KvConsistency.STRONG).subscribe(found -> {}, error -> {});
        awaitThat(() -> server.count(METADATA) == 2);
        server.script(WRITE, Reply.status(401, "expired"));
        Disposable write = database.atomicWrite(SET).subscribe();
        awaitThat(() -> server.count(WRITE) == 1);
        write.dispose();
        goOn.tryEmitEmpty();
        await(database.snapshotRead(POINT, KvConsistency.STRONG));
        assertThat(server.count(WRITE)).isEqualTo(1);
    }

    @Test
    void cancellingWatchesAtAnyMomentLeavesNothing() {
        ConnectDatabase database = database(own -> own);
        Random random = new Random(18);
        for (int i = 0; i < 100; i++) {
            Disposable watch = database.watch(List.of(A.encoded())).subscribe();
            spin(random.nextInt(500_000));
            watch.dispose();
        }
        isIdle(database);
    }

    @Test
    void cancellingAnOpeningAtAnyMomentLeavesNothing() {
        Random random = new Random(19);
        Queue<Database> opened = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 60; i++) {
            // Other than a lambda, it is also given what meets the cancel half-way.
            BaseSubscriber<Database> opening = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Database database) {
                    opened.add(database);
                }
            };
            opening(quick().build()).subscribe(opening);
            spin(random.nextInt(3_000_000));
            opening.cancel();
        }
        // Whoever is given one closes it; the others have closed themselves.
        awaitThat(() -> {
            for (Database late = opened.poll(); late != null; late = opened.poll()) {
                late.close().subscribe();
            }
            return isNoThreadLeft();
        });
    }

    @Test
    void anOpeningThatFailsLeavesNothing() {
        for (int i = 0; i < 10; i++) {
            server.script(METADATA, Reply.status(403, "no"));
            errorOf(KvException.class, opening(quick().build()));
        }
    }

    @Test
    void eachSubscriptionOpensADatabaseOfItsOwn() {
        Mono<Database> opening = opening(quick().build());
        assertThat(server.count(METADATA)).isZero();
        Database first = await(opening);
        Database second = await(opening);
        assertThat(first).isNotSameAs(second);
        first.close().block(PATIENCE);
        await(second.snapshotRead(POINT, KvConsistency.STRONG));
        second.close().block(PATIENCE);
    }

    @Test
    void closingWaitsForWhatWasBegunAndTakesNothingNew() {
        ConnectDatabase database = database(own -> own);
        Sinks.Empty<Void> goOn = Sinks.empty();
        server.script(WRITE, Reply.after(goOn.asMono()));
        Mono<CommitResult> write = database.atomicWrite(SET).cache();
        write.subscribe();
        awaitThat(() -> server.count(WRITE) == 1);
        AtomicBoolean isClosed = new AtomicBoolean();
        database.close().subscribe(done -> {}, error -> {}, () -> isClosed.set(true));
        KvClosedException error = errorOf(KvClosedException.class, database.snapshotRead(POINT, KvConsistency.STRONG));
        assertThat(error).hasMessageContaining("read").hasMessageContaining(server.url());
        errorOf(KvClosedException.class, database.atomicWrite(SET));
        errorOf(KvClosedException.class, database.watch(List.of(A.encoded())));
        assertThat(isClosed).isFalse();
        goOn.tryEmitEmpty();
        assertThat(await(write).isCommitted()).isTrue();
        awaitThat(isClosed::get);
        assertThat(server.count(READ)).isZero();
    }

    /** A connection that nobody waits for any more may still be on its way when the loops end. */
    @Test
    void closingWhileConnectionsAreMadeLeavesNoneOpen() {
        Random random = new Random(20);
        for (int i = 0; i < 100; i++) {
            ConnectDatabase database = database(own -> own);
            List<Disposable> writes = Stream.generate(
                            () -> database.atomicWrite(SET).subscribe())
                    .limit(8)
                    .toList();
            spin(random.nextInt(1_000_000));
            writes.forEach(Disposable::dispose);
            database.close().block(PATIENCE);
            assertThat(database.transport().openConnections()).isZero();
        }
    }

    @Test
    void closingEndsRepetitions() {
        ConnectDatabase database = database(RemoteOptions.Builder::withoutDeadline);
        server.script(READ, 100_000, Reply.status(503, "down"));
        Mono<?> read = database.snapshotRead(POINT, KvConsistency.STRONG).cache();
        read.subscribe(found -> {}, error -> {});
        awaitThat(() -> server.count(READ) > 5);
        database.close().block(PATIENCE);
        errorOf(KvException.class, read);
    }

    @Test
    void closingEndsTheWaitForMetadata() {
        ConnectDatabase database = database(RemoteOptions.Builder::withoutDeadline);
        server.script(READ, Reply.status(401, "expired"));
        server.script(METADATA, 100_000, Reply.status(503, "down"));
        Mono<?> read = database.snapshotRead(POINT, KvConsistency.STRONG).cache();
        read.subscribe(found -> {}, error -> {});
        awaitThat(() -> server.count(METADATA) > 2);
        database.close().block(PATIENCE);
        errorOf(KvClosedException.class, read);
    }

    @Test
    void closingCompletesWatchesAndTheMetadata() {
        ConnectDatabase database = database(own -> own);
        Mono<Long> states = database.watch(List.of(A.encoded())).count().cache();
        Mono<Long> metadata = database.metadata().count().cache();
        states.subscribe();
        metadata.subscribe();
        awaitThat(() -> server.count(WATCH) == 1);
        database.close().block(PATIENCE);
        await(states);
        assertThat(await(metadata)).isEqualTo(1);
    }

    @Test
    void connectionsThatNobodyUsesAreClosedInTheBackground() {
        AtomicInteger made = new AtomicInteger();
        ConnectDatabase database = database(own -> own.http(HttpOptions.builder()
                .idleTime(Duration.ofMillis(200))
                .client(client -> client.doOnConnected(connection -> made.incrementAndGet()))
                .build()));
        await(Flux.range(0, 8)
                .flatMap(i -> database.snapshotRead(POINT, KvConsistency.STRONG), 8)
                .count());
        assertThat(made).hasPositiveValue();
        awaitThat(() -> database.transport().openConnections() == 0);
        await(database.snapshotRead(POINT, KvConsistency.STRONG));
    }

    @Test
    void connectionsAreAsManyAsTheOptionsSay() {
        ConnectDatabase database =
                database(own -> own.http(HttpOptions.builder().connections(3).build()));
        await(Flux.range(0, 100)
                .flatMap(i -> database.snapshotRead(POINT, KvConsistency.STRONG), 100)
                .count());
        assertThat(database.transport().openConnections()).isBetween(1, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http:", "http:///path", "https://me:secret@kv.example.com", "http://h/#x", "http://h h/"})
    void aUrlThatNamesNoServerIsRefused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RemoteDatabaseHandler().open(DatabaseUrl.parse(url), KvOptions.defaults()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void onlyTheMetadataIsShownOfItsOwn() {
        Kv kv = kv();
        assertThat(kv.unwrap(RemoteDatabase.class)).isNotNull();
        assertThatExceptionOfType(KvUnsupportedException.class)
                .isThrownBy(() -> kv.unwrap(Runnable.class))
                .withMessageContaining("remote");
    }
}
