// SPDX-License-Identifier: Apache-2.0
/**
 * Reads and writes V8's structured-clone format, the one in which Deno KV, Node's {@code v8.serialize} and Chrome's IndexedDB keep JavaScript
 * values.
 *
 * <p>Begin with {@link io.kvreactive.v8.V8}: plain Java in and out. {@link io.kvreactive.v8.V8Value} is the value model that carries everything
 * plain Java cannot; {@link io.kvreactive.v8.V8Reader} and {@link io.kvreactive.v8.V8Writer} go token by token.
 * {@link io.kvreactive.v8.V8Options} holds the choices.
 *
 * <p>Guarantees: nothing is lost or substituted silently; malformed input of any kind ends in a {@link io.kvreactive.v8.V8Exception}, in time and
 * memory bounded by the input; no method recurses or blocks.
 */
@NullMarked
package io.kvreactive.v8;

import org.jspecify.annotations.NullMarked;
