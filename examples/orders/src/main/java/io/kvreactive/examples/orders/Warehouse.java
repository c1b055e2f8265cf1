// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Stands for another service that may fail. */
@Component
class Warehouse {

    /** Fails for what nobody has. */
    Mono<Void> reserve(Order order) {
        return order.item().startsWith("unobtainable")
                ? Mono.error(() -> new IllegalStateException("the warehouse has no such thing"))
                : Mono.empty();
    }
}
