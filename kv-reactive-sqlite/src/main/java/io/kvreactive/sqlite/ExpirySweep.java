// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Mono;

/**
 * Collects expired entries: at open, and whenever the earliest expiry comes, whoever has set it. A batch is one part of a write transaction,
 * so that others write between two of them; it steps the version by one ({@code docs/spec/sqlite-format.md}, section 4).
 */
final class ExpirySweep {

    /** Some milliseconds of work. */
    private static final int BATCH = 500;

    /** Expiries that others have set are found after this time at the latest; nobody is shown such entries meanwhile. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final WriteLane writer;
    private final ReadLanes readers;
    private final Clock clock;
    private final Chore chore;

    ExpirySweep(WriteLane writer, ReadLanes readers, Clock clock, Complaints complaints) {
        this.writer = writer;
        this.readers = readers;
        this.clock = clock;
        this.chore = new Chore("collect expired entries", this::round, clock, complaints);
    }

    /** An entry has been set that expires: never, if {@link Aftermath#NEVER}. */
    void expects(long expiryMillis) {
        if (expiryMillis != Aftermath.NEVER) {
            chore.askAt(Instant.ofEpochMilli(expiryMillis));
        }
    }

    /** Looks for what has expired, and for what will first. */
    void look() {
        chore.ask();
    }

    void stop() {
        chore.stop();
    }

    private Mono<Instant> round() {
        return readers.onFirst(connection -> Rows.first(
                                connection.createStatement(Statements.EARLIEST_EXPIRY),
                                row -> Rows.number(row, 0, "expiration_ms"))
                        .defaultIfEmpty(Aftermath.NEVER))
                .flatMap(earliest -> {
                    Instant latest = clock.instant().plus(LONGEST_SLEEP);
                    if (earliest > clock.millis()) {
                        return Mono.just(earliest < latest.toEpochMilli() ? Instant.ofEpochMilli(earliest) : latest);
                    }
                    // Then what is left is looked at; not at once if the clock goes back and forth.
                    return collectAll()
                            .map(all ->
                                    all > 0 ? Instant.EPOCH : clock.instant().plus(PAUSE));
                });
    }

    private Mono<Long> collectAll() {
        return Mono.defer(() -> writer.maintain(ExpirySweep::collect))
                .repeat(() -> !chore.isStopped())
                .takeUntil(collected -> collected < BATCH)
                .reduce(0L, Long::sum);
    }

    /** Deletes what has expired; the number of entries. */
    private static Mono<Integer> collect(WriteTransaction transaction) {
        Aftermath aftermath = transaction.aftermath();
        return transaction
                .rows(
                        transaction
                                .statement(Statements.COLLECT_EXPIRED)
                                .bind(0, transaction.nowMillis())
                                .bind(1, BATCH),
                        row -> {
                            byte[] key = Rows.read(row, 0, byte[].class);
                            if (key != null) {
                                aftermath.wrote(key);
                            }
                            return 1;
                        })
                .reduce(0, Integer::sum)
                .doOnNext(collected -> {
                    if (collected > 0) {
                        transaction.takeVersion(transaction.version() + 1);
                    }
                });
    }
}
