// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvOptions;
import io.kvreactive.KvUnsupportedException;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseHandler;
import io.kvreactive.spi.DatabaseUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Opens {@code http://} and {@code https://} URLs as databases on a KV Connect server. The access token is that of {@link RemoteOptions}, or else
 * of {@code KvOptions}, or else of the environment variable {@code DENO_KV_ACCESS_TOKEN}.
 */
public final class RemoteDatabaseHandler implements DatabaseHandler {

    private static final String TOKEN_VARIABLE = "DENO_KV_ACCESS_TOKEN";

    /** For {@code ServiceLoader}. */
    public RemoteDatabaseHandler() {}

    @Override
    public String name() {
        return "remote";
    }

    @Override
    public boolean supports(DatabaseUrl url) {
        return "http".equals(url.scheme()) || "https".equals(url.scheme());
    }

    @Override
    public Mono<Database> open(DatabaseUrl url, KvOptions options) {
        RemoteOptions own = options.find(RemoteOptions.class).orElse(RemoteOptions.defaults());
        return ConnectDatabase.open(urlOf(url), tokenOf(own, options, System.getenv(TOKEN_VARIABLE)), own, options);
    }

    static Mono<String> tokenOf(RemoteOptions own, KvOptions options, @Nullable String variable) {
        Mono<String> token = own.accessToken();
        if (token != null) {
            return token;
        }
        String given = options.accessToken();
        return Mono.justOrEmpty(given != null || variable == null || variable.isEmpty() ? given : variable);
    }

    private static URI urlOf(DatabaseUrl url) {
        URI uri;
        try {
            uri = new URI(url.scheme() + ":" + url.rest());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(url + " is malformed: " + e.getReason());
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(url + " names no host; write " + url.scheme() + "://host/path");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException(url
                    + " has a user or a password in it; a server wants a token: give it with KvOptions.accessToken");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(url + " has a fragment, which no server is ever shown");
        }
        return uri;
    }

    @Override
    public <T> Optional<T> view(Class<T> type, Mono<Database> database) {
        if (type != RemoteDatabase.class) {
            return Optional.empty();
        }
        RemoteDatabase view = () -> database.flatMapMany(open -> open.ability(RemoteDatabase.class)
                .orElseThrow(() -> new KvUnsupportedException("unwrap: the database is no RemoteDatabase"))
                .metadata());
        return Optional.of(type.cast(view));
    }
}
