// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.KvOptions;
import io.kvreactive.r2dbc.sqlite.SqliteStatistics;
import io.kvreactive.spi.Mutation;
import io.kvreactive.spi.RawChange;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.test.MutableClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

/** What a watch costs, and what it sees of other processes, by exact counters; a second database on the file is one of these. */
class WatchIT {

    private static final byte[] A = Files.key("a");
    private static final byte[] B = Files.key("b");
    private static final byte[] PREFIX_START = {2, 'p', 0, 0};
    private static final byte[] PREFIX_END = {2, 'p', 0, (byte) 0xFF};

    @TempDir
    Path folder;

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-07-01T00:00:00Z"));
    private Path path;
    private SqliteDatabase database;
    private SqliteDatabase other;

    @BeforeEach
    void open() {
        path = folder.resolve("kv.sqlite");
        database = Files.open(
                path, SqliteOptions.defaults(), KvOptions.builder().clock(clock).build());
        other = Files.open(
                path, SqliteOptions.defaults(), KvOptions.builder().clock(clock).build());
    }

    @AfterEach
    void close() {
        database.close().block();
        other.close().block();
    }

    private static Object value(List<List<RawEntry>> state, int index) {
        return state.get(index).isEmpty()
                ? "-"
                : state.get(index).get(0).value().unsafeArray()[0];
    }

    private long rowsRead() {
        return sum(SqliteStatistics::rows);
    }

    private long sum(ToLongFunction<SqliteStatistics> counter) {
        return database.readerStatistics().stream().mapToLong(counter).sum();
    }

    private void set(byte[] key, int value) {
        Files.commit(database, Files.set(key, Files.bytes(value)));
    }

    @Test
    void tenThousandWatchersOfOneKeyAreToldByOneRead() {
        int watchers = 10_000;
        List<Received<List<List<RawEntry>>>> all = Stream.generate(() -> Received.allOf(database.watch(List.of(A))))
                .limit(watchers)
                .toList();
        all.forEach(Received::next);
        long begun = System.nanoTime();
        long executed = sum(SqliteStatistics::statementsExecuted);
        set(A, 7);
        assertThat(all).allSatisfy(seen -> assertThat(value(seen.next(), 0)).isEqualTo((byte) 7));
        long millis = (System.nanoTime() - begun) / 1_000_000;
        // One read, and what looks for foreign commits meanwhile.
        long statements = sum(SqliteStatistics::statementsExecuted) - executed;
        assertThat(statements).isBetween(1L, 1 + 2 * (4 + millis / SqliteOptions.DEFAULT_POLL_INTERVAL.toMillis()));
        System.out.println("measured: 10,000 watchers of one key told after a commit in " + millis + " ms with "
                + statements + " statements, those that look for foreign commits among them");
        assertThat(all).allSatisfy(seen -> assertThat(seen.waiting()).isZero());
        all.forEach(Received::cancel);
    }

    @Test
    void aCommitReadsOnlyForThoseWhoWatchItsKeys() {
        List<Received<List<List<RawEntry>>>> all = IntStream.range(0, 2_000)
                .mapToObj(i -> Received.allOf(database.watch(List.of(Files.key("w", i), Files.key("w", i + 1)))))
                .toList();
        all.forEach(Received::next);
        awaitQuiet();
        long rows = rowsRead();
        set(Files.key("w", 700), 1);
        all.get(699).next();
        all.get(700).next();
        set(Files.key("elsewhere"), 1);
        set(Files.key("w", 300), 1);
        all.get(299).next();
        all.get(300).next();
        // Four states of one present key each; the looks for foreign commits read two rows each at most.
        assertThat(rowsRead() - rows).isBetween(4L, 100L);
        assertThat(all.stream().mapToInt(Received::waiting).sum()).isZero();
    }

    /** Until what was read for the first states is over. */
    private void awaitQuiet() {
        long[] before = {-1};
        Received.until(() -> {
            long now = sum(SqliteStatistics::transactionsBegun);
            boolean isQuiet = now == before[0];
            before[0] = now;
            return isQuiet;
        });
    }

