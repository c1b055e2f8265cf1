// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvConsistency;
import io.kvreactive.KvMutationException;
import io.kvreactive.KvOptions;
import io.kvreactive.memory.MemoryDatabaseHandler;
import io.kvreactive.proto.MalformedMessageException;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import io.kvreactive.spi.RawEntry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import reactor.util.retry.Retry;

/**
 * A KV Connect server on real sockets over a database in memory, HTTP/1.1 and HTTP/2 without TLS on one port, which a test can make answer
 * anything: {@link #script} plans the answers to the next requests, those after are served properly.
 */
final class TestServer implements AutoCloseable {

    static final String ACCESS_TOKEN = "access-token-of-the-test";
    static final String DATABASE_ID = "a1b2c3d4-0000-4000-8000-000000000001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a request asks for. */
    enum Operation {
        METADATA,
        READ,
        WRITE,
        WATCH
    }

    /** A request as it came. */
    record Request(
            Operation operation, String path, String protocol, HttpHeaders headers, byte[] body, Channel channel) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** An answer, and how it is given. */
    interface Reply {
        Publisher<Void> give(TestServer server, Request request, HttpServerResponse response);

        /** A status and a text. */
        static Reply status(int status, String text) {
            return (server, request, response) ->
                    response.status(status).sendString(Mono.just(text)).then();
        }

        /** 200 and bytes. */
        static Reply body(byte[] body) {
            return (server, request, response) -> response.send(Mono.just(Unpooled.wrappedBuffer(body)));
        }

        /** 200 and a text. */
        static Reply json(String text) {
            return body(text.getBytes(StandardCharsets.UTF_8));
        }

        static Reply redirect(int status, String location) {
            return (server, request, response) ->
                    response.status(status).header("Location", location).send();
        }

        /** The connection is cut by a reset, and nothing is answered. */
        static Reply reset() {
            return (server, request, response) -> Mono.fromRunnable(() -> TestServer.cut(request.channel));
        }

        /** The request is served, and the connection cut instead of an answer. */
        static Reply applyAndReset() {
            return (server, request, response) -> server.apply(request)
                    .onErrorComplete()
                    .then(Mono.fromRunnable(() -> TestServer.cut(request.channel)));
        }

        /** The request is served, and another status answered. */
        static Reply applyAndStatus(int status, String text) {
            return (server, request, response) -> server.apply(request)
                    .onErrorComplete()
                    .thenEmpty(Mono.from(status(status, text).give(server, request, response)));
        }

        /** No answer comes, for as long as the client waits. */
        static Reply silence() {
            return (server, request, response) -> Mono.never();
        }

        /** What would have been answered, once something has happened. */
        static Reply after(Mono<?> event) {
            return (server, request, response) ->
                    event.then(Mono.defer(() -> Mono.from(server.serve(request, response))));
        }

        /** Frames of a watch, as they come. */
        static Reply frames(Flux<byte[]> frames) {
            return (server, request, response) -> response.header("Content-Type", "application/octet-stream")
                    .sendObject(frames.<Object>map(Unpooled::wrappedBuffer), any -> true)
                    .then();
        }
    }

    private final UnaryOperator<HttpServer> configuration;
    private final LoopResources loops = LoopResources.create("test-server", 2, true);
    private final Map<String, Database> databases = new ConcurrentHashMap<>();
    private final Map<Operation, Queue<Reply>> scripts = new EnumMap<>(Operation.class);
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private volatile DisposableServer server;

    /** The newest version that the server speaks. */
    volatile int newestVersion = 3;

    /** How long metadata is valid. */
    volatile Duration lifetime = Duration.ofHours(1);

    /** The token of the data path that is handed out and taken. */
    volatile String token = "data-token-of-the-test-1";

    /** Whether reads are vouched for. */
    volatile boolean isStronglyConsistent = true;

    /** The endpoints, as JSON; null for one that is strong. */
    volatile @Nullable String endpoints;

    /** What new databases are opened with. */
    volatile KvOptions options = KvOptions.defaults();

    private TestServer(UnaryOperator<HttpServer> configuration) {
        this.configuration = configuration;
        for (Operation operation : Operation.values()) {
            scripts.put(operation, new ConcurrentLinkedQueue<>());
        }
        this.server = bind(0);
    }

    static TestServer start() {
        return start(server -> server);
    }

    static TestServer start(UnaryOperator<HttpServer> configuration) {
        return new TestServer(configuration);
    }

    private DisposableServer bind(int port) {
        return configuration
                .apply(HttpServer.create()
                        .runOn(loops, false)
                        .host("127.0.0.1")
                        .port(port)
                        .doOnChannelInit((observer, channel, address) -> count(channel))
                        .protocol(HttpProtocol.H2C, HttpProtocol.HTTP11)
                        .httpRequestDecoder(spec -> spec.h2cMaxContentLength(1 << 20)))
                .handle(this::handle)
                .bindNow(PATIENCE);
    }

