// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.r2dbc.sqlite.SqliteTransactionDefinition;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads ranges and keys, each call a snapshot. */
final class SnapshotReader {

    private static final byte[] NOTHING = new byte[0];

    private SnapshotReader() {}

    /** Reads one range by a single statement, which is a snapshot by itself. */
    static Mono<List<List<RawEntry>>> readOne(SqliteConnection connection, ReadRange range, Instant now) {
        return rows(connection, range, now).map(List::of);
    }

    private static Mono<List<RawEntry>> rows(SqliteConnection connection, ReadRange range, Instant now) {
        return Rows.all(statement(connection, range, now.toEpochMilli()), SnapshotReader::entryOf)
                .collectList();
    }

    /**
     * Reads keys by one statement that is bound for each of them: inside a transaction, unless it is a single one.
     *
     * @return for each range a list of one entry or none
     */
    static Mono<List<List<RawEntry>>> readPoints(SqliteConnection connection, List<ReadRange> ranges, Instant now) {
        if (ranges.size() == 1) {
            return runPoints(connection, ranges, now);
        }
        return inTransaction(connection, () -> runPoints(connection, ranges, now));
    }

    private static Mono<List<List<RawEntry>>> runPoints(
            SqliteConnection connection, List<ReadRange> ranges, Instant now) {
        Statement statement = connection.createStatement(Statements.POINT);
        long millis = now.toEpochMilli();
        for (int i = 0; i < ranges.size(); i++) {
            (i == 0 ? statement : statement.add())
                    .bind(0, ranges.get(i).start())
                    .bind(1, millis);
        }
        List<List<RawEntry>> found = new ArrayList<>(Collections.nCopies(ranges.size(), List.of()));
        int[] next = {0};
        return Flux.from(statement.execute())
                .flatMap(
                        result -> {
                            int at = next[0]++;
                            byte[] key = ranges.get(at).start();
                            return result.map((row, metadata) -> found.set(at, List.of(entryOf(row, key))));
                        },
                        1)
                .then(Mono.just(found));
    }

    static Mono<List<List<RawEntry>>> readAll(SqliteConnection connection, List<ReadRange> ranges, Instant now) {
        return inTransaction(
                connection,
                () -> Flux.fromIterable(ranges)
                        .concatMap(range -> rows(connection, range, now), 0)
                        .collectList());
    }

    /** What is in a range, without values. */
    record Version(EncodedKey key, Versionstamp versionstamp, long expiryMillis) {}

    /** Reads the keys and versions of a range, ascending. */
    static Mono<List<Version>> readVersions(
            SqliteConnection connection, byte[] start, byte[] end, int limit, Instant now) {
        Statement statement = connection
                .createStatement(Statements.RANGE_VERSIONS)
                .bind(0, start)
                .bind(1, end)
                .bind(2, now.toEpochMilli())
                .bind(3, limit);
        return Rows.all(statement, SnapshotReader::versionOf).collectList();
    }

    private static Version versionOf(Row row) {
        Long version = Rows.read(row, 1, Long.class);
        Long expiry = Rows.read(row, 2, Long.class);
        return new Version(
                EncodedKey.of(Objects.requireNonNull(row.get(0, byte[].class))),
                Versionstamp.ofVersion(version == null ? 0 : version),
                expiry == null || expiry < 0 ? Aftermath.NEVER : expiry);
    }

    /** Several reads of one snapshot. */
    static <R> Mono<R> inTransaction(SqliteConnection connection, Supplier<Mono<R>> reads) {
        return Rows.begin(connection, SqliteTransactionDefinition.DEFERRED)
                .flatMap(begun -> reads.get())
                .flatMap(results -> connection.commitTransaction().thenReturn(results))
                .onErrorResume(error -> WriteGroup.rollBack(connection).then(Mono.error(error)));
    }

    private static Statement statement(SqliteConnection connection, ReadRange range, long now) {
        return connection
                .createStatement(range.isReverse() ? Statements.RANGE_REVERSE : Statements.RANGE)
                .bind(0, range.start())
                .bind(1, range.end())
                .bind(2, now)
                .bind(3, range.limit());
    }

    /** A row as it is, and what is wrong with it: one bad row must not make a listing unreadable. */
    private static RawEntry entryOf(Row row) {
        return entryOf(row, Objects.requireNonNull(row.get(4, byte[].class)));
    }

    private static RawEntry entryOf(Row row, byte[] key) {
        byte[] value = Rows.read(row, 0, byte[].class);
        Long encoding = Rows.read(row, 1, Long.class);
        Long version = Rows.read(row, 2, Long.class);
        Long expiry = Rows.read(row, 3, Long.class);
        Versionstamp versionstamp = Versionstamp.ofVersion(version == null ? 0 : version);
        KvValue stored = KvValue.wrap(encodingNumber(encoding), value == null ? NOTHING : value);
        if (value == null || encoding == null || version == null || expiry == null) {
            return RawEntry.defective(key, stored, versionstamp, defectOf(row, value, encoding, version));
        }
        return RawEntry.of(key, stored, versionstamp, expiry < 0 ? null : Instant.ofEpochMilli(expiry));
    }

    private static String defectOf(Row row, byte @Nullable [] value, @Nullable Long encoding, @Nullable Long version) {
        if (value == null && row.get(0, Object.class) == null) {
            return "its value is larger than " + Statements.LARGEST_VALUE + " bytes";
        }
        String column =
                value == null ? "v" : encoding == null ? "v_encoding" : version == null ? "version" : "expiration_ms";
        return "the column " + column + " of its row has the wrong storage class";
    }

    /** A number that does not fit is as unknown as any other. */
    static int encodingNumber(@Nullable Long encoding) {
        return encoding == null || encoding.intValue() != encoding ? 0 : encoding.intValue();
    }
}
