// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How a {@link KvConnectServer} works:
 *
 * <pre>{@code
 * ServerOptions.builder()
 *         .accessToken(token)
 *         .database("sqlite:orders.sqlite")
 *         .port(4512)
 *         .build();
 * }</pre>
 *
 * <p>Immutable. Shows no token in any text.
 */
public final class ServerOptions {

    /** What clients may do with the databases. */
    public enum Access {
        /** Read and write. The default. */
        READ_WRITE,
        /** Read and watch. A write is answered with {@code AW_WRITE_DISABLED}, which tells a client to look for another server. */
        READ_ONLY
    }

    /** Whether to believe what a request says of the way that it came. */
    public enum ForwardedHeaders {
        /** No: anybody can write such headers. The default. */
        IGNORE,
        /**
         * Yes: {@code Forwarded}, {@code X-Forwarded-Proto}, {@code X-Forwarded-Host} and {@code X-Forwarded-Prefix} tell under which URL
         * clients know this server. For a server behind a proxy that sets them, or removes those of clients.
         */
        TRUST
    }

    /** Whether requests are logged. */
    public enum AccessLog {
        /** They are not. The default. */
        OFF,
        /** Each is a line of level INFO of the logger {@code io.kvreactive.server.access}, with neither token nor key nor value. */
        ON
    }

    /** Nobody but this machine can reach the server, unless asked for. */
    public static final String DEFAULT_HOST = "127.0.0.1";

    /** The port of the reference server. */
    public static final int DEFAULT_PORT = 4512;

    /** As the reference server asks for: shorter ones can be guessed. */
    public static final int SHORTEST_TOKEN = 12;

    /** Long enough that clients seldom exchange metadata, short enough that a token that leaked is soon worth nothing. */
    public static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofHours(1);

    /** As often as the reference server. */
    public static final Duration DEFAULT_WATCH_PING = Duration.ofSeconds(5);

    /** Longer than nearly every request takes, shorter than those who stop a process wait. */
    public static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private final int workers;
    private final String accessToken;
    private final Map<String, String> databaseTokens;
    private final @Nullable DatabaseUrl databaseUrl;
    private final @Nullable Mono<Database> database;
    private final @Nullable UUID databaseId;
    private final Function<String, String> namedDatabases;
    private final KvOptions databaseOptions;
    private final Access access;
    private final @Nullable URI publicUrl;
    private final ForwardedHeaders forwardedHeaders;
    private final @Nullable TlsSource tls;
    private final Duration tokenLifetime;
    private final Duration watchPing;
    private final Duration stopGrace;
    private final ServerLimits limits;
    private final AccessLog accessLog;
    private final @Nullable Supplier<String> metricsPage;
    private final List<ServerObserver> observers;

    ServerOptions(ServerOptionsBuilder builder) {
        this.host = builder.host;
        this.port = builder.port;
        this.workers = builder.workers;
        this.accessToken = required(builder.accessToken);
        this.databaseTokens = Map.copyOf(builder.databaseTokens);
        this.databaseUrl = builder.databaseUrl;
        this.database = builder.database;
        this.databaseId = builder.databaseId;
        this.namedDatabases = builder.namedDatabases;
        this.databaseOptions = builder.databaseOptions;
        this.access = builder.access;
        this.publicUrl = builder.publicUrl;
        this.forwardedHeaders = builder.forwardedHeaders;
        this.tls = builder.tls;
        this.tokenLifetime = builder.tokenLifetime;
        this.watchPing = builder.watchPing;
        this.stopGrace = builder.stopGrace;
        this.limits = builder.limits;
        this.accessLog = builder.accessLog;
        this.metricsPage = builder.metricsPage;
        this.observers = List.copyOf(builder.observers);
    }

    private static String required(@Nullable String accessToken) {
        if (accessToken == null) {
            throw new IllegalArgumentException("an access token is needed; set it with accessToken(..)");
        }
        return accessToken;
    }

