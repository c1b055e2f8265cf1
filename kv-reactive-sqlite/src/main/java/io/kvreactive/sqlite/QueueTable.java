// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.Enqueue;
import reactor.core.publisher.Mono;

/** What is done to the tables of the queue, inside of a write transaction ({@code docs/spec/sqlite-format.md}, sections 6 and 7). */
final class QueueTable {

    private QueueTable() {}

    /** Puts a new message into the queue. */
    static Mono<Void> add(WriteTransaction transaction, String id, Enqueue message) {
        long readyAt = Math.max(0, message.readyAt().toEpochMilli());
        transaction.aftermath().isReady(readyAt);
        return transaction
                .change(transaction
                        .statement(Statements.QUEUE_ADD)
                        .bind(0, readyAt)
                        .bind(1, id)
                        .bind(2, message.payload())
                        .bind(3, QueueText.backoffSchedule(message))
                        .bind(4, QueueText.keysIfUndelivered(message)))
                .then();
    }
}
