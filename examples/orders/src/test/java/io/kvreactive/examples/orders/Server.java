// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.WebFilter;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The application, running in this process on a port of its own. */
final class Server implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ConfigurableApplicationContext context;
    private final ConnectionProvider connections = ConnectionProvider.builder("tests")
            .maxConnections(2_000)
            .pendingAcquireMaxCount(-1)
            .build();

    private Server(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static Server start(Path file, String... arguments) {
        return startOn(file.toString(), arguments);
    }

    static Server startOn(String url, String... arguments) {
        return start(new SpringApplication(OrdersApplication.class), url, arguments);
    }

    /** With a filter of the test's before all requests. */
    static Server startBehind(WebFilter filter, Path file) {
        SpringApplication application = new SpringApplication(OrdersApplication.class);
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(WebFilter.class, () -> filter));
        return start(application, file.toString());
    }

    private static Server start(SpringApplication application, String url, String... arguments) {
        return new Server(application.run(Stream.concat(
                        Stream.of(
                                "--server.port=0",
                                "--kv-reactive.url=" + url,
                                "--spring.main.banner-mode=off",
                                "--logging.level.root=warn"),
                        Stream.of(arguments))
                .toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    int port() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    WebClient client() {
        return WebClient.builder()
                .baseUrl(url())
                .clientConnector(new ReactorClientHttpConnector(HttpClient.create(connections)))
                .build();
    }

    /**
     * With a connection for each request. On one that is kept, Reactor Netty 1.3 can stop to read: after a request that comes before the answer to the one
     * before it is known to be written, as that of a file may be, and is itself answered before its end has been read.
     */
    WebTestClient testClient() {
        return WebTestClient.bindToServer(new ReactorClientHttpConnector(HttpClient.newConnection()))
                .baseUrl(url())
                .responseTimeout(PATIENCE)
                .build();
    }

    /** Stops the application; what the clients have not read yet can still be read. */
    void stop() {
        context.close();
    }

    @Override
    public void close() {
        stop();
        connections.dispose();
    }
}
