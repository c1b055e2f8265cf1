// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The open connections of a server. Thread-safe. */
final class Connections {

    private final ServerOptions options;
    private final Observers observers;
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Map<EventLoop, Waits> waits = new ConcurrentHashMap<>();
    private volatile boolean isDraining;

    Connections(ServerOptions options, Observers observers) {
        this.options = options;
        this.observers = observers;
    }

    /** A client has connected. Called on the loop. */
    void opened(Channel channel) {
        if (count.incrementAndGet() > options.limits().connections() || isDraining) {
            count.decrementAndGet();
            observers.tell(ServerObserver::connectionRefused);
            ChannelFuture unused = channel.close();
            return;
        }
        ClientConnection connection = new ClientConnection(
                this, channel, waits.computeIfAbsent(channel.eventLoop(), loop -> Waits.on(loop, options)));
        open.add(connection);
        channel.pipeline().addLast(ConnectionGuard.create());
        observers.tell(ServerObserver::connectionOpened);
        channel.closeFuture().addListener(closed -> {
            connection.closed();
            open.remove(connection);
            count.decrementAndGet();
            observers.tell(ServerObserver::connectionClosed);
        });
    }

    int count() {
        return count.get();
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Takes no new connections, closes those that have nothing to do, and the others as soon as what is under way is over. */
    void drain() {
        isDraining = true;
        onLoops(ClientConnection::drain);
    }

    /** Closes what is left. */
    void cut() {
        onLoops(ClientConnection::cut);
    }

    private void onLoops(Consumer<ClientConnection> action) {
        for (ClientConnection connection : open) {
            EventLoop loop = connection.channel().eventLoop();
            if (!loop.isShutdown()) {
                loop.execute(() -> action.accept(connection));
            }
        }
    }
}
