// SPDX-License-Identifier: Apache-2.0
/** A WebFlux application on a KV: orders as REST, as a stream of any length, as live events; a queue worker behind them. */
@NullMarked
package io.kvreactive.examples.orders;

import org.jspecify.annotations.NullMarked;