    int port() {
        return ((InetSocketAddress) server.address()).getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Plans the answers to the next requests for an operation, one each. */
    void script(Operation operation, Reply... replies) {
        scripts.get(operation).addAll(List.of(replies));
    }

    /** Plans the same answer for the next few requests. */
    void script(Operation operation, int times, Reply reply) {
        for (int i = 0; i < times; i++) {
            script(operation, reply);
        }
    }

    int count(Operation operation) {
        return requests(operation).size();
    }

    List<Request> requests(Operation operation) {
        return requests.stream().filter(r -> r.operation == operation).collect(Collectors.toList());
    }

    /** The database behind the URL of the server itself. */
    Database database() {
        return database("");
    }

    /** Each path {@code /db/...} has a database of its own, which lives as long as the server. */
    private Database database(String base) {
        // Opening one in memory takes no time, so nobody waits.
        return databases.computeIfAbsent(
                base,
                b -> Objects.requireNonNull(new MemoryDatabaseHandler()
                        .open(DatabaseUrl.parse("memory:"), options)
                        .toFuture()
                        .getNow(null)));
    }

    private static String baseOf(String path) {
        return path.startsWith("/db/") ? path.substring(0, (path + "/").indexOf('/', "/db/".length())) : "";
    }

    /** Stops the server, and cuts its connections. */
    void stop() {
        int port = port();
        server.disposeNow(PATIENCE);
        // The system goes on accepting until the event loop looks at the socket next.
        while (isListening(port)) {
            Thread.onSpinWait();
        }
        connections.forEach(TestServer::cut);
    }

    private static boolean isListening(int port) {
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts it again, where it was. */
    void startAgain() {
        int port = port();
        // Java gives the socket of before back to the system when its event loop looks at it next.
        server = Objects.requireNonNull(Mono.fromCallable(() -> bind(port))
                .subscribeOn(Schedulers.boundedElastic())
                .retryWhen(Retry.fixedDelay(PATIENCE.toSeconds() * 100, Duration.ofMillis(10))
                        .filter(ChannelBindException.class::isInstance))
                .block(PATIENCE));
    }

    @Override
    public void close() {
        server.disposeNow(PATIENCE);
        Flux.fromIterable(databases.values()).flatMap(Database::close).blockLast(PATIENCE);
        loops.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
    }

    /** Resets the connection of a request. */
    private static void cut(Channel channel) {
        boolean isStream = channel.parent() != null && !(channel.parent() instanceof ServerChannel);
        Channel connection = isStream ? channel.parent() : channel;
        try {
            connection.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // It is closed already.
        }
        connection.close();
    }

    private void count(Channel connection) {
        connections.add(connection);
        connection.closeFuture().addListener(closed -> connections.remove(connection));
    }

    private Publisher<Void> handle(HttpServerRequest http, HttpServerResponse response) {
        // Not with aggregate(), whose buffer is lost when the client resets the stream.
        return http.receive()
                .asByteArray()
                .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                .map(ByteArrayOutputStream::toByteArray)
                .flatMap(body -> {
                    Request request = new Request(
                            operationOf(http.fullPath()),
                            http.uri(),
                            http.version().text(),
                            http.requestHeaders().copy(),
                            body,
                            channelOf(http));
                    requests.add(request);
                    Reply planned = scripts.get(request.operation).poll();
                    return Mono.from(
                            planned == null ? serve(request, response) : planned.give(this, request, response));
                });
    }

    private static Channel channelOf(HttpServerRequest http) {
        List<Channel> channel = new ArrayList<>();
        http.withConnection(connection -> channel.add(connection.channel()));
        return channel.get(0);
    }

    private static Operation operationOf(String path) {
        if (path.endsWith("snapshot_read")) {
            return Operation.READ;
        }
        if (path.endsWith("atomic_write")) {
            return Operation.WRITE;
        }
        return path.endsWith("/watch") ? Operation.WATCH : Operation.METADATA;
    }

    private Publisher<Void> serve(Request request, HttpServerResponse response) {
        if (request.operation == Operation.METADATA) {
            return metadata(request).give(this, request, response);
        }
        if (!("Bearer " + token).equals(request.headers.get("Authorization"))) {
            return Reply.status(401, "the token is wrong").give(this, request, response);
        }
        if (request.operation == Operation.WATCH) {
            return Reply.frames(watch(request)).give(this, request, response);
        }
        return apply(request)
                .flatMap(body -> Mono.from(Reply.body(body).give(this, request, response)))
                .onErrorResume(
                        e -> e instanceof KvMutationException || e instanceof MalformedMessageException,
                        e -> Mono.from(Reply.status(400, String.valueOf(e.getMessage()))
                                .give(this, request, response)));
    }

    private Reply metadata(Request request) {
        if (!("Bearer " + ACCESS_TOKEN).equals(request.headers.get("Authorization"))) {
            return Reply.status(401, "the access token is wrong");
        }
        return Reply.json(
                metadata(baseOf(request.path), newestVersion, Instant.now().plus(lifetime)));
    }

    /** An answer of the metadata exchange. */
    String metadata(String base, int version, Instant expiresAt) {
        String own = "[{\"url\":\"" + (version == 1 ? url() : "") + base + "/v2\",\"consistency\":\"strong\"}]";
        return "{\"version\":" + version + ",\"databaseId\":\"" + DATABASE_ID + "\",\"endpoints\":"
                + (endpoints == null ? own : endpoints) + ",\"token\":\"" + token + "\",\"expiresAt\":\"" + expiresAt
                + "\"}";
    }

    private Mono<byte[]> apply(Request request) {
        Database database = database(baseOf(request.path));
        return Mono.defer(() -> request.operation == Operation.READ
                ? database.snapshotRead(WireMapper.decodeRead(request.body), KvConsistency.STRONG)
                        .map(ranges -> WireMapper.encodeReadAnswer(ranges, isStronglyConsistent))
                : database.atomicWrite(WireMapper.decodeWrite(request.body)).map(WireMapper::encodeWriteAnswer));
    }

    private Flux<byte[]> watch(Request request) {
        List<byte[]> keys = WireMapper.decodeWatch(request.body);
        Flux<List<List<RawEntry>>> states = database(baseOf(request.path)).watch(keys);
        return states.scan(
                        new Frame(null, null),
                        (before, state) -> new Frame(state, WireMapper.encodeWatchFrame(before.state, state)))
                .mapNotNull(frame -> frame.bytes);
    }

    private record Frame(@Nullable List<List<RawEntry>> state, byte @Nullable [] bytes) {}
}
