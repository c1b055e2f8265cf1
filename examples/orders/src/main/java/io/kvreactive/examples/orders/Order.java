// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import java.time.Instant;

/** An order, as it is stored under {@code ["orders", id]} and as it is shown. In Deno it is an object with a Date. */
public record Order(String id, String customer, String item, int quantity, Status status, Instant placedAt) {

    /** How far it has come. */
    public enum Status {
        PLACED,
        CONFIRMED
    }

    Order confirmed() {
        return new Order(id, customer, item, quantity, Status.CONFIRMED, placedAt);
    }

    Order of(NewOrder changed) {
        return new Order(id, changed.customer(), changed.item(), changed.quantity(), status, placedAt);
    }
}
