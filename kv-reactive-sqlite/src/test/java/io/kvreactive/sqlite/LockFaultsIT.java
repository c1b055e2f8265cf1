// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.KvSelector;
import io.kvreactive.KvU64;
import io.kvreactive.KvUnavailableException;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionConfiguration;
import io.kvreactive.r2dbc.sqlite.SqliteConnectionFactory;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import io.kvreactive.spi.KvMeasure;
import io.kvreactive.spi.KvObserver;
import io.kvreactive.test.MutableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Locks that others hold, and clocks that step: what waits is told in time, nothing is lost, and afterwards all goes on. */
@Timeout(180)
class LockFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("kv.sqlite");
    }

    private Kv open(Duration lockWaitTimeout, KvOptions.Builder options) {
        return Kv.create(
                "sqlite:" + path,
                options.with(SqliteOptions.builder()
                                .lockWaitTimeout(lockWaitTimeout)
                                .build())
                        .build());
    }

    private static <T> T await(Mono<T> operation) {
        return operation.block(PATIENCE);
    }

    private static Mono<Throwable> error(Mono<?> operation) {
        return operation.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
    }

    private static Throwable errorOf(Mono<?> operation) {
        return error(operation).block(PATIENCE);
    }

    @Test
    void aLockThatAnotherHoldsForLongFailsWritesOneAfterTheOtherAndNothingElse() throws Exception {
        Queue<String> failedTasks = new ConcurrentLinkedQueue<>();
        Kv kv = open(Duration.ofMillis(80), KvOptions.builder().observer(new KvObserver() {
            @Override
            public void taskFailed(String task, KvException error) {
                failedTasks.add(task);
            }
        }));
        await(kv.set(KvKey.of("a"), 1));
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("begin immediate");
            for (int i = 0; i < 5; i++) {
                Throwable error = errorOf(kv.set(KvKey.of("a"), 2));
                assertThat(error).isInstanceOf(KvUnavailableException.class);
                assertThat(((KvException) error).retryable()).isTrue();
            }
            // Many at a time wait no longer than one.
            List<Throwable> errors = await(Flux.range(0, 50)
                    .flatMap(i -> error(kv.set(KvKey.of("b", i), i)), 50)
                    .collectList());
            assertThat(errors).hasSize(50).allMatch(KvUnavailableException.class::isInstance);
            assertThat(await(kv.get(KvKey.of("a"))).value()).isEqualTo(1);
            assertThat(await(kv.list(KvSelector.prefix()).count())).isEqualTo(1);
            assertThat(await(kv.backup(folder.resolve("copy.sqlite")))).isPositive();
            Kv another = open(Duration.ofMillis(80), KvOptions.builder());
            assertThat(await(another.get(KvKey.of("a"))).value()).isEqualTo(1);
            another.close().block(PATIENCE);
            foreign.createStatement().execute("commit");
        }
        await(kv.set(KvKey.of("a"), 3));
        assertThat(await(kv.list(KvSelector.prefix()).map(KvEntry::value).collectList()))
                .containsExactly(3);
        assertThat(failedTasks).isEmpty();
        kv.close().block(PATIENCE);
    }

    @Test
    void aNewFileThatAnotherHoldsIsUnavailableAndThenMade() throws Exception {
        try (Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            foreign.createStatement().execute("create table theirs(x)");
            foreign.createStatement().execute("begin exclusive");
            Kv kv = open(Duration.ofMillis(80), KvOptions.builder());
            assertThat(errorOf(kv.ready())).isInstanceOf(KvUnavailableException.class);
            foreign.createStatement().execute("commit");
            await(kv.set(KvKey.of("a"), 1));
            assertThat(await(kv.get(KvKey.of("a"))).value()).isEqualTo(1);
            kv.close().block(PATIENCE);
        }
    }

    /** Adds to a counter, so many times, and says when it begins. */
    static final class Counting {
        public static void main(String[] args) {
            Kv kv = Kv.create("sqlite:" + args[0]);
            await(kv.ready());
            System.out.println("ready");
            for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                await(kv.atomic().sum(KvKey.of("n"), 1).commitOrThrow());
            }
            await(kv.close());
        }
    }

    @Test
    void processesThatWriteAtTheSameTimeSeeNoErrorAndLoseNothing() throws Exception {
        int each = 300;
        AtomicInteger retries = new AtomicInteger();
        Kv kv = Kv.create(
                "sqlite:" + path,
                KvOptions.builder()
                        .observer(new KvObserver() {
                            @Override
                            public void measured(KvMeasure measure, long value) {
                                if (measure == KvMeasure.LOCK_RETRIES) {
                                    retries.addAndGet((int) value);
                                }
                            }
                        })
                        .build());
        await(kv.ready());
        List<Process> others = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            others.add(JavaProcess.start(Counting.class, path, each));
        }
        for (Process other : others) {
            assertThat(other.inputReader().readLine()).isEqualTo("ready");
        }
        await(Flux.range(0, each)
                .concatMap(i -> kv.atomic().sum(KvKey.of("n"), 1).commitOrThrow())
                .then());
        for (Process other : others) {
            assertThat(other.waitFor())
                    .as(String.join("\n", other.inputReader().lines().toList()))
                    .isZero();
        }
        assertThat(await(kv.get(KvKey.of("n"))).value()).isEqualTo(KvU64.of(3L * each));
        kv.close().block(PATIENCE);
    }

    @Test
    void aSnapshotThatHasBecomeStaleIsTakenAnewWithinTheWait() {
        Kv kv = Kv.create("sqlite:" + path);
        await(kv.ready());
        SqliteConnection connection = SqliteConnectionFactory.from(
                        SqliteConnectionConfiguration.builder().path(path).build())
                .create()
                .block(PATIENCE);
        AtomicInteger attempts = new AtomicInteger();
        Mono<Long> transaction = Mono.defer(() -> {
            attempts.incrementAndGet();
            return Rows.begin(connection, SqliteTransactionDefinition.DEFERRED)
                    .flatMap(begun -> Rows.first(
                            connection.createStatement("select version from data_version"),
                            row -> row.get(0, Long.class)))
                    // Another one commits between the read and the write, the first three times.
                    .flatMap(seen -> attempts.get() > 3
                            ? Mono.just(seen)
                            : kv.set(KvKey.of("a"), attempts.get()).thenReturn(seen))
                    .flatMap(seen ->
                            Rows.change(connection.createStatement("update data_version set version = version + 1")))
                    .flatMap(changed -> connection.commitTransaction().thenReturn(changed))
                    .onErrorResume(error -> WriteGroup.rollBack(connection).then(Mono.error(error)));
        });
        BusyRetry busyRetry = new BusyRetry(Duration.ofSeconds(30), KvObserver.NONE);
        assertThat(await(busyRetry.on(busyRetry.start(), transaction))).isEqualTo(1);
        assertThat(attempts).hasValue(4);
        BusyRetry impatient = new BusyRetry(Duration.ZERO, KvObserver.NONE);
        attempts.set(0);
        assertThat(new SqliteErrors(path, Duration.ZERO)
                        .translate("commit", errorOf(impatient.on(impatient.start(), transaction))))
                .isInstanceOf(KvUnavailableException.class);
        assertThat(attempts).hasValue(1);
        connection.close().then(kv.close()).block(PATIENCE);
    }

    @Test
    void aClockThatStepsBackAndForthHarmsNoVersionAndNoEntry() {
        Instant start = Instant.parse("2026-07-01T00:00:00Z");
        MutableClock clock = MutableClock.at(start);
        Kv kv = open(Duration.ofSeconds(5), KvOptions.builder().clock(clock));
        Random random = new Random(7);
        KvKey lasting = KvKey.of("lasting");
        KvKey passing = KvKey.of("passing");
        await(kv.set(lasting, 0));
        Versionstamp last = await(kv.get(lasting)).versionstamp();
        for (int i = 1; i <= 200; i++) {
            clock.set(start.plus(Duration.ofMinutes(random.nextInt(2_000_000) - 1_000_000)));
            Versionstamp version = await(kv.atomic()
                    .set(lasting, i)
                    .set(passing, i, SetOptions.expireIn(Duration.ofHours(1)))
                    .commitOrThrow());
            assertThat(version).isGreaterThan(last);
            last = version;
            assertThat(await(kv.get(passing)).value()).isEqualTo(i);
            clock.set(clock.instant().plus(Duration.ofHours(1)));
            assertThat(await(kv.get(passing).hasElement())).isFalse();
            assertThat(await(kv.get(lasting)).value()).isEqualTo(i);
            assertThat(await(kv.atomic().checkAbsent(passing).commit()).isCommitted())
                    .isTrue();
        }
        // Whatever was collected or not on the way, in the end only what lasts is left.
        clock.set(start.plus(Duration.ofDays(10_000)));
        Received.until(() -> Files.query(path, "select count(*) from kv").equals(List.of(List.of("1"))));
        assertThat(await(kv.list(KvSelector.prefix()).map(KvEntry::key).collectList()))
                .containsExactly(lasting);
        kv.close().block(PATIENCE);
    }
}
