// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.quickstart;

import io.kvreactive.Kv;
import io.kvreactive.KvChange;
import io.kvreactive.KvEntryMaybe;
import io.kvreactive.KvKey;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The programs of {@code docs/watch.md}. */
final class Watching {

    private Watching() {}

    /** The price of tea: the one of now, then each new one. Nothing is told while there is none. */
    static Flux<Integer> price(Kv kv) {
        return kv.watch(KvKey.of("prices", "tea"), Integer.class).mapNotNull(KvEntryMaybe::value);
    }

    /** Lines for a screen: one for each of these orders, then one for each that has changed. */
    static Flux<String> screen(Kv kv, List<KvKey> orders) {
        return kv.watch(orders, String.class)
                .concatMapIterable(KvChange::changed)
                .map(order -> order.key() + (order.isPresent() ? ": " + order.value() : " is gone"));
    }

    /** Keeps a copy of all orders up to date, until it is cancelled or the database is closed. */
    static Mono<Void> mirror(Kv kv, Map<KvKey, Object> copy) {
        return kv.watchPrefix(KvKey.of("orders"))
                .doOnNext(order -> order.entry()
                        .ifPresentOrElse(e -> copy.put(e.key(), e.value()), () -> copy.remove(order.key())))
                .then();
    }
}
