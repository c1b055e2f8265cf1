// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * The last in the pipeline of a connection: what nobody else takes for his matter, as frames of HTTP/2 that are none, closes it. Netty itself
 * would write a stack trace into the log for each, which a client can make as many of as it likes.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Loggers.getLogger(KvConnectServer.class);

    private final boolean isLast;

    private ConnectionGuard(boolean isLast) {
        this.isLast = isLast;
    }

    /** A guard for a connection whose protocol may still have to be agreed upon. */
    static ConnectionGuard create() {
        return new ConnectionGuard(false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable error) {
        LOG.debug("a connection is closed: {}", error.getClass().getName());
        ChannelFuture unused = context.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent && !isLast) {
            // A protocol has been agreed upon, and its handlers have been added behind this one.
            context.pipeline().addLast(new ConnectionGuard(true));
            context.fireUserEventTriggered(event);
            context.pipeline().remove(this);
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
