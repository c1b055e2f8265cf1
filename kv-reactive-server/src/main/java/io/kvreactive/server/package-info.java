// SPDX-License-Identifier: Apache-2.0
/**
 * A KV Connect server ({@code docs/spec/kv-connect.md}): puts any {@link io.kvreactive.spi.Database} behind the protocol that Deno, Node, Python and
 * {@code kv-reactive-remote} speak. Begin with {@link io.kvreactive.server.KvConnectServer}, to embed it, or
 * {@link io.kvreactive.server.Main}, to run it; {@link io.kvreactive.server.ServerOptions} and {@link io.kvreactive.server.ServerLimits} say
 * how it works.
 *
 * <p>Everything happens on the event loops of Reactor Netty and never blocks. A connection belongs to one loop, and so does what is under way
 * on it; classes that say "on the loop" rely on that.
 */
@NullMarked
package io.kvreactive.server;

import org.jspecify.annotations.NullMarked;
