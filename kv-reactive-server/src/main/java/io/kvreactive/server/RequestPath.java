// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.kvreactive.server.ServerObserver.Operation;

/**
 * What the path of a request means. Lenient where clients are known to be careless: doubled slashes, one at the end, a query, a whole URL. No
 * part of a path is ever decoded, so that nothing can hide in it.
 *
 * @param database the name of the database, checked; empty for the one under {@code /}
 * @param operation what is asked for
 * @param detail for {@link Operation#STATUS}, of what
 */
record RequestPath(String database, Operation operation, String detail) {

    static final String HEALTH = "healthz";
    static final String READINESS = "readyz";
    static final String METRICS = "metrics";

    private static final String NAMED = "db";
    private static final RequestPath MAIN_READ = new RequestPath("", Operation.READ, "");
    private static final RequestPath MAIN_WRITE = new RequestPath("", Operation.WRITE, "");
    private static final RequestPath NOTHING = new RequestPath("", Operation.UNKNOWN, "");

    /** The meaning; throws {@link Refusal} for a name that is none. */
    static RequestPath of(String uri) {
        // Nearly all requests are one of these two.
        if (uri.equals(EndpointUrls.DATA_PATH + KvConnect.SNAPSHOT_READ_PATH)) {
            return MAIN_READ;
        }
        if (uri.equals(EndpointUrls.DATA_PATH + KvConnect.ATOMIC_WRITE_PATH)) {
            return MAIN_WRITE;
        }
        String path = pathOf(uri).replaceAll("/{2,}", "/");
        if (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (!path.startsWith("/" + NAMED + "/")) {
            return ofDatabase("", path);
        }
        String rest = path.substring(NAMED.length() + 2);
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        if (!DatabaseName.isValid(name)) {
            throw DatabaseName.refusal();
        }
        return ofDatabase(name, slash < 0 ? "" : rest.substring(slash));
    }

    private static String pathOf(String uri) {
        String path = uri;
        int scheme = path.indexOf("://");
        if (scheme > 0 && !path.startsWith("/")) {
            int authority = scheme + 3;
            int slash = path.indexOf('/', authority);
            int end = slash < 0 ? path.length() : slash;
            if (!EndpointUrls.isAuthority(path.substring(authority, end))) {
                throw Refusal.badRequest("The URL of the request is malformed.");
            }
            path = path.substring(end);
        }
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '?' || path.charAt(i) == '#') {
                return path.substring(0, i);
            }
        }
        return path;
    }

    private static RequestPath ofDatabase(String database, String path) {
        return switch (path) {
            case "" -> new RequestPath(database, Operation.METADATA, "");
            case EndpointUrls.DATA_PATH + KvConnect.SNAPSHOT_READ_PATH -> new RequestPath(database, Operation.READ, "");
            case EndpointUrls.DATA_PATH + KvConnect.ATOMIC_WRITE_PATH -> new RequestPath(database, Operation.WRITE, "");
            case EndpointUrls.DATA_PATH + KvConnect.WATCH_PATH -> new RequestPath(database, Operation.WATCH, "");
            case "/" + HEALTH, "/" + READINESS, "/" + METRICS ->
                database.isEmpty() ? new RequestPath("", Operation.STATUS, path.substring(1)) : NOTHING;
            default -> NOTHING;
        };
    }

    /** The path of the database itself: empty, or {@code /db/NAME}. */
    String databasePath() {
        return database.isEmpty() ? "" : "/" + NAMED + "/" + database;
    }
}
