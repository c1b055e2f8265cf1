// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.AttributeKey;

/**
 * A connection of a client, and how many requests are under way on it. One that has none for too long is closed, whatever it sends: a client
 * that takes its time with a head, or only pings, holds it no longer than one that is silent. Used on the loop.
 */
final class ClientConnection extends WaitList.Waiter {

    private static final AttributeKey<ClientConnection> KEY = AttributeKey.valueOf(ClientConnection.class, "of");

    private final Connections all;
    private final Channel channel;
    private final Waits waits;
    private int underWay;

    ClientConnection(Connections all, Channel channel, Waits waits) {
        this.all = all;
        this.channel = channel;
        this.waits = waits;
        channel.attr(KEY).set(this);
        waits.idle().begin(this);
    }

    /** The connection of a channel, which is the connection's own or that of a stream of HTTP/2. */
    static ClientConnection of(Channel channel) {
        ClientConnection own = channel.attr(KEY).get();
        return own != null ? own : channel.parent().attr(KEY).get();
    }

    Waits waits() {
        return waits;
    }

    void requestBegun() {
        if (underWay++ == 0) {
            WaitList.end(this);
        }
    }

    void requestEnded() {
        if (--underWay > 0) {
            return;
        }
        if (all.isDraining()) {
            close();
        } else if (channel.isActive()) {
            waits.idle().begin(this);
        }
    }

    /** Has nothing to do any more once what is under way is over. */
    void drain() {
        if (underWay == 0 || isHttp2()) {
            // HTTP/2 tells the client to go elsewhere, and closes when its streams are over.
            close();
        }
    }

    private boolean isHttp2() {
        return channel.pipeline().get(Http2FrameCodec.class) != null;
    }

    /** Closes without a last word, and without waiting for one. */
    void cut() {
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    private void close() {
        // Nobody waits for it: all that follows hangs on the channel's own end.
        ChannelFuture unused = channel.close();
    }

    void closed() {
        WaitList.end(this);
    }

    @Override
    void waitIsOver() {
        close();
    }

    Channel channel() {
        return channel;
    }
}
