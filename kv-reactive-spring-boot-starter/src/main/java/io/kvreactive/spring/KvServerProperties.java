// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.server.ServerOptions;
import io.kvreactive.server.ServerOptionsBuilder;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

// In the comment access is told before accessToken: Spring's processor of metadata takes the first that begins so.
/**
 * The embedded KV Connect server, which serves a database to Deno, Node, Python and other Java programs.
 *
 * @param enabled whether there is one; it needs the module kv-reactive-server
 * @param url what it serves; by default what kv-reactive.url says. A file is opened once more; memory: cannot be shared and is refused
 * @param access what clients may do
 * @param accessToken what clients must show, 12 characters at least; needed
 * @param host where it listens; 0.0.0.0 for all addresses of the machine
 * @param port where it listens; 0 for any that is free
 * @param publicUrl under which URL clients know it; by default that of their request
 * @param stopGrace how long stopping waits for requests that are under way
 * @param ssl as whom it speaks https; by default it speaks http
 */
@ConfigurationProperties("kv-reactive.server")
record KvServerProperties(
        @DefaultValue("false") boolean enabled,
        @Nullable String url,
        @Nullable String accessToken,
        @DefaultValue(ServerOptions.DEFAULT_HOST) String host,
        @DefaultValue("4512") int port,
        @DefaultValue("read-write") ServerOptions.Access access,
        @Nullable URI publicUrl,
        @DefaultValue("10s") Duration stopGrace,
        @DefaultValue Ssl ssl) {

    /**
     * As whom it speaks https.
     *
     * @param bundle the name of an SSL bundle of the application
     */
    record Ssl(@Nullable String bundle) {}

    /** All but what is served. */
    ServerOptionsBuilder toOptions() {
        if (accessToken == null || accessToken.isEmpty()) {
            throw new IllegalArgumentException(
                    "the embedded server needs a token that clients show: set kv-reactive.server.access-token");
        }
        ServerOptionsBuilder options = ServerOptions.builder()
                .accessToken(accessToken)
                .host(host)
                .port(port)
                .access(access)
                .stopGrace(stopGrace);
        return publicUrl == null ? options : options.publicUrl(publicUrl);
    }

    /** No token. */
    @Override
    public String toString() {
        return "KvServerProperties(" + host + ":" + port + ")";
    }
}
