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

/** Builds {@link ServerOptions}: what it is given goes into the options that it makes next. Not thread-safe. */
public final class ServerOptionsBuilder {
    String host = ServerOptions.DEFAULT_HOST;
    int port = ServerOptions.DEFAULT_PORT;
    int workers = Runtime.getRuntime().availableProcessors();

    @Nullable
    String accessToken;

    final Map<String, String> databaseTokens = new LinkedHashMap<>();

    @Nullable
    DatabaseUrl databaseUrl;

    @Nullable
    Mono<Database> database;

    @Nullable
    UUID databaseId;

    Function<String, String> namedDatabases = name -> "memory:";
    KvOptions databaseOptions = KvOptions.defaults();
    ServerOptions.Access access = ServerOptions.Access.READ_WRITE;

    @Nullable
    URI publicUrl;

    ServerOptions.ForwardedHeaders forwardedHeaders = ServerOptions.ForwardedHeaders.IGNORE;

    @Nullable
    TlsSource tls;

    Duration tokenLifetime = ServerOptions.DEFAULT_TOKEN_LIFETIME;
    Duration watchPing = ServerOptions.DEFAULT_WATCH_PING;
    Duration stopGrace = ServerOptions.DEFAULT_STOP_GRACE;
    ServerLimits limits = ServerLimits.defaults();
    ServerOptions.AccessLog accessLog = ServerOptions.AccessLog.OFF;

    @Nullable
    Supplier<String> metricsPage;

    final List<ServerObserver> observers = new ArrayList<>();

    ServerOptionsBuilder() {}

    /**
     * Listens on an address. The default is {@link ServerOptions#DEFAULT_HOST}.
     *
     * @param host a name or an address; {@code 0.0.0.0} for all of the machine's
     * @return this builder
     */
    public ServerOptionsBuilder host(String host) {
        this.host = Objects.requireNonNull(host, "host");
        return this;
    }

    /**
     * Listens on a port. The default is {@link ServerOptions#DEFAULT_PORT}.
     *
     * @param port from 0 to 65535; 0 for any that is free
     * @return this builder
     * @throws IllegalArgumentException if it is outside
     */
    public ServerOptionsBuilder port(int port) {
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
    public ServerOptionsBuilder workers(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be 1 or more: " + workers);
        }
        this.workers = workers;
        return this;
    }

    /**
     * Opens every database to whoever has this token, but those that are given their own. Needed.
     *
     * @param accessToken at least {@link ServerOptions#SHORTEST_TOKEN} printable ASCII characters, none of them a space
     * @return this builder
     * @throws IllegalArgumentException if it is anything else; the message does not show it
     */
    public ServerOptionsBuilder accessToken(String accessToken) {
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
    public ServerOptionsBuilder databaseToken(String name, String accessToken) {
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
    public ServerOptionsBuilder database(String url) {
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
    public ServerOptionsBuilder database(Mono<Database> database, UUID databaseId) {
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
    public ServerOptionsBuilder databaseId(UUID databaseId) {
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
    public ServerOptionsBuilder namedDatabases(Function<String, String> urls) {
        this.namedDatabases = Objects.requireNonNull(urls, "urls");
        return this;
    }

    /**
     * Serves named databases, each under {@code /db/NAME}, from a file {@code NAME.sqlite} in a folder, with the SQLite backend.
     *
     * @param folder a folder that is there
     * @return this builder
     */
    public ServerOptionsBuilder databaseFolder(Path folder) {
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
    public ServerOptionsBuilder databaseOptions(KvOptions databaseOptions) {
        this.databaseOptions = Objects.requireNonNull(databaseOptions, "databaseOptions");
        return this;
    }

    /**
     * Decides what clients may do. The default is {@link ServerOptions.Access#READ_WRITE}.
     *
     * @param access the access
     * @return this builder
     */
    public ServerOptionsBuilder access(ServerOptions.Access access) {
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
    public ServerOptionsBuilder publicUrl(URI publicUrl) {
        this.publicUrl = EndpointUrls.checked(publicUrl);
        return this;
    }

    /**
     * Decides whether to believe what a request says of the way that it came. The default is {@link ServerOptions.ForwardedHeaders#IGNORE}.
     *
     * @param forwardedHeaders the decision
     * @return this builder
     */
    public ServerOptionsBuilder forwardedHeaders(ServerOptions.ForwardedHeaders forwardedHeaders) {
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
    public ServerOptionsBuilder tls(Path certificates, Path privateKey) {
        this.tls = TlsSource.of(certificates, privateKey);
        return this;
    }

    /**
     * Speaks TLS, and nothing else. HTTP/2 and HTTP/1.1 are negotiated.
     *
     * @param context has the server's key and certificates
     * @return this builder
     */
    public ServerOptionsBuilder tls(SSLContext context) {
        this.tls = TlsSource.of(context);
        return this;
    }

    /**
     * Makes metadata, and the token in it, valid for so long. The default is {@link ServerOptions#DEFAULT_TOKEN_LIFETIME}. Tokens stay valid over a
     * restart, and end with the access token that they were given for.
     *
     * @param tokenLifetime a second or more; some clients exchange metadata before each request if it is less than six minutes
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public ServerOptionsBuilder tokenLifetime(Duration tokenLifetime) {
        if (tokenLifetime.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("tokenLifetime must be a second or more: " + tokenLifetime);
        }
        this.tokenLifetime = tokenLifetime;
        return this;
    }

    /**
     * Lets a watch give a sign of life after so long a silence. The default is {@link ServerOptions#DEFAULT_WATCH_PING}.
     *
     * @param watchPing more than zero
     * @return this builder
     * @throws IllegalArgumentException if it is zero or negative
     */
    public ServerOptionsBuilder watchPing(Duration watchPing) {
        if (watchPing.isZero() || watchPing.isNegative()) {
            throw new IllegalArgumentException("watchPing must be more than zero: " + watchPing);
        }
        this.watchPing = watchPing;
        return this;
    }

    /**
     * Waits so long, when the server stops, for requests that are under way; what is left is cut off. The default is
     * {@link ServerOptions#DEFAULT_STOP_GRACE}.
     *
     * @param stopGrace zero or more
     * @return this builder
     * @throws IllegalArgumentException if it is negative
     */
    public ServerOptionsBuilder stopGrace(Duration stopGrace) {
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
    public ServerOptionsBuilder limits(ServerLimits limits) {
        this.limits = Objects.requireNonNull(limits, "limits");
        return this;
    }

    /**
     * Decides whether requests are logged. The default is {@link ServerOptions.AccessLog#OFF}.
     *
     * @param accessLog the decision
     * @return this builder
     */
    public ServerOptionsBuilder accessLog(ServerOptions.AccessLog accessLog) {
        this.accessLog = Objects.requireNonNull(accessLog, "accessLog");
        return this;
    }

    /**
     * Answers {@code GET /metrics}, to whoever has the access token, with a text. The default is 404.
     *
     * @param metricsPage the page, as of Prometheus; called off the event loops
     * @return this builder
     */
    public ServerOptionsBuilder metricsPage(Supplier<String> metricsPage) {
        this.metricsPage = Objects.requireNonNull(metricsPage, "metricsPage");
        return this;
    }

    /**
     * Tells an observer what happens, after those that were given before.
     *
     * @param observer the observer
     * @return this builder
     */
    public ServerOptionsBuilder observer(ServerObserver observer) {
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
