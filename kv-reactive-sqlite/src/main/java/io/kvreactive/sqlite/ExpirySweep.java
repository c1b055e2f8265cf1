// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Collects expired entries: at open, and whenever the earliest expiry comes, whoever has set it. A batch is one part of a write transaction,
 * so that others write between two of them; it steps the version by one ({@code docs/spec/sqlite-format.md}, section 4).
 */
final class ExpirySweep {

    /** Some milliseconds of work. */
    private static final int BATCH = 500;

    /** Expiries that others have set are found after this time at the latest; nobody is shown such entries meanwhile. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private static final String TASK = "collect expired entries";

    private final WriteLane writer;
    private final ReadLanes readers;
    private final Clock clock;
    private final Complaints complaints;
    private final EarliestAlarm alarm;
    // Rounds asked for; one runs at a time, and one more after it if it was asked for meanwhile.
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile boolean isStopped;

    ExpirySweep(WriteLane writer, ReadLanes readers, Clock clock, Complaints complaints) {
        this.writer = writer;
        this.readers = readers;
        this.clock = clock;
        this.complaints = complaints;
        this.alarm = new EarliestAlarm(clock, this::look);
    }

    /** An entry has been set that expires: never, if {@link Aftermath#NEVER}. */
    void expects(long expiryMillis) {
        if (expiryMillis != Aftermath.NEVER) {
            alarm.at(Instant.ofEpochMilli(expiryMillis));
        }
    }

    /** Looks for what has expired, and for what will first. */
    void look() {
        if (rounds.getAndIncrement() == 0) {
            round();
        }
    }

    void stop() {
        isStopped = true;
        alarm.stop();
    }

    private void round() {
        if (isStopped) {
            return;
        }
        int asked = rounds.get();
        readers.onFirst(connection -> Rows.first(
                                connection.createStatement(Statements.EARLIEST_EXPIRY),
                                row -> Rows.number(row, 0, "expiration_ms"))
                        .defaultIfEmpty(Aftermath.NEVER))
                .flatMap(
                        earliest -> earliest <= clock.millis() ? collectAll().then(Mono.just(0L)) : Mono.just(earliest))
                .subscribe(earliest -> ended(asked, earliest), error -> failed(asked, error));
    }

    private Mono<Void> collectAll() {
        return Mono.defer(() -> writer.maintain(ExpirySweep::collect))
                .repeat(() -> !isStopped)
                .takeUntil(collected -> collected < BATCH)
                .then();
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

    /** {@code earliest} is past after something was collected: then what is left has to be looked at. */
    private void ended(int asked, long earliest) {
        complaints.succeeded(TASK);
        Instant latest = clock.instant().plus(LONGEST_SLEEP);
        if (earliest == 0) {
            rounds.incrementAndGet();
        } else if (earliest < latest.toEpochMilli()) {
            alarm.at(Instant.ofEpochMilli(earliest));
        } else {
            alarm.at(latest);
        }
        if (rounds.addAndGet(-asked) > 0) {
            round();
        }
    }

    private void failed(int asked, Throwable error) {
        if (isStopped) {
            return;
        }
        complaints.failed(TASK, error);
        Mono.delay(PAUSE_AFTER_FAILURE, Schedulers.parallel()).subscribe(tick -> round());
    }
}
