// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where a database is and what opens it. A bean of this type goes before the properties {@code kv-reactive.url},
 * {@code kv-reactive.access-token} and {@code kv-reactive.remote.ssl.bundle}.
 */
public interface KvConnectionDetails extends ConnectionDetails {

    /**
     * Where the database is.
     *
     * @return a URL or path, as {@code Kv.create} takes it
     */
    String url();

    /**
     * What opens a database on a server.
     *
     * @return the token, or null for that of the environment variable {@code DENO_KV_ACCESS_TOKEN}, if there is one
     */
    default @Nullable String accessToken() {
        return null;
    }

    /**
     * Whom to trust, and as whom to speak, over {@code https}.
     *
     * @return the bundle, or null for what Java trusts
     */
    default @Nullable SslBundle sslBundle() {
        return null;
    }
}
