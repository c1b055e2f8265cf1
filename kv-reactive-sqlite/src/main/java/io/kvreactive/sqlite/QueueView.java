// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvQueue;
import io.kvreactive.r2dbc.sqlite.SqliteConnection;
import io.kvreactive.spi.RawQueued;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** A look at the queue tables. */
final class QueueView {

    private final ReadLanes readers;
    private final Clock clock;

    QueueView(ReadLanes readers, Clock clock) {
        this.readers = readers;
        this.clock = clock;
    }

    Mono<KvQueue.Counts> counts() {
        return readers.run(
                Lane.OnCancel.STOP,
                connection -> Rows.first(
                        connection.createStatement(Statements.QUEUE_COUNTS).bind(0, clock.millis()),
                        row -> new KvQueue.Counts(
                                Rows.number(row, 0, "count"),
                                Rows.number(row, 1, "count"),
                                Rows.number(row, 2, "count"))));
    }

    Mono<List<RawQueued>> peek(int limit) {
        return readers.run(
                Lane.OnCancel.FINISH,
                connection -> SnapshotReader.inTransaction(
                        connection,
                        () -> messages(connection, Statements.RUNNING_PEEK, limit)
                                .flatMap(running -> messages(connection, Statements.QUEUE_PEEK, limit - running.size())
                                        .map(waiting -> together(running, waiting)))));
    }

    private static Mono<List<StoredMessage>> messages(SqliteConnection connection, String sql, int limit) {
        return Rows.all(connection.createStatement(sql).bind(0, limit), StoredMessage::of)
                .collectList();
    }

    private static List<RawQueued> together(List<StoredMessage> running, List<StoredMessage> waiting) {
        List<RawQueued> all = new ArrayList<>(running.size() + waiting.size());
        running.forEach(message -> all.add(message.running()));
        waiting.forEach(message -> all.add(message.waiting()));
        return all;
    }
}
