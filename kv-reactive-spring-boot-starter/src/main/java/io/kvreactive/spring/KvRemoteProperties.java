// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import io.kvreactive.remote.WriteRetry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How databases on KV Connect servers are used.
 *
 * @param deadline how long an operation may take, all attempts together; 0 for as long as it takes
 * @param firstBackoff the pause before a request is sent again; twice as long each time
 * @param longestBackoff the longest pause before a request is sent again
 * @param jitter by what part of itself a pause varies, from 0 to 1
 * @param maxAttempts how often a request is sent at the most; by default as often as the deadline allows
 * @param writeRetry what to do with a write whose answer was lost
 * @param watchSilence how long a watch waits for a sign of life before it is begun anew
 * @param redirectHosts to which hosts the metadata exchange may be redirected, besides that of the URL; by default to any
 * @param http how requests travel
 * @param ssl whom to trust, and as whom to speak, over https
 */
@ConfigurationProperties("kv-reactive.remote")
record KvRemoteProperties(
        @DefaultValue("30s") Duration deadline,
        @DefaultValue("200ms") Duration firstBackoff,
        @DefaultValue("30s") Duration longestBackoff,
        @DefaultValue("0.5") double jitter,
        @Nullable Long maxAttempts,
        @DefaultValue("when-harmless") WriteRetry writeRetry,
        @DefaultValue("30s") Duration watchSilence,
        @Nullable List<String> redirectHosts,
        @DefaultValue Http http,
        @DefaultValue Ssl ssl) {

    /**
     * How requests travel.
     *
     * @param connectTimeout how long a connection may take
     * @param responseTimeout how long a server may be silent
     * @param version the version of HTTP
     * @param compression whether answers may come compressed
     * @param connections how many connections there may be to a server
     * @param idleTime how long a connection that nobody uses is kept
     * @param proxy the proxy, as http://host:port, socks4://host:port or socks5://host:port, with user:password@ if need be
     */
    record Http(
            @DefaultValue("5s") Duration connectTimeout,
            @DefaultValue("10s") Duration responseTimeout,
            @DefaultValue("negotiated") HttpOptions.Version version,
            @DefaultValue("none") HttpOptions.Compression compression,
            @DefaultValue("64") int connections,
            @DefaultValue("30s") Duration idleTime,
            @Nullable String proxy) {

        HttpOptions.Builder toOptions() {
            HttpOptions.Builder options = HttpOptions.builder()
                    .connectTimeout(connectTimeout)
                    .responseTimeout(responseTimeout)
                    .version(version)
                    .compression(compression)
                    .connections(connections)
                    .idleTime(idleTime);
            return proxy == null ? options : options.proxy(proxy);
        }

        /** No password. */
        @Override
        public String toString() {
            return "Http(" + version + ")";
        }
    }

    /**
     * Whom to trust, and as whom to speak, over https.
     *
     * @param bundle the name of an SSL bundle of the application; by default what Java trusts
     */
    record Ssl(@Nullable String bundle) {}

    RemoteOptions.Builder toOptions(HttpOptions httpOptions) {
        RemoteOptions.Builder options = RemoteOptions.builder()
                .backoff(firstBackoff, longestBackoff)
                .jitter(jitter)
                .writeRetry(writeRetry)
                .watchSilence(watchSilence)
                .http(httpOptions);
        if (deadline.isZero()) {
            options.withoutDeadline();
        } else {
            options.deadline(deadline);
        }
        if (maxAttempts != null) {
            options.maxAttempts(maxAttempts);
        }
        return redirectHosts == null ? options : options.redirectHosts(redirectHosts.toArray(String[]::new));
    }
}
