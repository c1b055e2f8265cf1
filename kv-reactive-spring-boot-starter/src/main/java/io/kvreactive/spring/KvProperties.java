// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.spi.DatabaseUrl;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for all databases, and which there are.
 *
 * @param enabled whether there are Kv beans at all
 * @param url where the database of the bean "kv" is: a file, as path or sqlite:path; memory: for one in memory; https://host/path for a KV
 *     Connect server. The default, which is told in the log, is a file in the working directory; there is none if there are named databases
 * @param accessToken what opens a database on a server; by default the environment variable DENO_KV_ACCESS_TOKEN
 * @param deadline how long a read or commit may take; by default as long as the backend allows
 * @param closeGrace how long closing waits for requests that are being served, and then for handlers of messages
 * @param transactAttempts how often a transaction is run before its conflict becomes an error
 * @param opening when databases are opened
 * @param mapping how records and beans become stored values
 * @param databases further databases, by the names of their beans. Each may have sections sqlite and remote of its own, which replace the general
 *     ones
 */
@ConfigurationProperties("kv-reactive")
record KvProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String url,
        @Nullable String accessToken,
        @Nullable Duration deadline,
        @DefaultValue("10s") Duration closeGrace,
        @DefaultValue("50") int transactAttempts,
        @DefaultValue("at-start") Opening opening,
        @DefaultValue("application") Mapping mapping,
        @DefaultValue Map<String, Named> databases) {

    static final String DEFAULT_URL = "kv.sqlite";

    /** When databases are opened. */
    enum Opening {
        /** Before the web server starts; what cannot be opened ends the start. */
        AT_START,
        /** By the first operation. */
        ON_USE
    }

    /** How records and beans become stored values. */
    enum Mapping {
        /** As the application writes them as JSON: with its modules, mix-ins, naming and inclusion. */
        APPLICATION,
        /** As without Spring. */
        PLAIN
    }

    /**
     * A further database.
     *
     * @param url where it is
     * @param accessToken what opens it, if it is on a server
     */
    record Named(String url, @Nullable String accessToken) {

        @Override
        public String toString() {
            return "Named(" + shown(url) + ")";
        }
    }

    boolean hasDefaultDatabase() {
        return url != null || databases.isEmpty();
    }

    /** Without password and query. */
    private static String shown(@Nullable String url) {
        return url == null || url.isBlank() || url.startsWith(":")
                ? String.valueOf(url)
                : DatabaseUrl.parse(url).toString();
    }

    /** No token. */
    @Override
    public String toString() {
        return "KvProperties(" + shown(url) + ", " + databases + ")";
    }
}
