// SPDX-License-Identifier: Apache-2.0
/**
 * The backend for databases on a server: Deno Deploy, a self-hosted denokv, or our own server, over the KV Connect protocol
 * ({@code docs/spec/kv-connect.md}). Opens {@code http://} and {@code https://} URLs; {@link io.kvreactive.remote.RemoteOptions} has its
 * options, {@code docs/remote.md} the guide.
 *
 * <p>The way of a request: {@code ConnectDatabase} counts it, {@code DataPath} takes the current metadata from {@code MetadataCycle} and an
 * endpoint from {@code EndpointSelector}, {@code Transport} sends it, and {@code Attempts} decides whether it is sent again and what its user is
 * told.
 */
@NullMarked
package io.kvreactive.remote;

import org.jspecify.annotations.NullMarked;