    /**
     * A builder without an access token, which it needs.
     *
     * @return a builder; not thread-safe
     */
    public static ServerOptionsBuilder builder() {
        return new ServerOptionsBuilder();
    }

    /**
     * A builder that begins with these options.
     *
     * @return a builder; not thread-safe
     */
    public ServerOptionsBuilder mutate() {
        ServerOptionsBuilder builder = new ServerOptionsBuilder();
        builder.host = host;
        builder.port = port;
        builder.workers = workers;
        builder.accessToken = accessToken;
        builder.databaseTokens.putAll(databaseTokens);
        builder.databaseUrl = databaseUrl;
        builder.database = database;
        builder.databaseId = databaseId;
        builder.namedDatabases = namedDatabases;
        builder.databaseOptions = databaseOptions;
        builder.access = access;
        builder.publicUrl = publicUrl;
        builder.forwardedHeaders = forwardedHeaders;
        builder.tls = tls;
        builder.tokenLifetime = tokenLifetime;
        builder.watchPing = watchPing;
        builder.stopGrace = stopGrace;
        builder.limits = limits;
        builder.accessLog = accessLog;
        builder.metricsPage = metricsPage;
        builder.observers.addAll(observers);
        return builder;
    }

    /**
     * Where the server listens.
     *
     * @return a name or an address
     */
    public String host() {
        return host;
    }

    /**
     * Where the server listens.
     *
     * @return a port; 0 for any that is free
     */
    public int port() {
        return port;
    }

    /**
     * How many event loops serve requests.
     *
     * @return a number
     */
    public int workers() {
        return workers;
    }

    String accessToken() {
        return accessToken;
    }

    Map<String, String> databaseTokens() {
        return databaseTokens;
    }

    @Nullable
    DatabaseUrl databaseUrl() {
        return databaseUrl;
    }

    @Nullable
    Mono<Database> database() {
        return database;
    }

    @Nullable
    UUID databaseId() {
        return databaseId;
    }

    Function<String, String> namedDatabases() {
        return namedDatabases;
    }

    KvOptions databaseOptions() {
        return databaseOptions;
    }

    /**
     * What clients may do.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /**
     * Under which URL clients know this server.
     *
     * @return an absolute URL, or null if it is as the requests say
     */
    public @Nullable URI publicUrl() {
        return publicUrl;
    }

    /**
     * Whether to believe what a request says of the way that it came.
     *
     * @return the decision
     */
    public ForwardedHeaders forwardedHeaders() {
        return forwardedHeaders;
    }

    @Nullable
    TlsSource tls() {
        return tls;
    }

    /**
     * How long metadata, and the token in it, is valid.
     *
     * @return the time
     */
    public Duration tokenLifetime() {
        return tokenLifetime;
    }

    /**
     * After which silence a watch gives a sign of life.
     *
     * @return the time
     */
    public Duration watchPing() {
        return watchPing;
    }

    /**
     * How long stopping waits for requests that are under way.
     *
     * @return the time
     */
    public Duration stopGrace() {
        return stopGrace;
    }

    /**
     * What clients may take of the server.
     *
     * @return the limits
     */
    public ServerLimits limits() {
        return limits;
    }

    /**
     * Whether requests are logged.
     *
     * @return the decision
     */
    public AccessLog accessLog() {
        return accessLog;
    }

    @Nullable
    Supplier<String> metricsPage() {
        return metricsPage;
    }

    List<ServerObserver> observers() {
        return observers;
    }

    /** What can be shown: no token. */
    @Override
    public String toString() {
        return "ServerOptions(" + host + ":" + port + ", accessToken REDACTED, tokens of databases "
                + databaseTokens.keySet() + ", database " + (databaseUrl == null ? "none by URL" : databaseUrl) + ", "
                + access + ", publicUrl " + publicUrl + ", forwardedHeaders " + forwardedHeaders + ", tls "
                + (tls == null ? "none" : tls) + ", " + limits + ")";
    }
}
