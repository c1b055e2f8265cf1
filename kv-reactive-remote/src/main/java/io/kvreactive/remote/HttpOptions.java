// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/**
 * How requests to a server travel: {@code RemoteOptions.builder().http(HttpOptions.builder().connections(8).build())}. Immutable.
 */
public final class HttpOptions {

    /** How requests travel. */
    public enum Version {
        /** HTTP/1.1 over {@code http}; over {@code https} HTTP/2 if the server agrees, else HTTP/1.1. The default. */
        NEGOTIATED,
        /** HTTP/1.1 only. */
        HTTP_1_1,
        /** HTTP/2 only; over {@code http} without asking first, which the server must expect. */
        HTTP_2
    }

    /** Whether answers may come compressed. */
    public enum Compression {
        /** They come as they are. The default: values are small, and most are close at hand. */
        NONE,
        /** The server may compress them. */
        GZIP
    }

    /** A server that does not even accept a connection within this time is not there. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** No request takes a server that long, so silence means that it or the way to it is gone. */
    public static final Duration DEFAULT_RESPONSE_TIMEOUT = Duration.ofSeconds(10);

    /** Enough to keep a server busy, few enough for its limits. Over HTTP/2 each carries many requests at a time. */
    public static final int DEFAULT_CONNECTIONS = 64;

    /** Less than the minute after which the load balancers of the large clouds drop a connection that nobody uses. */
    public static final Duration DEFAULT_IDLE_TIME = Duration.ofSeconds(30);

    private static final HttpOptions DEFAULTS = new Builder().build();

    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Version version;
    private final Compression compression;
    private final int connections;
    private final Duration idleTime;
    private final @Nullable SSLContext sslContext;
    private final @Nullable URI proxy;
    private final UnaryOperator<HttpClient> client;

    private HttpOptions(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.responseTimeout = builder.responseTimeout;
        this.version = builder.version;
        this.compression = builder.compression;
        this.connections = builder.connections;
        this.idleTime = builder.idleTime;
        this.sslContext = builder.sslContext;
        this.proxy = builder.proxy;
        this.client = builder.client;
    }

    /**
     * The options of a database that is given none.
     *
     * @return the defaults
     */
    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    /**
     * A builder that begins with the defaults.
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
        builder.connectTimeout = connectTimeout;
        builder.responseTimeout = responseTimeout;
        builder.version = version;
        builder.compression = compression;
        builder.connections = connections;
        builder.idleTime = idleTime;
        builder.sslContext = sslContext;
        builder.proxy = proxy;
        builder.client = client;
        return builder;
    }

    /**
     * How long a connection may take to be made.
     *
     * @return the time
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * How long a server may be silent while an answer is waited for.
     *
     * @return the time
     */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /**
     * How requests travel.
     *
     * @return the version of HTTP
     */
    public Version version() {
        return version;
    }

    /**
     * Whether answers may come compressed.
     *
     * @return the decision
     */
    public Compression compression() {
        return compression;
    }

    /**
     * How many connections to one host are open at a time, those of watches not counted.
     *
     * @return 1 or more
     */
    public int connections() {
        return connections;
    }

    /**
     * How long a connection is kept that nobody uses.
     *
     * @return the time
     */
    public Duration idleTime() {
        return idleTime;
    }

    @Nullable
    SSLContext sslContext() {
        return sslContext;
    }

    @Nullable
    URI proxy() {
        return proxy;
    }

    UnaryOperator<HttpClient> client() {
        return client;
    }

    /** What can be shown: no password of a proxy. */
    @Override
    public String toString() {
        return "HttpOptions(" + version + ", compression " + compression + ", connections " + connections
                + ", idleTime " + idleTime + ", connectTimeout " + connectTimeout + ", responseTimeout "
                + responseTimeout + ", proxy " + (proxy == null ? "none" : proxy.getHost() + ":" + proxy.getPort())
                + ")";
    }

