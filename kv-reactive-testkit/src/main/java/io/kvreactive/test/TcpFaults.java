// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Faults of the network on demand: a proxy in front of a server, on an address of its own, that passes everything on but for what a test wants
 * to go wrong.
 *
 * <pre>{@code
 * try (TcpFaults network = TcpFaults.inFrontOf("127.0.0.1", server.port())) {
 *     Kv kv = Kv.create("http://127.0.0.1:" + network.port(), options);
 *     network.resetAfterRequest();      // the next request is served, and its answer lost
 *     network.cutAll();                 // every connection is reset, as when the server crashes
 *     network.refuse();                 // and nobody can connect until accept()
 * }
 * }</pre>
 *
 * <p>Each of {@code resetBeforeRequest}, {@code resetWithinRequest}, {@code resetAfterRequest}, {@code goSilent} and {@code slow} plans one fault,
 * in a queue: the next request meets the first of them. A request begins with the first bytes from the client on a new connection, or after
 * the server has said something; so it is in HTTP/1.1. In HTTP/2, where a connection carries several at a time, a fault meets the connection as
 * it is at that moment.
 *
 * <p>Needs {@code io.projectreactor.netty:reactor-netty-core}, which the test kit does not bring along. Starting, {@link #refuse},
 * {@link #accept} and {@link #close} block for a moment. Thread-safe.
 */
public final class TcpFaults implements AutoCloseable {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LoopResources loops = LoopResources.create("tcp-faults", 2, true);
    private final TcpClient toServer;
    private final Queue<TcpFault> planned = new ConcurrentLinkedQueue<>();
    private final Set<TcpLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger met = new AtomicInteger();
    private final int port;
    private volatile DisposableServer server;

    private TcpFaults(String host, int port) {
        this.toServer = TcpClient.newConnection().runOn(loops, false).host(host).port(port);
        this.server = bind(0);
        this.port = ((InetSocketAddress) server.address()).getPort();
    }

    /**
     * Starts a proxy.
     *
     * @param host the host of the server
     * @param port the port of the server, which need not be there yet
     * @return the proxy, on a free port of this machine's loopback address
     */
    public static TcpFaults inFrontOf(String host, int port) {
        return new TcpFaults(host, port);
    }

    private DisposableServer bind(int on) {
        return TcpServer.create()
                .runOn(loops, false)
                .host(LOOPBACK.getHostAddress())
                .port(on)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handle(this::pass)
                .bindNow(PATIENCE);
    }

    private Publisher<Void> pass(NettyInbound fromClient, NettyOutbound toClient) {
        accepted.incrementAndGet();
        Mono<Void> passed = Mono.defer(() -> {
            Connection[] client = new Connection[1];
            fromClient.withConnection(connection -> client[0] = connection);
            return toServer.connect().flatMap(connected -> {
                TcpLink link = new TcpLink(client[0], connected, this::nextFault);
                links.add(link);
                return link.pass().doFinally(signal -> {
                    links.remove(link);
                    // When the client ends in order, Reactor Netty cancels.
                    if (signal == SignalType.ON_ERROR) {
                        link.cut();
                    } else {
                        link.end();
                    }
                });
            });
        });
        // A server that is not there looks to the client like one that hangs up at once.
        return passed.onErrorResume(error -> Mono.fromRunnable(() -> fromClient.withConnection(TcpLink::reset)));
    }

    private TcpFault nextFault() {
        TcpFault fault = planned.poll();
        if (fault == null) {
            return TcpFault.NONE;
        }
        met.incrementAndGet();
        return fault;
    }

    /**
     * The port of the proxy.
     *
     * @return the port, on the loopback address; the same after {@link #accept}
     */
    public int port() {
        return port;
    }

    /** Resets the connection when the next request begins; nothing of it reaches the server. */
    public void resetBeforeRequest() {
        planned.add(new TcpFault(TcpFault.Kind.RESET, 0, 0, Duration.ZERO));
    }

    /**
     * Resets the connection within the next request.
     *
     * @param bytes how many bytes of it reach the server
     */
    public void resetWithinRequest(int bytes) {
        planned.add(new TcpFault(TcpFault.Kind.RESET, bytes, 0, Duration.ZERO));
    }

    /** Resets the connection when the server answers the next request, which it has served then; nothing of the answer reaches the client. */
    public void resetAfterRequest() {
        planned.add(new TcpFault(TcpFault.Kind.LOSE_ANSWER, 0, 0, Duration.ZERO));
    }

    /** Swallows the next request, and all else from that client, and never answers: the connection is half-open. */
    public void goSilent() {
        planned.add(new TcpFault(TcpFault.Kind.SILENCE, 0, 0, Duration.ZERO));
    }

    /**
     * Passes the answer to the next request on in small pieces.
     *
     * @param bytes the size of a piece, 1 or more
     * @param pause the time before each
     */
    public void slow(int bytes, Duration pause) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be 1 or more: " + bytes);
        }
        planned.add(new TcpFault(TcpFault.Kind.SLOW, 0, bytes, pause));
    }

    /** Takes back every planned fault that was not met yet. */
    public void clear() {
        planned.clear();
    }

    /** Refuses new connections until {@link #accept}. Those that are there stay. */
    public void refuse() {
        server.disposeNow(PATIENCE);
        // Java gives the socket back to the system when the event loop looks at it next.
        while (isListening()) {
            Thread.onSpinWait();
        }
    }

    private boolean isListening() {
        try (Socket probe = new Socket(LOOPBACK, port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Accepts connections again, after {@link #refuse}, on the same port. */
    public void accept() {
        server = bind(port);
    }

    /** Resets every connection. */
    public void cutAll() {
        links.forEach(TcpLink::cut);
    }

    /**
     * Counts the connections that were made since the start.
     *
     * @return how many
     */
    public int accepted() {
        return accepted.get();
    }

    /**
     * Counts the connections that are there now.
     *
     * @return how many
     */
    public int open() {
        return links.size();
    }

    /**
     * Counts the planned faults that a request has met.
     *
     * @return how many
     */
    public int met() {
        return met.get();
    }

    /** Resets every connection, and ends the proxy. */
    @Override
    public void close() {
        refuse();
        cutAll();
        loops.dispose();
    }
}
