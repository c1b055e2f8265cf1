// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Tests against a {@link TestServer}: a fresh one for each, and databases that are closed at its end, when nothing of them may be left. */
abstract class ServerTest {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final KvKey A = KvKey.of("a");
    static final KvKey B = KvKey.of("b");

    private final List<ConnectDatabase> databases = new ArrayList<>();
    private final List<Kv> opened = new ArrayList<>();
    private final Set<Channel> watched = ConcurrentHashMap.newKeySet();
    TestServer server;

    @BeforeEach
    final void startTheServer() {
        server = startServer();
    }

    /** The server of a test. */
    TestServer startServer() {
        return TestServer.start();
    }

    @AfterEach
    final void nothingIsLeft() {
        Flux.fromIterable(opened).concatMap(Kv::close).blockLast(PATIENCE);
        for (ConnectDatabase database : databases) {
            database.close().block(PATIENCE);
            assertThat(database.transport().underWay()).isZero();
            assertThat(database.transport().openConnections()).isZero();
        }
        server.close();
        // A thread has said that it ends shortly before it does.
        awaitThat(ServerTest::isNoThreadLeft);
    }

    /** Whether every thread of every database has ended. */
    static boolean isNoThreadLeft() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("kv-remote"));
    }

    /** Quick repetitions, so that no test waits for long. */
    static RemoteOptions.Builder quick() {
        return RemoteOptions.builder().backoff(Duration.ofMillis(1), Duration.ofMillis(20));
    }

    static KvOptions.Builder options(RemoteOptions own) {
        return KvOptions.builder().accessToken(TestServer.ACCESS_TOKEN).with(own);
    }

    final Kv kv() {
        return kv(quick().build());
    }

    final Kv kv(RemoteOptions own) {
        return kv(server.url(), own);
    }

    final Kv kv(String url, RemoteOptions own) {
        Kv kv = Kv.create(url, options(own).build());
        opened.add(kv);
        return kv;
    }

    /** Options of a client whose connections {@link #awaitThatTheClientKnows} looks at, with more of its own. */
    final HttpOptions watched(UnaryOperator<HttpClient> more) {
        return HttpOptions.builder()
                .client(client ->
                        more.apply(client.doOnChannelInit((observer, channel, address) -> watched.add(channel))))
                .build();
    }

    /**
     * Waits until the client has seen the end of every connection that was cut. A request on one whose end it has not seen yet may have been
     * sent, and then is none that was not.
     */
    final void awaitThatTheClientKnows() {
        assertThat(watched).isNotEmpty();
        awaitThat(() -> watched.stream().noneMatch(Channel::isOpen));
    }

    /** An open database, as the SPI has it. */
    final ConnectDatabase database(UnaryOperator<RemoteOptions.Builder> own) {
        Database database = await(new RemoteDatabaseHandler()
                .open(
                        DatabaseUrl.parse(server.url()),
                        options(own.apply(quick()).build()).build()));
        databases.add((ConnectDatabase) database);
        return (ConnectDatabase) database;
    }

    static <T> T await(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE), "nothing was given");
    }

    static <E extends Throwable> E errorOf(Class<E> type, Flux<?> flux) {
        Throwable error = catchThrowable(() -> flux.blockLast(PATIENCE));
        assertThat(error).isInstanceOf(type);
        return type.cast(error);
    }

    static <E extends Throwable> E errorOf(Class<E> type, Mono<?> mono) {
        return errorOf(type, mono.flux());
    }

    /** Waits until something is so, which another thread brings about. */
    static void awaitThat(BooleanSupplier condition) {
        Mono.fromSupplier(condition::getAsBoolean)
                .filter(isSo -> isSo)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5)))
                .block(PATIENCE);
    }
}
