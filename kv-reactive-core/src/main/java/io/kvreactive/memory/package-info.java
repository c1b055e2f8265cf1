// SPDX-License-Identifier: Apache-2.0
/** The database behind {@code memory:} and {@code :memory:}: for tests and caches. Nobody needs a type of this package by name. */
@NullMarked
package io.kvreactive.memory;

import org.jspecify.annotations.NullMarked;
