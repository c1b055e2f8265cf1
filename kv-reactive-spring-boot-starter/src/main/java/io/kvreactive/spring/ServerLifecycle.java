// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.server.KvConnectServer;
import io.kvreactive.server.ServerOptions;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/** Starts the embedded server when databases are open, and stops it, once its requests are over, before they are closed. */
final class ServerLifecycle implements SmartLifecycle {

    private static final Log LOG = LogFactory.getLog(ServerLifecycle.class);

    private final ServerOptions options;
    private volatile @Nullable KvConnectServer server;

    ServerLifecycle(ServerOptions options) {
        this.options = options;
    }

    @Override
    public void start() {
        // Spring's contract: what start() returns from has started, and an exception ends the application's start.
        KvConnectServer started = KvConnectServer.start(options).block();
        server = started;
        if (started != null) {
            LOG.info("KV Connect clients may connect to " + started.url());
        }
    }

    /** The URL at which the server listens. */
    String url() {
        KvConnectServer running = server;
        if (running == null) {
            throw new IllegalStateException("the server is not running");
        }
        return running.url();
    }

    @Override
    public void stop(Runnable callback) {
        KvConnectServer running = server;
        server = null;
        if (running == null) {
            callback.run();
            return;
        }
        running.stop()
                .doFinally(signal -> callback.run())
                .subscribe(
                        done -> {}, error -> LOG.warn("the KV Connect server was not stopped as it should be", error));
    }

    /** Never called: Spring asks for a callback. */
    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    @Override
    public int getPhase() {
        return KvLifecycle.PHASE + 1024;
    }
}
