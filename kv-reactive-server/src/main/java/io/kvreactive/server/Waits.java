// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.EventLoop;

/**
 * What is waited for on one event loop.
 *
 * @param requests the end of a request
 * @param idle the next request on a connection
 * @param pings the next frame of a watch
 * @param slowWatches the reader of a watch
 */
record Waits(WaitList requests, WaitList idle, WaitList pings, WaitList slowWatches) {

    static Waits on(EventLoop loop, ServerOptions options) {
        ServerLimits limits = options.limits();
        return new Waits(
                new WaitList(loop, limits.requestTimeout()),
                new WaitList(loop, limits.idleTimeout()),
                new WaitList(loop, options.watchPing()),
                new WaitList(loop, limits.slowWatchTimeout()));
    }
}
