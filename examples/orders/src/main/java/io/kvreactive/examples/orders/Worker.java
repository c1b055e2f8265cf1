// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.Kv;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.QueueMessage;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Confirms orders that were placed. A message whose handler fails is delivered again by its backoff schedule, and at last becomes a dead letter.
 * Closing the database ends it, after the messages in hand.
 */
@Component
class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Kv kv;
    private final Orders orders;
    private final Warehouse warehouse;

    Worker(Kv kv, Orders orders, Warehouse warehouse) {
        this.kv = kv;
        this.orders = orders;
        this.warehouse = warehouse;
    }

    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        kv.listenQueue(OrderPlaced.class, this::handle)
                .onErrorResume(KvUnsupportedException.class, error -> {
                    LOG.warn("orders are not confirmed here, but where the database is: {}", error.getMessage());
                    return Mono.empty();
                })
                .subscribe(done -> {}, error -> LOG.error("orders are not confirmed any more", error));
    }

    /** May be given a message that it has handled before, and then does nothing new. */
    private Mono<Order> handle(QueueMessage<OrderPlaced> message) {
        OrderPlaced placed = Objects.requireNonNull(message.value(), "the message is null");
        return orders.find(placed.id())
                .flatMap(entry -> warehouse.reserve(Stored.value(entry)).then(orders.confirm(placed.id())));
    }
}
