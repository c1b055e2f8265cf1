// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvOptions;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.DatabaseUrl;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
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

    private ServerOptions(Builder builder) {
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
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A builder that begins with these options.
     *
     * @return a builder; not thread-safe
     */
    public Builder mutate() {
        Builder builder = new Builder();
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

    /** Builds {@link ServerOptions}. Not thread-safe. */
    public static final class Builder {
        private String host = DEFAULT_HOST;
        private int port = DEFAULT_PORT;
        private int workers = Runtime.getRuntime().availableProcessors();
        private @Nullable String accessToken;
        private final Map<String, String> databaseTokens = new LinkedHashMap<>();
        private @Nullable DatabaseUrl databaseUrl;
        private @Nullable Mono<Database> database;
        private @Nullable UUID databaseId;
        private Function<String, String> namedDatabases = name -> "memory:";
        private KvOptions databaseOptions = KvOptions.defaults();
        private Access access = Access.READ_WRITE;
        private @Nullable URI publicUrl;
        private ForwardedHeaders forwardedHeaders = ForwardedHeaders.IGNORE;
        private @Nullable TlsSource tls;
        private Duration tokenLifetime = DEFAULT_TOKEN_LIFETIME;
        private Duration watchPing = DEFAULT_WATCH_PING;
        private Duration stopGrace = DEFAULT_STOP_GRACE;
        private ServerLimits limits = ServerLimits.defaults();
        private AccessLog accessLog = AccessLog.OFF;
        private @Nullable Supplier<String> metricsPage;
        private final List<ServerObserver> observers = new ArrayList<>();

        private Builder() {}

        /**
         * Listens on an address. The default is {@link #DEFAULT_HOST}.
         *
         * @param host a name or an address; {@code 0.0.0.0} for all of the machine's
         * @return this builder
         */
        public Builder host(String host) {
            this.host = Objects.requireNonNull(host, "host");
            return this;
        }

        /**
         * Listens on a port. The default is {@link #DEFAULT_PORT}.
         *
         * @param port from 0 to 65535; 0 for any that is free
         * @return this builder
         * @throws IllegalArgumentException if it is outside
         */
        public Builder port(int port) {
            if (port < 0 || port > 0xFFFF) {
                throw new IllegalArgumentException("port must be from 0 to 65535: " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Serves requests with so many event loops. The default is one for each processor.
         *
         * @param workers 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder workers(int workers) {
            if (workers < 1) {
                throw new IllegalArgumentException("workers must be 1 or more: " + workers);
            }
            this.workers = workers;
            return this;
        }

        /**
         * Opens every database to whoever has this token, but those that are given their own. Needed.
         *
         * @param accessToken at least {@link #SHORTEST_TOKEN} printable ASCII characters, none of them a space
         * @return this builder
         * @throws IllegalArgumentException if it is anything else; the message does not show it
         */
        public Builder accessToken(String accessToken) {
            this.accessToken = AccessTokens.checked("accessToken", accessToken);
            return this;
        }

        /**
         * Opens a named database to whoever has a token of its own, and to nobody else.
         *
         * @param name the name of the database
         * @param accessToken as in {@link #accessToken}
         * @return this builder
         * @throws IllegalArgumentException if the name or the token is none
         */
        public Builder databaseToken(String name, String accessToken) {
            databaseTokens.put(
                    DatabaseName.checked(name),
                    AccessTokens.checked("the access token of the database " + name, accessToken));
            return this;
        }

        /**
         * Serves a database under {@code /}. It is opened when the server starts, and closed when it stops. Without one there are named
         * databases only.
         *
         * @param url what {@code Kv.create} takes; its backend must be on the class path
         * @return this builder
         * @throws IllegalArgumentException if it is no such URL
         */
        public Builder database(String url) {
            this.databaseUrl = DatabaseUrl.parse(url);
            this.database = null;
            return this;
        }

        /**
         * Serves a database of any kind under {@code /}. It is subscribed to when the server starts, and closed when it stops.
         *
         * @param database opens the database
         * @param databaseId the name by which the protocol knows the database, the same at each start
         * @return this builder
         */
        public Builder database(Mono<Database> database, UUID databaseId) {
            this.database = Objects.requireNonNull(database, "database");
            this.databaseUrl = null;
            return databaseId(databaseId);
        }

        /**
         * Names the database under {@code /} for the protocol. The default is made of its URL, of a file of its absolute path: so it changes
         * when the file is moved, and clients whose metadata is of before are sent for new.
         *
         * @param databaseId the name, the same at each start
         * @return this builder
         */
        public Builder databaseId(UUID databaseId) {
            this.databaseId = Objects.requireNonNull(databaseId, "databaseId");
            return this;
        }

        /**
         * Serves named databases, each under {@code /db/NAME}, wherever a function says. Each is opened when the first request with a valid
         * token comes. The default keeps them in memory, for as long as the server runs.
         *
         * @param urls from the name of a database, which has been checked, to what {@code Kv.create} takes
         * @return this builder
         */
        public Builder namedDatabases(Function<String, String> urls) {
            this.namedDatabases = Objects.requireNonNull(urls, "urls");
            return this;
        }

        /**
         * Serves named databases, each under {@code /db/NAME}, from a file {@code NAME.sqlite} in a folder, with the SQLite backend.
         *
         * @param folder a folder that is there
         * @return this builder
         */
        public Builder databaseFolder(Path folder) {
            Path absolute = folder.toAbsolutePath().normalize();
            return namedDatabases(name -> "sqlite:" + absolute.resolve(name + ".sqlite"));
        }

        /**
         * Opens databases with options: their clock, and a backend's own. Their scheduler is the server's own business. The clock also
         * tells when a token expires.
         *
         * @param databaseOptions the options
         * @return this builder
         */
        public Builder databaseOptions(KvOptions databaseOptions) {
            this.databaseOptions = Objects.requireNonNull(databaseOptions, "databaseOptions");
            return this;
        }

        /**
         * Decides what clients may do. The default is {@link Access#READ_WRITE}.
         *
         * @param access the access
         * @return this builder
         */
        public Builder access(Access access) {
            this.access = Objects.requireNonNull(access, "access");
            return this;
        }

        /**
         * Tells under which URL clients know this server, as behind a proxy that changes paths. Endpoints are then told by it; without it
         * they are told relative to the URL of the exchange, and absolute ones, which clients of version 1 need, by the headers of the
         * request.
         *
         * @param publicUrl an absolute http or https URL, without query and fragment
         * @return this builder
         * @throws IllegalArgumentException if it is anything else
         */
        public Builder publicUrl(URI publicUrl) {
            this.publicUrl = EndpointUrls.checked(publicUrl);
            return this;
        }

        /**
         * Decides whether to believe what a request says of the way that it came. The default is {@link ForwardedHeaders#IGNORE}.
         *
         * @param forwardedHeaders the decision
         * @return this builder
         */
        public Builder forwardedHeaders(ForwardedHeaders forwardedHeaders) {
            this.forwardedHeaders = Objects.requireNonNull(forwardedHeaders, "forwardedHeaders");
            return this;
        }

        /**
         * Speaks TLS, and nothing else. HTTP/2 and HTTP/1.1 are negotiated. The files are read when the server starts.
         *
         * @param certificates a PEM file, the server's certificate first, then those up to the root
         * @param privateKey a PEM file, the key in PKCS#8 without a password
         * @return this builder
         */
        public Builder tls(Path certificates, Path privateKey) {
            this.tls = TlsSource.of(certificates, privateKey);
            return this;
        }

        /**
         * Speaks TLS, and nothing else. HTTP/2 and HTTP/1.1 are negotiated.
         *
         * @param context has the server's key and certificates
         * @return this builder
         */
        public Builder tls(SSLContext context) {
            this.tls = TlsSource.of(context);
            return this;
        }

        /**
         * Makes metadata, and the token in it, valid for so long. The default is {@link #DEFAULT_TOKEN_LIFETIME}. Tokens stay valid over a
         * restart, and end with the access token that they were given for.
         *
         * @param tokenLifetime a second or more; some clients exchange metadata before each request if it is less than six minutes
         * @return this builder
         * @throws IllegalArgumentException if it is less
         */
        public Builder tokenLifetime(Duration tokenLifetime) {
            if (tokenLifetime.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("tokenLifetime must be a second or more: " + tokenLifetime);
            }
            this.tokenLifetime = tokenLifetime;
            return this;
        }

        /**
         * Lets a watch give a sign of life after so long a silence. The default is {@link #DEFAULT_WATCH_PING}.
         *
         * @param watchPing more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder watchPing(Duration watchPing) {
            if (watchPing.isZero() || watchPing.isNegative()) {
                throw new IllegalArgumentException("watchPing must be more than zero: " + watchPing);
            }
            this.watchPing = watchPing;
            return this;
        }

        /**
         * Waits so long, when the server stops, for requests that are under way; what is left is cut off. The default is
         * {@link #DEFAULT_STOP_GRACE}.
         *
         * @param stopGrace zero or more
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder stopGrace(Duration stopGrace) {
            if (stopGrace.isNegative()) {
                throw new IllegalArgumentException("stopGrace must not be negative: " + stopGrace);
            }
            this.stopGrace = stopGrace;
            return this;
        }

        /**
         * Bounds what clients may take of the server. The default is {@link ServerLimits#defaults()}.
         *
         * @param limits the limits
         * @return this builder
         */
        public Builder limits(ServerLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * Decides whether requests are logged. The default is {@link AccessLog#OFF}.
         *
         * @param accessLog the decision
         * @return this builder
         */
        public Builder accessLog(AccessLog accessLog) {
            this.accessLog = Objects.requireNonNull(accessLog, "accessLog");
            return this;
        }

        /**
         * Answers {@code GET /metrics}, to whoever has the access token, with a text. The default is 404.
         *
         * @param metricsPage the page, as of Prometheus; called off the event loops
         * @return this builder
         */
        public Builder metricsPage(Supplier<String> metricsPage) {
            this.metricsPage = Objects.requireNonNull(metricsPage, "metricsPage");
            return this;
        }

        /**
         * Tells an observer what happens, after those that were given before.
         *
         * @param observer the observer
         * @return this builder
         */
        public Builder observer(ServerObserver observer) {
            observers.add(Objects.requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         * @throws IllegalArgumentException if there is no access token
         */
        public ServerOptions build() {
            return new ServerOptions(this);
        }
    }
}
