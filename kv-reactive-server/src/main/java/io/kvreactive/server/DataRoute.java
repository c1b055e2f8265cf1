// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the operations of the data path have in common ({@code docs/spec/kv-connect.md}, section 3): who may, and on which database. */
abstract class DataRoute<T> implements Route {

    private final Databases databases;
    private final int bodyBytes;
    private final Function<ByteBuffer, T> decoder;

    DataRoute(ServerOptions options, Databases databases, Function<ByteBuffer, T> decoder) {
        this.databases = databases;
        this.bodyBytes = options.limits().bodyBytes();
        this.decoder = decoder;
    }

    final Databases databases() {
        return databases;
    }

    /** The oldest version that has the operation. */
    int oldestVersion() {
        return KvConnect.OLDEST_VERSION;
    }

    @Override
    public final Mono<Void> serve(Exchange exchange, RequestPath path) {
        ServedDatabase database = databases.find(path.database());
        HttpHeaders headers = exchange.headers();
        database.tokens().check(Credentials.of(headers), databases.clock().instant());
        int version = versionOf(headers, database);
        if (version < oldestVersion()) {
            throw Refusal.badRequest("This needs version " + oldestVersion() + " of the protocol.");
        }
        checkRoom(exchange);
        return exchange.body(bodyBytes, decoder).flatMap(request -> serve(exchange, database, request));
    }

    /** Refuses what there is no room for, before anything is read. */
    void checkRoom(Exchange exchange) {}

    abstract Mono<Void> serve(Exchange exchange, ServedDatabase database, T request);

    /** The version that the headers are of, which must name this database. */
    private static int versionOf(HttpHeaders headers, ServedDatabase database) {
        String version = headers.get(KvConnect.VERSION_HEADER);
        if (version == null) {
            checkId(KvConnect.DOMAIN_HEADER, headers.get(KvConnect.DOMAIN_HEADER), database);
            return KvConnect.OLDEST_VERSION;
        }
        return switch (version.trim()) {
            case "3" -> named(3, headers, database);
            case "2" -> named(2, headers, database);
            // Some clients send it for the first version too.
            case "1" -> {
                checkId(KvConnect.DOMAIN_HEADER, headers.get(KvConnect.DOMAIN_HEADER), database);
                yield 1;
            }
            default ->
                throw Refusal.badRequest("The header " + KvConnect.VERSION_HEADER + " must be "
                        + KvConnect.OLDEST_VERSION + " to " + KvConnect.NEWEST_VERSION + ".");
        };
    }

    private static int named(int version, HttpHeaders headers, ServedDatabase database) {
        checkId(KvConnect.DATABASE_HEADER, headers.get(KvConnect.DATABASE_HEADER), database);
        return version;
    }

    private static void checkId(String header, @Nullable String id, ServedDatabase database) {
        if (id == null) {
            throw Refusal.badRequest("The header " + header + " is missing.");
        }
        if (!id.trim().equalsIgnoreCase(database.id())) {
            throw Refusal.badRequest("The header " + header + " does not name this database.");
        }
    }
}
