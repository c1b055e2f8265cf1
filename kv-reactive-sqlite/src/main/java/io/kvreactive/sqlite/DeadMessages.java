// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds messages whose taker has died, and counts them as failed deliveries. A deadline that has passed does not tell that: Deno sets it once,
 * before the handler begins or even earlier, and never renews it. So the row must have stayed as it is for a time of grace after that, in the
 * sight of this process.
 */
final class DeadMessages {

    /** As many rows as are looked at in one round, those with the earliest deadlines. */
    private static final int MOST_ROWS = 1000;

    private static final int MOST_AT_ONCE = 100;

    /** What others have taken is found after this time at the latest. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);

    private final WriteLane writer;
    private final ReadLanes readers;
    private final Leases leases;
    private final Clock clock;
    private final Duration grace;
    private final PassedOver passedOver;
    private final Chore chore;
    // Rows past their deadlines, and since when they have been seen so. Touched by one round at a time.
    private Map<QueueTable.Place, Instant> suspects = Map.of();

    DeadMessages(
            WriteLane writer,
            ReadLanes readers,
            Leases leases,
            Clock clock,
            Duration grace,
            PassedOver passedOver,
            Complaints complaints) {
        this.writer = writer;
        this.readers = readers;
        this.leases = leases;
        this.clock = clock;
        this.grace = grace;
        this.passedOver = passedOver;
        this.chore = new Chore("look for messages of the dead", this::round, clock, complaints);
    }

    /** Looks for them, and when to look again. */
    void look() {
        chore.ask();
    }

    void stop() {
        chore.stop();
    }

    private Mono<Instant> round() {
        return readers.onFirst(connection -> Rows.all(
                                connection
                                        .createStatement(Statements.RUNNING_PLACES)
                                        .bind(0, MOST_ROWS + passedOver.size()),
                                QueueTable.Place::of)
                        .collectList())
                .flatMap(this::examine);
    }

    private Mono<Instant> examine(List<QueueTable.Place> places) {
        Instant now = clock.instant();
        Instant next = now.plus(LONGEST_SLEEP);
        Map<QueueTable.Place, Instant> seen = new HashMap<>();
        List<QueueTable.Place> dead = new ArrayList<>();
        for (QueueTable.Place place : places) {
            if (leases.isHeld(place.id()) || passedOver.contains(place)) {
                continue;
            }
            Instant deadline = Instant.ofEpochMilli(place.time());
            if (deadline.isAfter(now)) {
                next = earlier(next, deadline);
                break;
            }
            Instant since = suspects.getOrDefault(place, now);
            seen.put(place, since);
            if (since.plus(grace).isAfter(now)) {
                next = earlier(next, since.plus(grace));
            } else if (dead.size() < MOST_AT_ONCE) {
                dead.add(place);
            } else {
                next = now;
            }
        }
        suspects = seen;
        return dead.isEmpty() ? Mono.just(next) : bury(dead).thenReturn(now);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private Mono<Void> bury(List<QueueTable.Place> dead) {
        return writer.maintain(transaction -> Flux.fromIterable(dead)
                        .concatMap(place -> QueueTable.bury(transaction, place), 0)
                        .collectList())
                .doOnNext(defective -> defective.forEach(passedOver::add))
                .then();
    }
}
