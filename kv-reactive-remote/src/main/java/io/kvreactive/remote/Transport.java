// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.KvObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.FutureMono;
import reactor.netty.ReactorNetty;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.transport.ProxyProvider;

/**
 * The connections to servers, and requests over them. Everything is its own, threads included, so that nothing is left after
 * {@link #close()}. Signals come on the threads of connections.
 */
final class Transport {

    /** A read of the most entries, of the largest keys and values, takes half of what this gives for each. */
    static final int ANSWER_BYTES_PER_ENTRY = 128 << 10;

    /** Enough for every answer that is no read. */
    static final int ANSWER_BYTES = 1 << 20;

    /** As good as, and its milliseconds fit an int. */
    private static final Duration FOR_EVER = Duration.ofDays(20);

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

    /** Far more than a page of entries; the default would make a large answer wait for permission to go on. */
    private static final int HTTP2_WINDOW_BYTES = 1 << 20;

    private final HttpClient requests;
    private final HttpClient watches;
    private final ConnectionProvider requestPool;
    private final ConnectionProvider watchPool;
    private final LoopResources loops;
    private final @Nullable PoolGauges gauges;
    private final Duration responseTimeout;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile boolean isClosed;

    Transport(HttpOptions options, String userAgent, KvObserver observer) {
        this.loops = LoopResources.create("kv-remote", workers(), true);
        this.gauges = KvObserver.NONE.equals(observer) ? null : new PoolGauges(observer);
        this.requestPool = pool("requests", options, options.connections(), gauges);
        // Each watch may hold a connection for good: they must not wait for one another, nor keep requests waiting.
        this.watchPool = pool("watches", options, Integer.MAX_VALUE, gauges);
        this.responseTimeout = options.responseTimeout();
        this.requests = client(requestPool, options, userAgent);
        this.watches = client(watchPool, options, userAgent);
    }

    /** One for each processor, unless Reactor Netty is told otherwise: more of them share less work and wake one another more often. */
    private static int workers() {
        return Integer.getInteger(
                ReactorNetty.IO_WORKER_COUNT, Runtime.getRuntime().availableProcessors());
    }

    private static ConnectionProvider pool(
            String name, HttpOptions options, int connections, @Nullable PoolGauges gauges) {
        ConnectionProvider.Builder builder = ConnectionProvider.builder(PoolGauges.NAMES_BEGIN + name)
                .maxConnections(connections)
                // Whoever waits for a connection has a deadline of its own.
                .pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(FOR_EVER)
                .maxIdleTime(options.idleTime())
                .evictInBackground(options.idleTime(), Schedulers.parallel())
                // The connection that was used last is the least likely to have been dropped meanwhile.
                .lifo();
        return (gauges == null ? builder : builder.metrics(true, () -> gauges)).build();
    }

    private HttpClient client(ConnectionProvider pool, HttpOptions options, String userAgent) {
        HttpClient client = HttpClient.create(pool)
                // Never on natives, which are not everywhere.
                .runOn(loops, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(Integer.MAX_VALUE, options.connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .headers(headers -> headers.set(HttpHeaderNames.USER_AGENT, userAgent))
                .http2Settings(settings -> settings.initialWindowSize(HTTP2_WINDOW_BYTES))
                .compress(options.compression() == HttpOptions.Compression.GZIP)
                .protocol(protocols(options.version()))
                .doOnChannelInit((observer, channel, address) -> keep(channel));
        SSLContext sslContext = options.sslContext();
        if (sslContext != null) {
            SslContext context = netty(sslContext, options.version());
            client = client.secure(spec -> spec.sslContext(context));
        }
        URI proxy = options.proxy();
        // Behind a proxy, names are its own affair: those of its network may be known to nobody else.
        client = proxy == null
                ? client.resolver(names -> names.runOn(loops, false))
                : client.resolver(NoopAddressResolverGroup.INSTANCE).proxy(spec -> configure(spec, proxy));
        return options.client().apply(client);
    }

    private void keep(Channel connection) {
        connections.add(connection);
        connection.closeFuture().addListener(closed -> connections.remove(connection));
        if (isClosed) {
            // For a request that was cancelled since: neither a pool nor a loop that is about to end would close it.
            ChannelFuture unused = connection.close();
        }
    }

    private static HttpProtocol[] protocols(HttpOptions.Version version) {
        // What does not fit the scheme of a URL is left out for it: without TLS there is no H2, and with TLS no H2C.
        return switch (version) {
            case NEGOTIATED -> new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11};
            case HTTP_1_1 -> new HttpProtocol[] {HttpProtocol.HTTP11};
            case HTTP_2 -> new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.H2C};
        };
    }

