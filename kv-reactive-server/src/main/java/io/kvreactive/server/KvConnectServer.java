// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A running KV Connect server: databases of any backend, for Deno, Node, Python and {@code kv-reactive-remote} ({@code docs/spec/kv-connect.md}).
 *
 * <pre>{@code
 * KvConnectServer.start(ServerOptions.builder()
 *                 .accessToken(token)
 *                 .database("sqlite:orders.sqlite")
 *                 .build())
 *         .doOnNext(server -> System.out.println(server.url()))
 * }</pre>
 *
 * <p>It speaks versions 1, 2 and 3 of the protocol, HTTP/1.1 and HTTP/2 on one port. It has event loops of its own, on which nothing blocks.
 * Thread-safe.
 */
public final class KvConnectServer {

    /** Loops end when their tasks do; this is for one that does not. */
    private static final Duration LOOPS_TIMEOUT = Duration.ofSeconds(5);

    /** Enough for the largest write to come without waiting for permission to go on. */
    private static final int HTTP2_WINDOW_BYTES = 1 << 20;

    private static final int MOST_LINE_BYTES = 4 << 10;

    /** A client may give up as many requests at once as it may have, and again soon after. */
    private static final int RESETS_PER_STREAM = 2;

    private static final int RESETS_SECONDS = 30;

    private final ServerOptions options;
    private final Observers observers;
    private final LoopResources loops;
    private final Connections connections;
    private final Exchanges exchanges;
    private final Watches watches;
    private final Databases databases;
    private final Mono<Void> stop;
    private final Sinks.Empty<Void> stopped = Sinks.empty();
    private volatile @Nullable DisposableServer bound;

    private KvConnectServer(ServerOptions options) {
        this.options = options;
        this.observers = new Observers(options);
        this.loops = LoopResources.create("kv-server", 1, options.workers(), true, false);
        this.connections = new Connections(options, observers);
        this.exchanges = new Exchanges(connections, observers);
        this.watches = new Watches(options, observers);
        // Never on natives, which are not everywhere.
        EventLoopGroup group = loops.onServer(false);
        this.databases = new Databases(options, observers, new LoopsScheduler(group));
        this.stop = Mono.defer(this::stopNow).cache();
    }

    /**
     * Opens the database of the options, if there is one, and begins to listen.
     *
     * @param options how the server works
     * @return the running server; each subscription starts one. A start that fails or is cancelled leaves nothing open. Errors: what the
     *     database reports, {@link UncheckedIOException} if the address cannot be listened on, {@link IllegalArgumentException} for files of
     *     TLS that are no good
     */
    public static Mono<KvConnectServer> start(ServerOptions options) {
        return Mono.defer(() -> {
            KvConnectServer server = new KvConnectServer(options);
            return server.databases
                    .open()
                    .then(Mono.defer(server::bind))
                    .doOnNext(listening -> server.bound = listening)
                    .onErrorMap(error -> server.bindFailure(error))
                    .onErrorResume(error -> server.stop().onErrorComplete().then(Mono.error(error)))
                    .doOnCancel(() -> server.stop().subscribe())
                    .thenReturn(server);
        });
    }

    private Mono<? extends DisposableServer> bind() {
        ServerLimits limits = options.limits();
        int streams = limits.streams();
        HttpServer server = HttpServer.create()
                .runOn(loops, false)
                .bindAddress(() -> new InetSocketAddress(options.host(), options.port()))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_REUSEADDR, true)
                .httpRequestDecoder(
                        spec -> spec.maxInitialLineLength(MOST_LINE_BYTES).maxHeaderSize(limits.headerBytes()))
                .http2Settings(settings -> settings.initialWindowSize(HTTP2_WINDOW_BYTES)
                        // Only so does a connection that is being closed wait for its streams.
                        .maxStreams(Long.MAX_VALUE)
                        .maxConcurrentStreams(streams)
                        .maxHeaderListSize(limits.headerBytes())
                        .maxDecodedRstFramesPerWindow(RESETS_PER_STREAM * streams, RESETS_SECONDS))
                .httpMessageLogFactory(QuietLog.INSTANCE)
                .doOnChannelInit((observer, channel, address) -> connections.opened(channel))
                .childObserve(KvConnectServer::observe)
                .handle(new Dispatcher(options, exchanges, databases, watches));
        return withProtocols(server).bind();
    }

    private HttpServer withProtocols(HttpServer server) {
        TlsSource tls = options.tls();
        if (tls == null) {
            return server.protocol(HttpProtocol.H2C, HttpProtocol.HTTP11);
        }
        SslContext context = tls.open();
        return server.protocol(HttpProtocol.H2, HttpProtocol.HTTP11).secure(spec -> spec.sslContext(context));
    }

    /** A request is over when Reactor Netty is done with it: its last byte has been written, or its connection is gone. */
    private static void observe(Connection connection, ConnectionObserver.State state) {
        if (state.equals(ConnectionObserver.State.DISCONNECTING)) {
            Exchange.over(connection.channel());
        }
    }

    private Throwable bindFailure(Throwable error) {
        if (error instanceof BindException || error.getCause() instanceof BindException) {
            return new UncheckedIOException(
                    "cannot listen on " + options.host() + ":" + options.port()
                            + ": the port is taken, or the address is none of this machine's, or it is not allowed",
                    (BindException) (error instanceof BindException ? error : error.getCause()));
        }
        return error;
    }

    private DisposableServer bound() {
        DisposableServer now = bound;
        if (now == null) {
            throw new IllegalStateException("the server does not listen");
        }
        return now;
    }

    /**
     * Where the server listens.
     *
     * @return an address and the real port
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) bound().address();
    }

    /**
     * The URL of the server, with the host of the options.
     *
     * @return such as {@code http://127.0.0.1:4512}
     */
    public String url() {
        String host = options.host();
        return (options.tls() == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + address().getPort();
    }

    /**
     * What the server has open and has done.
     *
     * @return exact counts
     */
    public ServerStatistics statistics() {
        return new ServerStatistics(
                connections.count(),
                exchanges.underWay(),
                watches.count(),
                databases.count(),
                exchanges.answerBytes().get(),
                exchanges.served());
    }

    /**
     * Ends the server: takes no new connections and requests, ends watches, which clients see as the end of the stream, lets the requests that
     * are under way come to their end for as long as the options say, cuts off the rest, then closes the databases. Idempotent.
     *
     * @return completes when nothing is open any more; one stop serves all who ask, and goes on if they cancel
     */
    public Mono<Void> stop() {
        return stop;
    }

    /**
     * Waits for the end, whoever brings it about.
     *
     * @return completes when the server has been stopped; does not stop it
     */
    public Mono<Void> stopped() {
        return stopped.asMono();
    }

    private Mono<Void> stopNow() {
        DisposableServer listening = bound;
        Mono<Void> unbind = listening == null
                ? Mono.empty()
                : Mono.fromRunnable(listening::dispose).then(listening.onDispose());
        return unbind.then(Mono.fromRunnable(() -> {
                    connections.drain();
                    watches.stop();
                }))
                .then(exchanges.allOver())
                .timeout(options.stopGrace(), Mono.empty())
                .then(Mono.fromRunnable(connections::cut))
                .then(databases.close())
                .then(loops.disposeLater(Duration.ZERO, LOOPS_TIMEOUT))
                .doFinally(signal -> stopped.tryEmitEmpty());
    }
}
