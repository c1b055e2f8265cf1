// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.KvConsistency;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * What a server says of a database ({@code docs/spec/kv-connect.md}, section 2). The token that came with it is never shown. Immutable.
 */
public final class DatabaseMetadata {

    /**
     * Where the data can be reached.
     *
     * @param url an absolute URL, to which the name of an operation is appended
     * @param consistency {@link KvConsistency#STRONG} takes writes and all reads, {@link KvConsistency#EVENTUAL} reads that need not be of the
     *     latest state
     */
    public record Endpoint(URI url, KvConsistency consistency) {}

    private final int version;
    private final String databaseId;
    private final List<Endpoint> endpoints;
    private final String token;
    private final Instant expiresAt;

    private DatabaseMetadata(
            int version, String databaseId, List<Endpoint> endpoints, String token, Instant expiresAt) {
        this.version = version;
        this.databaseId = databaseId;
        this.endpoints = List.copyOf(endpoints);
        this.token = token;
        this.expiresAt = expiresAt;
    }

    static DatabaseMetadata of(
            int version, String databaseId, List<Endpoint> endpoints, String token, Instant expiresAt) {
        return new DatabaseMetadata(version, databaseId, endpoints, token, expiresAt);
    }

    /**
     * The version of the protocol that the server chose.
     *
     * @return 1, 2 or 3
     */
    public int version() {
        return version;
    }

    /**
     * The identity of the database.
     *
     * @return a UUID, as the server writes it
     */
    public String databaseId() {
        return databaseId;
    }

    /**
     * Where the data can be reached.
     *
     * @return an unmodifiable list, in the server's order, with one endpoint of strong consistency at least
     */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * The time from which nothing of this holds.
     *
     * @return the time
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    String token() {
        return token;
    }

    boolean isValidAt(Instant time) {
        return time.isBefore(expiresAt);
    }

    /** Everything but the token. */
    @Override
    public String toString() {
        return "DatabaseMetadata(version " + version + ", database " + databaseId + ", " + endpoints
                + ", token REDACTED, until " + expiresAt + ")";
    }
}
