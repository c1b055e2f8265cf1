// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

/** The message that an order waits to be confirmed. It is in the queue if and only if the order is in the database: one commit does both. */
public record OrderPlaced(String id) {}