    @Test
    void aThousandKeysAreOneSnapshot() {
        List<byte[]> keys =
                IntStream.range(0, 1_000).mapToObj(i -> Files.key("many", i)).toList();
        Received<List<List<RawEntry>>> seen = Received.allOf(database.watch(keys));
        assertThat(seen.next()).hasSize(1_000).allMatch(List::isEmpty);
        Files.commit(
                database,
                Files.write(keys.stream()
                        .map(key -> Mutation.set(key, Files.bytes(1), null))
                        .toArray(Mutation[]::new)));
        assertThat(seen.next()).allSatisfy(entries -> assertThat(entries).hasSize(1));
        assertThat(database.limits().watchedKeys()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void nothingIsReadWhileNothingIsWanted() {
        Received<List<List<RawEntry>>> seen = Received.of(database.watch(List.of(A)));
        Received<RawChange> range = Received.of(database.watchRange(PREFIX_START, PREFIX_END));
        awaitQuiet();
        long begun = sum(SqliteStatistics::transactionsBegun);
        for (int i = 0; i < 50; i++) {
            set(A, i);
            set(Files.key("p", i % 5), i);
        }
        // Only the looks for foreign commits read a row or two.
        assertThat(sum(SqliteStatistics::transactionsBegun)).isEqualTo(begun);
        assertThat(value(seen.ask(), 0)).isEqualTo((byte) 49);
        for (int i = 0; i < 5; i++) {
            RawChange change = range.ask();
            assertThat(change.key()).isEqualTo(Files.key("p", i));
            assertThat(change.entry().value()).isEqualTo(Files.bytes(45 + i));
        }
        assertThat(seen.waiting() + range.waiting()).isZero();
    }

    @Test
    void commitsOfOthersAreSeenByKeyAndByRange() {
        set(Files.key("p", 1), 1);
        set(Files.key("p", 2), 2);
        Received<List<List<RawEntry>>> keys = Received.allOf(database.watch(List.of(A, B)));
        Received<RawChange> range = Received.allOf(database.watchRange(PREFIX_START, PREFIX_END));
        Received<RawChange> slow = Received.of(database.watchRange(PREFIX_START, PREFIX_END));
        keys.next();
        range.next();
        range.next();
        assertThat(slow.ask().key()).isEqualTo(Files.key("p", 1));
        assertThat(slow.ask().key()).isEqualTo(Files.key("p", 2));
        List<Long> latencies = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            long begun = System.nanoTime();
            Files.commit(other, Files.set(B, Files.bytes(i)));
            assertThat(value(keys.next(), 1)).isEqualTo((byte) i);
            latencies.add((System.nanoTime() - begun) / 1_000_000);
        }
        System.out.println("measured: commits of another connection told after " + latencies + " ms");
        Files.commit(
                other,
                Files.write(
                        Mutation.delete(Files.key("p", 1)),
                        Mutation.set(Files.key("p", 2), Files.bytes(3), null),
                        Mutation.set(Files.key("p", 3), Files.bytes(4), null)));
        assertThat(states(range, 3)).containsExactlyInAnyOrderEntriesOf(Map.of("1", "-", "2", "3", "3", "4"));
        slow.request(3);
        assertThat(states(slow, 3)).containsExactlyInAnyOrderEntriesOf(Map.of("1", "-", "2", "3", "3", "4"));
        assertThat(keys.waiting() + range.waiting()).isZero();
    }

    private static Map<String, String> states(Received<RawChange> changes, int count) {
        Map<String, String> states = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            RawChange change = changes.next();
            int number = (int) Double.longBitsToDouble(
                    ByteBuffer.wrap(change.key()).getLong(change.key().length - 8) ^ Long.MIN_VALUE);
            states.put(
                    String.valueOf(number),
                    change.entry() == null
                            ? "-"
                            : String.valueOf(change.entry().value().unsafeArray()[0]));
        }
        return states;
    }

    @Test
    void theFileIsLookedAtOnlyWhileSomebodyWatchesAndWithoutATransaction() {
        long before = sum(SqliteStatistics::statementsExecuted);
        SqliteDatabase idle = Files.open(path);
        Files.awaitStill(idle);
        long idleBefore = Files.statementsRead(idle);
        Received<List<List<RawEntry>>> seen = Received.allOf(database.watch(List.of(A)));
        seen.next();
        long begun = sum(SqliteStatistics::transactionsBegun);
        Received.until(() -> sum(SqliteStatistics::statementsExecuted) - before > 8);
        assertThat(sum(SqliteStatistics::transactionsBegun)).isEqualTo(begun);
        seen.cancel();
        Files.awaitStill(database);
        assertThat(Files.statementsRead(idle)).isEqualTo(idleBefore);
        idle.close().block();
    }

