// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import io.kvreactive.AtomicOperation;
import io.kvreactive.CommitResult;
import io.kvreactive.EnqueueOptions;
import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import io.kvreactive.KvType;
import io.kvreactive.SetOptions;
import io.kvreactive.Versionstamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The orders in the database. */
@Repository
class Orders {

    private static final KvKey ORDERS = KvKey.of("orders");
    private static final KvKey FAILED = KvKey.of("failed");

    /** Written with every change, so that one watched key tells of all of them; every backend watches keys, not every one prefixes. */
    private static final KvKey LATEST = KvKey.of("latest-order");

    /** How long a client may send a request again and get the same answer. */
    private static final Duration REMEMBERED = Duration.ofDays(1);

    /** Tried four times; then it is a dead letter, for people to look at. */
    private static final EnqueueOptions DELIVERY = EnqueueOptions.builder()
            .backoffSchedule(Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2))
            .deadLetters(FAILED)
            .build();

    private final Kv kv;
    private final Clock clock;

    Orders(Kv kv, Clock clock) {
        this.kv = kv;
        this.clock = clock;
    }

    static KvKey key(String id) {
        return ORDERS.append(id);
    }

    /** What a request with an idempotency key has done. */
    record Request(NewOrder wanted, String orderId) {}

    /** An order after a request for it: placed by this one, or by one before it with the same idempotency key. */
    record Placed(KvEntry<Order> entry, boolean isNew) {}

    /** Places an order, with its message for the worker. A request that comes again with its idempotency key places nothing. */
    Mono<Placed> place(NewOrder wanted, @Nullable String idempotencyKey) {
        return Mono.defer(() -> {
            Order order = new Order(
                    newId(), wanted.customer(), wanted.item(), wanted.quantity(), Order.Status.PLACED, clock.instant());
            AtomicOperation placing = write(kv.atomic(), order).enqueue(new OrderPlaced(order.id()), DELIVERY);
            if (idempotencyKey == null) {
                return placing.commitOrThrow().then(placed(order.id(), true));
            }
            KvKey request = KvKey.of("requests", idempotencyKey);
            return placing.checkAbsent(request)
                    .set(request, new Request(wanted, order.id()), SetOptions.expireIn(REMEMBERED))
                    .commit()
                    .flatMap(result -> result instanceof CommitResult.Committed
                            ? placed(order.id(), true)
                            : kv.get(request, Request.class).flatMap(before -> placedBefore(before, wanted)));
        });
    }

    private Mono<Placed> placedBefore(KvEntry<Request> before, NewOrder wanted) {
        Request request = Stored.value(before);
        return request.wanted().equals(wanted)
                ? placed(request.orderId(), false)
                : Mono.error(new Refusals.KeyReused());
    }

    private Mono<Placed> placed(String id, boolean isNew) {
        return find(id).map(entry -> new Placed(entry, isNew));
    }

    /** Later orders have greater ids, so that the newest are listed first in reverse. */
    private String newId() {
        return String.format(
                "%012x-%08x", clock.millis(), ThreadLocalRandom.current().nextInt());
    }

    private static AtomicOperation write(AtomicOperation operation, Order order) {
        return operation.set(key(order.id()), order).set(LATEST, order.id());
    }

    Mono<KvEntry<Order>> find(String id) {
        return kv.get(key(id), Order.class).switchIfEmpty(Mono.error(() -> new Refusals.NoSuchOrder(id)));
    }

    /** All orders, read as the reader takes them. */
    Flux<Order> all() {
        return kv.list(KvSelector.prefix(ORDERS), Order.class).map(Stored::value);
    }

    /** Changes an order if it is still of the version that the caller has seen. */
    Mono<KvEntry<Order>> change(String id, Versionstamp seen, NewOrder wanted) {
        return find(id).flatMap(entry -> write(
                        kv.atomic().check(key(id), seen), Stored.value(entry).of(wanted))
                .commit()
                .flatMap(result ->
                        result instanceof CommitResult.Committed ? find(id) : Mono.error(new Refusals.Changed(id))));
    }

    /** Confirms an order, whatever happens to it meanwhile. To confirm it twice does no harm. */
    Mono<Order> confirm(String id) {
        return kv.transact(tx -> tx.get(key(id), Order.class)
                .flatMap(seen -> Mono.justOrEmpty(seen.entry())
                        .map(Stored::value)
                        .map(Order::confirmed)
                        .map(order ->
                                tx.set(key(id), order).set(LATEST, order.id()).result(order))));
    }

    /** The state of one order, now and whenever it has changed, by whatever process. */
    Flux<KvEntryMaybe<Order>> watch(String id) {
        return kv.watch(key(id), Order.class);
    }

    /** The newest orders, now and whenever one has changed. A slow reader misses states in between, never the last. */
    Flux<List<Order>> watchNewest(int count) {
        return kv.watch(LATEST)
                .concatMap(
                        changed -> kv.list(KvSelector.prefix(ORDERS).reverse().limit(count), Order.class)
                                .map(Stored::value)
                                .collectList(),
                        1);
    }

    /** The messages that could not be handled. */
    Flux<OrderPlaced> failed() {
        return kv.queue().deadLetters(FAILED, KvType.of(OrderPlaced.class)).map(Stored::value);
    }
}
