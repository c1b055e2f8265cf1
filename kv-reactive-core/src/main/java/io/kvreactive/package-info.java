// SPDX-License-Identifier: Apache-2.0
/**
 * Deno KV for Java, reactive: an ordered map from keys to values with versions and atomic commits.
 *
 * <p>Begin with {@link io.kvreactive.Kv}. A key is a {@link io.kvreactive.KvKey}, a listing is described by a
 * {@link io.kvreactive.KvSelector}, several writes become one in an {@link io.kvreactive.AtomicOperation}.
 *
 * <p>What every publisher of this package promises, unless its own comment says otherwise:
 *
 * <ul>
 *   <li>It is cold: nothing happens before {@code subscribe}, and each subscription is one operation of its own.
 *   <li>Demand is honoured: a listing reads as its subscriber asks.
 *   <li>Cancel is possible at any moment and leaves nothing open. A write that has begun when it is cancelled runs to its end; only its
 *       result is dropped.
 *   <li>Signals come on a thread of the {@linkplain io.kvreactive.KvOptions.Builder#scheduler scheduler}, or of whoever subscribes or
 *       requests when what is asked for is at hand; never on a thread that does I/O.
 *   <li>Errors of the database are {@link io.kvreactive.KvException}s and come as signals. Wrong arguments throw at the call.
 * </ul>
 */
@NullMarked
package io.kvreactive;

import org.jspecify.annotations.NullMarked;
