// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts servers for a test, stops them after it, and sees to it that nothing is left of them. */
final class TestServers implements AfterEachCallback {

    static final String TOKEN = "access-token-of-the-tests";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<KvConnectServer> running = new ArrayList<>();

    /** Options for a server on a free port, with a database in memory. */
    static ServerOptionsBuilder options() {
        return ServerOptions.builder().accessToken(TOKEN).database("memory:").port(0);
    }

    KvConnectServer start() {
        return start(options().build());
    }

    KvConnectServer start(ServerOptions options) {
        KvConnectServer server =
                Objects.requireNonNull(KvConnectServer.start(options).block(PATIENCE));
        running.add(server);
        return server;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        running.forEach(TestServers::stop);
    }

    /** Stops a server; afterwards every counter of what is open is zero. */
    static void stop(KvConnectServer server) {
        server.stop().block(PATIENCE);
        ServerStatistics left = server.statistics();
        assertThat(left)
                .as("what is open after the stop")
                .isEqualTo(new ServerStatistics(0, 0, 0, 0, 0, left.requestsServed()));
    }
}