    private static SslContext netty(SSLContext context, HttpOptions.Version version) {
        String[] names = switch (version) {
            case NEGOTIATED -> new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1};
            case HTTP_1_1 -> new String[] {ApplicationProtocolNames.HTTP_1_1};
            case HTTP_2 -> new String[] {ApplicationProtocolNames.HTTP_2};
        };
        ApplicationProtocolConfig negotiation = new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                names);
        return new JdkSslContext(
                context, true, null, IdentityCipherSuiteFilter.INSTANCE, negotiation, ClientAuth.NONE, null, false);
    }

    /** Reads the URL of a proxy; throws {@link IllegalArgumentException}, whose message shows no password. */
    static URI proxyOf(String url) {
        String form =
                "a proxy is http://host:port, socks4://host:port or socks5://host:port, with user:password@ if need be";
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(form);
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getPort() < 0 || typeOf(uri) == null) {
            throw new IllegalArgumentException(form);
        }
        return uri;
    }

    private static ProxyProvider.@Nullable Proxy typeOf(URI proxy) {
        return switch (proxy.getScheme().toLowerCase(Locale.ROOT)) {
            case "http" -> ProxyProvider.Proxy.HTTP;
            case "socks4" -> ProxyProvider.Proxy.SOCKS4;
            case "socks5" -> ProxyProvider.Proxy.SOCKS5;
            default -> null;
        };
    }

    private static void configure(ProxyProvider.TypeSpec spec, URI proxy) {
        ProxyProvider.Proxy type = typeOf(proxy);
        ProxyProvider.Builder builder = spec.type(type == null ? ProxyProvider.Proxy.HTTP : type)
                .host(proxy.getHost())
                .port(proxy.getPort());
        String user = proxy.getUserInfo();
        if (user != null) {
            int colon = user.indexOf(':');
            builder = builder.username(colon < 0 ? user : user.substring(0, colon));
            String password = colon < 0 ? "" : user.substring(colon + 1);
            builder.password(name -> password);
        }
    }

    /**
     * Posts a request and collects the answer. An error is a {@link CallFailure}.
     *
     * @param maxBytes the most bytes of an answer with the status 200
     */
    Mono<Answer> post(URI uri, Map<String, String> headers, byte[] body, int maxBytes, Sending sending) {
        return Mono.defer(() -> {
            AnswerCollector collector = new AnswerCollector(uri, maxBytes);
            return parts(requests, uri, headers, body, sending, responseTimeout)
                    .doOnNext(collector::add)
                    .takeUntil(part -> collector.hasEnough())
                    .then(Mono.fromSupplier(collector::answer));
        });
    }

    /**
     * Posts a request and gives the answer as it comes: first an {@link Answer.Head}, then arrays of bytes. An error is a {@link CallFailure}.
     *
     * @param silence the longest time between two parts
     */
    Flux<Object> stream(URI uri, Map<String, String> headers, byte[] body, Sending sending, Duration silence) {
        return parts(watches, uri, headers, body, sending, silence);
    }

    private Flux<Object> parts(
            HttpClient client, URI uri, Map<String, String> headers, byte[] body, Sending sending, Duration silence) {
        return Flux.defer(() -> {
            underWay.incrementAndGet();
            return client.post()
                    .uri(uri)
                    .send((request, outbound) -> {
                        headers.forEach(request::header);
                        return outbound.send(Mono.fromCallable(() -> begin(sending, body)));
                    })
                    .response(Transport::parts)
                    // An answer that meets a cancel half-way is nobody's, and its buffers neither.
                    .doOnDiscard(HttpClientResponse.class, Transport::discard)
                    .timeout(silence)
                    .onErrorMap(error -> failure(uri, sending, silence, error))
                    .doFinally(signal -> underWay.decrementAndGet());
        });
    }

    private static void discard(HttpClientResponse response) {
        if (response instanceof ChannelOperations<?, ?> operations) {
            operations.discard();
        }
    }

    private static ByteBuf begin(Sending sending, byte[] body) {
        if (!sending.mayBegin()) {
            throw new IllegalStateException("the attempt was given up");
        }
        return Unpooled.wrappedBuffer(body);
    }

    private static Flux<Object> parts(HttpClientResponse response, ByteBufFlux content) {
        Object head = new Answer.Head(
                response.status().code(), response.responseHeaders().get(HttpHeaderNames.LOCATION));
        // Copied at once: the buffer belongs to the connection.
        return content.<Object>map(Transport::bytes).startWith(head);
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static CallFailure failure(URI uri, Sending sending, Duration silence, Throwable error) {
        return error instanceof CallFailure known
                ? known
                : RemoteErrors.networkFailure(uri, sending.giveUp(), silence, error);
    }

    /** How many connections are open, in use or not. */
    int openConnections() {
        return (int) connections.stream().filter(Channel::isOpen).count();
    }

    /** How many requests have been begun and are not over. */
    int underWay() {
        return underWay.get();
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            isClosed = true;
            if (gauges != null) {
                gauges.dispose();
            }
            return Mono.whenDelayError(requestPool.disposeLater(), watchPool.disposeLater())
                    // Those in use are not the pools': of requests that were cancelled just now, and of watches.
                    .thenMany(Flux.fromIterable(connections))
                    .flatMap(connection -> FutureMono.from(connection.close()))
                    .then(loops.disposeLater(Duration.ZERO, SHUTDOWN_TIMEOUT));
        });
    }
}
