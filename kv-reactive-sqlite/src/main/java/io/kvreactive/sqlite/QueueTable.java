// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvValue;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.RawMessage.Settlement;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is done to the tables of the queue, inside of a write transaction ({@code docs/spec/sqlite-format.md}, sections 6 and 7). */
final class QueueTable {

    private QueueTable() {}

    /** Puts a new message into the queue. */
    static Mono<Void> add(WriteTransaction transaction, Enqueue message) {
        long readyAt = Math.max(0, message.readyAt().toEpochMilli());
        transaction.aftermath().isReady(readyAt);
        return transaction
                .change(transaction
                        .statement(Statements.QUEUE_ADD)
                        .bind(0, readyAt)
                        .bind(1, Enqueue.randomId())
                        .bind(2, message.payload())
                        .bind(3, QueueText.backoffSchedule(message))
                        .bind(4, QueueText.keysIfUndelivered(message)))
                .then();
    }

    /** How messages are taken: the lease, how many, how many rows are looked at for that, and which are not taken. */
    record Demand(long leaseMillis, int most, int examined, int passedOver, Predicate<Place> isPassedOver) {}

    /** Messages that were taken, and what was found on the way. */
    static final class Taken {
        private final long deadline;
        private final List<StoredMessage> messages = new ArrayList<>();
        private final List<StoredMessage> defective = new ArrayList<>();
        private final List<String> passedOver = new ArrayList<>();
        private long earliestReady;
        private boolean isMore;

        Taken(long deadline) {
            this.deadline = deadline;
        }

        /** When their leases end. */
        long deadline() {
            return deadline;
        }

        List<StoredMessage> messages() {
            return messages;
        }

        /** What cannot be delivered. */
        List<StoredMessage> defective() {
            return defective;
        }

        /** Ids of messages that were not to be taken. */
        List<String> passedOver() {
            return passedOver;
        }

        /** When the next message is ready, as far as is known: Unix time in milliseconds, or never. */
        long earliestReady() {
            return earliestReady;
        }

        private void sort(StoredMessage message, Demand demand) {
            if (message.defect() != null) {
                defective.add(message);
            } else if (demand.isPassedOver.test(message.place())) {
                passedOver.add(message.id());
            } else if (messages.size() < demand.most) {
                messages.add(message);
            } else {
                isMore = true;
            }
        }
    }

    /** Takes messages that are ready, the earliest first. */
    static Mono<Taken> take(WriteTransaction transaction, Demand demand) {
        Taken taken = new Taken(transaction.nowMillis() + demand.leaseMillis);
        int limit = demand.examined + demand.passedOver;
        Mono<Integer> found = demand.passedOver == 0
                ? transaction
                        .rows(ready(transaction, Statements.QUEUE_READY, limit), StoredMessage::of)
                        .reduce(0, (rows, message) -> {
                            taken.sort(message, demand);
                            return rows + 1;
                        })
                : transaction
                        .rows(ready(transaction, Statements.QUEUE_READY_PLACES, limit), Place::of)
                        .collectList()
                        .flatMap(places -> examine(transaction, places, demand, taken));
        return found.flatMap(rows -> move(transaction, taken).then(Mono.just(rows == limit || taken.isMore)))
                .flatMap(isMore -> isMore ? Mono.just(0L) : earliestAfterNow(transaction))
                .map(earliest -> {
                    taken.earliestReady = earliest;
                    return taken;
                });
    }

    private static Statement ready(WriteTransaction transaction, String sql, int limit) {
        return transaction.statement(sql).bind(0, transaction.nowMillis()).bind(1, limit);
    }

    /** Reads those of many rows that may be messages: what is passed over may be large. */
    private static Mono<Integer> examine(WriteTransaction transaction, List<Place> places, Demand demand, Taken taken) {
        List<Place> candidates =
                places.stream().filter(demand.isPassedOver.negate()).toList();
        taken.isMore = candidates.size() > demand.examined;
        return rowsAt(transaction, candidates.subList(0, Math.min(candidates.size(), demand.examined)))
                .doOnNext(message -> taken.sort(message, demand))
                .then(Mono.just(places.size()));
    }

    private static Flux<StoredMessage> rowsAt(WriteTransaction transaction, List<Place> places) {
        return places.isEmpty()
                ? Flux.empty()
                : transaction.rows(
                        forEach(transaction, Statements.QUEUE_ROW, places, (row, place) -> row.bind(0, place.row())),
                        StoredMessage::of);
    }

    /** One statement for all, bound for each. */
    private static <T> Statement forEach(
            WriteTransaction transaction, String sql, List<T> each, BiConsumer<Statement, T> bind) {
        Statement statement = transaction.statement(sql);
        for (int i = 0; i < each.size(); i++) {
            bind.accept(i == 0 ? statement : statement.add(), each.get(i));
        }
        return statement;
    }

    private static Mono<Void> move(WriteTransaction transaction, Taken taken) {
        List<StoredMessage> messages = taken.messages;
        if (messages.isEmpty()) {
            return Mono.empty();
        }
        return transaction
                .change(forEach(
                        transaction,
                        Statements.QUEUE_TAKE,
                        messages,
                        (row, message) -> row.bind(0, taken.deadline)
                                .bind(1, message.place().row())))
                .flatMap(inserted -> transaction.change(forEach(
                        transaction,
                        Statements.QUEUE_DELETE,
                        messages,
                        (row, message) -> row.bind(0, message.place().row()))))
                .then();
    }