    @Test
    void whoOnlyReadsTheFileSeesCommitsAndExpiryOfOthers() {
        Instant soon = clock.instant().plusSeconds(60);
        Files.commit(other, Files.write(Mutation.set(A, Files.bytes(1), soon)));
        Files.commit(other, Files.write(Mutation.set(Files.key("p", 1), Files.bytes(1), soon)));
        SqliteDatabase reader = Files.open(
                path,
                SqliteOptions.builder().access(SqliteOptions.Access.READ_ONLY).build(),
                KvOptions.builder().clock(clock).build());
        Received<List<List<RawEntry>>> keys = Received.allOf(reader.watch(List.of(A, B)));
        Received<RawChange> range = Received.allOf(reader.watchRange(PREFIX_START, PREFIX_END));
        assertThat(value(keys.next(), 0)).isEqualTo((byte) 1);
        range.next();
        Files.commit(other, Files.set(B, Files.bytes(2)));
        assertThat(value(keys.next(), 1)).isEqualTo((byte) 2);
        clock.advance(Duration.ofSeconds(60));
        assertThat(value(keys.next(), 0)).isEqualTo("-");
        assertThat(range.next().entry()).isNull();
        reader.close().block();
        assertThat(keys.end()).isEqualTo(SignalType.ON_COMPLETE);
        assertThat(range.end()).isEqualTo(SignalType.ON_COMPLETE);
    }

    @Test
    void whatThisDatabaseHasJustWrittenIsToldToBeGoneWhenSomebodyElseDeletesIt() {
        Files.commit(database, Files.write(Mutation.set(Files.key("p", 0), Files.bytes(0), null)));
        Received<RawChange> range = Received.allOf(database.watchRange(PREFIX_START, PREFIX_END));
        range.next();
        Files.commit(database, Files.write(Mutation.set(Files.key("p", 1), Files.bytes(1), null)));
        assertThat(range.next().entry()).isNotNull();
        Files.commit(other, Files.write(Mutation.delete(Files.key("p", 1))));
        assertThat(range.next().entry()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aRangeUnderWritesEndsInTheStateOfTheFileHoweverSlowlyItIsWatched(int watchers) {
        List<Received<RawChange>> slow = new ArrayList<>();
        List<Map<String, Long>> told = new ArrayList<>();
        Flux<?> writes = Flux.range(0, 3_000)
                .flatMap(
                        i -> (i % 3 == 0 ? other : database)
                                .atomicWrite(Files.write(
                                        i % 7 == 0
                                                ? Mutation.delete(Files.key("p", i % 53))
                                                : Mutation.set(Files.key("p", i % 53), Files.bytes(i), null))),
                        8);
        for (int i = 0; i < watchers; i++) {
            slow.add(Received.of(database.watchRange(PREFIX_START, PREFIX_END)));
            told.add(new TreeMap<>());
        }
        var done = writes.then().toFuture();
        int[] round = {0};
        Received.until(() -> {
            for (int i = 0; i < slow.size(); i++) {
                slow.get(i).request(i == 0 ? 1 : 1 + round[0] % i);
                drain(slow.get(i), told.get(i));
            }
            round[0]++;
            return done.isDone();
        });
        Map<String, Long> expected = new TreeMap<>();
        Files.query(path, "select hex(k), version from kv")
                .forEach(row -> expected.put(row.get(0), Long.parseLong(row.get(1))));
        Received.until(() -> {
            for (int i = 0; i < slow.size(); i++) {
                slow.get(i).request(1);
                drain(slow.get(i), told.get(i));
            }
            return told.stream().allMatch(expected::equals);
        });
    }

    private static void drain(Received<RawChange> from, Map<String, Long> told) {
        while (from.waiting() > 0) {
            RawChange change = from.next();
            String key = HexFormat.of().withUpperCase().formatHex(change.key());
            if (change.entry() == null) {
                assertThat(told.remove(key))
                        .as("the end of what was never told")
                        .isNotNull();
            } else {
                Long version = change.entry().versionstamp().version();
                Long before = told.put(key, version);
                assertThat(before == null || before < version)
                        .as("it is newer than what was told before")
                        .isTrue();
            }
        }
    }

    @Test
    void watchesThatComeAndGoWhileOthersWriteLeaveNothing() {
        Flux.range(0, 2_000)
                .flatMap(
                        i -> Flux.merge(
                                        database.watch(List.of(Files.key("p", i % 5))),
                                        database.watchRange(PREFIX_START, PREFIX_END))
                                .take(1 + i % 9)
                                .takeUntilOther(database.atomicWrite(Files.set(Files.key("p", i % 5), Files.bytes(i))))
                                .subscribeOn(Schedulers.parallel()),
                        64)
                .blockLast(Duration.ofSeconds(60));
        // The read for a watch that has gone meanwhile ends by itself.
        Received.until(() ->
                database.watches() == 0 && database.readerStatistics().stream().allMatch(s -> s.openStatements() == 0));
    }
}
