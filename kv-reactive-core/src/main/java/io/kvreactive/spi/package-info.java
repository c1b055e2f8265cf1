// SPDX-License-Identifier: Apache-2.0
/**
 * What a backend implements. A {@link io.kvreactive.spi.DatabaseHandler} is found by {@code ServiceLoader} and opens a
 * {@link io.kvreactive.spi.Database} by URL; a database moves encoded keys and stored values and has few methods. Everything friendly is
 * built on it once, in {@code io.kvreactive}.
 *
 * <p>Arrays in this package are shared, not copied: whoever passes one on, or is given one, never modifies it.
 */
@NullMarked
package io.kvreactive.spi;

import org.jspecify.annotations.NullMarked;