    private static Mono<Long> earliestAfterNow(WriteTransaction transaction) {
        return transaction
                .rows(
                        transaction.statement(Statements.QUEUE_NEXT).bind(0, transaction.nowMillis()),
                        row -> Rows.number(row, 0, "queue.ts"))
                .singleOrEmpty()
                .defaultIfEmpty(Aftermath.NEVER);
    }

    /** Where a row of one of the tables stands, and what it says of itself: time, and id, which is empty if it is no text. */
    record Place(long row, long time, String id) {

        /** Of the first three columns. */
        static Place of(Row row) {
            Long time = Rows.read(row, 1, Long.class);
            String id = Rows.read(row, 2, String.class);
            return new Place(Rows.number(row, 0, "rowid"), time == null ? 0 : time, id == null ? "" : id);
        }
    }

    /** Leases that were renewed, and those whose messages were taken back. */
    record Renewed(long deadline, List<Lease> held, List<Lease> lost) {}

    /** Renews leases. */
    static Mono<Renewed> renew(WriteTransaction transaction, List<Lease> leases, long leaseMillis) {
        Renewed renewed = new Renewed(transaction.nowMillis() + leaseMillis, new ArrayList<>(), new ArrayList<>());
        return Flux.fromIterable(leases)
                .concatMap(
                        lease -> renew(transaction, lease, renewed.deadline)
                                .doOnNext(isHeld -> (isHeld ? renewed.held : renewed.lost).add(lease)),
                        0)
                .then(Mono.just(renewed));
    }

    private static Mono<Boolean> renew(WriteTransaction transaction, Lease lease, long deadline) {
        List<Long> before = lease.deadlines();
        // From here on, since nobody knows whether the transaction will be committed.
        lease.mayEndAt(deadline);
        return onRow(
                before,
                known -> transaction.change(transaction
                        .statement(Statements.RUNNING_RENEW)
                        .bind(0, deadline)
                        .bind(1, known)
                        .bind(2, lease.id())));
    }

    /** Changes a row that has one of these deadlines; whether it was there. */
    private static Mono<Boolean> onRow(List<Long> deadlines, Function<Long, Mono<Long>> change) {
        return Flux.fromIterable(deadlines).concatMap(change, 0).any(changed -> changed > 0);
    }

    /** Settles a message that is out. If it was taken back, a handled one is taken out of the queue nevertheless, and else nothing is done. */
    static Mono<Void> settle(
            WriteTransaction transaction, StoredMessage message, List<Long> deadlines, Settlement settlement) {
        return onRow(
                        deadlines,
                        known -> transaction.change(transaction
                                .statement(Statements.RUNNING_DELETE)
                                .bind(0, known)
                                .bind(1, message.id())))
                .flatMap(isOurs -> switch (settlement) {
                    case HANDLED -> isOurs ? Mono.empty() : remove(transaction, message.id());
                    case FAILED -> isOurs ? retry(transaction, message) : Mono.empty();
                    case RETURNED ->
                        isOurs
                                ? putBack(transaction, message, transaction.nowMillis(), message.backoff())
                                : Mono.empty();
                });
    }

    private static Mono<Void> remove(WriteTransaction transaction, String id) {
        return transaction
                .change(transaction.statement(Statements.RUNNING_REMOVE).bind(0, id))
                .flatMap(removed -> transaction.change(
                        transaction.statement(Statements.QUEUE_REMOVE).bind(0, id)))
                .then();
    }

    private static Mono<Void> retry(WriteTransaction transaction, StoredMessage message) {
        List<Long> backoff = message.backoff();
        return backoff.isEmpty()
                ? giveUp(transaction, message)
                : putBack(
                        transaction,
                        message,
                        transaction.nowMillis() + backoff.get(0),
                        backoff.subList(1, backoff.size()));
    }

    private static Mono<Void> putBack(
            WriteTransaction transaction, StoredMessage message, long readyAt, List<Long> backoff) {
        transaction.aftermath().isReady(readyAt);
        return transaction
                .change(transaction
                        .statement(Statements.QUEUE_ADD)
                        .bind(0, readyAt)
                        .bind(1, message.id())
                        .bind(2, message.payload())
                        .bind(3, QueueText.backoffSchedule(backoff))
                        .bind(4, QueueText.keysIfUndelivered(message.keysIfUndelivered())))
                .then();
    }

    /** Sets the payload under the keys, with one new version; without keys nothing is set, and no version taken. */
    private static Mono<Void> giveUp(WriteTransaction transaction, StoredMessage message) {
        if (message.keysIfUndelivered().isEmpty()) {
            return Mono.empty();
        }
        long version = transaction.nextVersion();
        transaction.takeVersion(version);
        KvValue value = KvValue.wrap(KvValue.V8, message.payload());
        return Flux.fromIterable(message.keysIfUndelivered())
                .concatMap(key -> transaction.put(key, value, version, Statements.NEVER), 0)
                .then();
    }

    /**
     * Counts a message that somebody has taken as a failed delivery, unless its row has gone or changed.
     *
     * @return the message if it cannot be put back or given up; then it stays
     */
    static Mono<StoredMessage> bury(WriteTransaction transaction, Place place) {
        return transaction
                .rows(transaction.statement(Statements.RUNNING_ROW).bind(0, place.row()), StoredMessage::of)
                .singleOrEmpty()
                .filter(message -> message.place().equals(place))
                .flatMap(message -> message.defect() != null
                        ? Mono.just(message)
                        : settle(transaction, message, List.of(place.time()), Settlement.FAILED)
                                .then(Mono.empty()));
    }
}