    /** Builds {@link HttpOptions}. Not thread-safe. */
    public static final class Builder {
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration responseTimeout = DEFAULT_RESPONSE_TIMEOUT;
        private Version version = Version.NEGOTIATED;
        private Compression compression = Compression.NONE;
        private int connections = DEFAULT_CONNECTIONS;
        private Duration idleTime = DEFAULT_IDLE_TIME;
        private @Nullable SSLContext sslContext;
        private @Nullable URI proxy;
        private UnaryOperator<HttpClient> client = client -> client;

        private Builder() {}

        /**
         * Gives a connection up that takes longer to be made. The default is {@link #DEFAULT_CONNECT_TIMEOUT}.
         *
         * @param connectTimeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = positive("connectTimeout", connectTimeout);
            return this;
        }

        /**
         * Gives an attempt up when the server is silent for so long: from the request to the beginning of the answer, and between two parts of
         * it. The default is {@link #DEFAULT_RESPONSE_TIMEOUT}.
         *
         * @param responseTimeout more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder responseTimeout(Duration responseTimeout) {
            this.responseTimeout = positive("responseTimeout", responseTimeout);
            return this;
        }

        /**
         * Decides how requests travel. The default is {@link Version#NEGOTIATED}.
         *
         * @param version the version of HTTP
         * @return this builder
         */
        public Builder version(Version version) {
            this.version = Objects.requireNonNull(version, "version");
            return this;
        }

        /**
         * Decides whether answers may come compressed. The default is {@link Compression#NONE}.
         *
         * @param compression the decision
         * @return this builder
         */
        public Builder compression(Compression compression) {
            this.compression = Objects.requireNonNull(compression, "compression");
            return this;
        }

        /**
         * Opens at most so many connections to one host; requests beyond wait. Watches have connections of their own. The default is
         * {@value HttpOptions#DEFAULT_CONNECTIONS}.
         *
         * @param connections 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder connections(int connections) {
            if (connections < 1) {
                throw new IllegalArgumentException("connections must be 1 or more: " + connections);
            }
            this.connections = connections;
            return this;
        }

        /**
         * Closes connections that nobody used for so long, whether or not others follow. The default is {@link #DEFAULT_IDLE_TIME}.
         *
         * @param idleTime more than zero
         * @return this builder
         * @throws IllegalArgumentException if it is zero or negative
         */
        public Builder idleTime(Duration idleTime) {
            this.idleTime = positive("idleTime", idleTime);
            return this;
        }

        /**
         * Takes trust and keys from a context, for {@code https}. The default is that of the Java platform.
         *
         * @param sslContext an initialised context
         * @return this builder
         */
        public Builder sslContext(SSLContext sslContext) {
            this.sslContext = Objects.requireNonNull(sslContext, "sslContext");
            return this;
        }

        /**
         * Goes through a proxy. The default is none.
         *
         * @param url {@code http://host:port}, {@code socks4://host:port} or {@code socks5://host:port}, with {@code user:password@} if the
         *     proxy wants it
         * @return this builder
         * @throws IllegalArgumentException if it is anything else
         */
        public Builder proxy(String url) {
            this.proxy = Transport.proxyOf(url);
            return this;
        }

        /**
         * Changes the HTTP client, last of all, for what has no option here: another resolver of names, say, or metrics. It must not follow
         * redirects, and its wiretap would log tokens and values.
         *
         * @param client given the client, gives a changed one
         * @return this builder
         */
        public Builder client(UnaryOperator<HttpClient> client) {
            this.client = Objects.requireNonNull(client, "client");
            return this;
        }

        /**
         * The options.
         *
         * @return what was set
         */
        public HttpOptions build() {
            return new HttpOptions(this);
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isZero() || duration.isNegative()) {
                throw new IllegalArgumentException(name + " must be more than zero: " + duration);
            }
            return duration;
        }
    }
}
