// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import reactor.core.publisher.Mono;

/** The metadata exchange ({@code docs/spec/kv-connect.md}, section 2). */
final class MetadataRoute implements Route {

    /** A list of versions is not long. */
    private static final int BODY_BYTES = 16 << 10;

    private final Databases databases;
    private final EndpointUrls endpoints;
    private final Duration tokenLifetime;

    MetadataRoute(ServerOptions options, Databases databases) {
        this.databases = databases;
        this.endpoints = new EndpointUrls(options);
        this.tokenLifetime = options.tokenLifetime();
    }

    @Override
    public Mono<Void> serve(Exchange exchange, RequestPath path) {
        ServedDatabase database = databases.find(path.database());
        if (!database.tokens().isAccessToken(Credentials.of(exchange.headers()))) {
            throw Refusal.unauthorized("The access token is not the one of this database.");
        }
        return exchange.body(BODY_BYTES, MetadataJson::readSupportedVersions)
                .map(versions -> MetadataJson.chosen(versions))
                // So that a client is told at once if the database cannot be opened.
                .flatMap(version -> databases.use(exchange, database, open -> Mono.just(version)))
                .flatMap(version -> exchange.send(200, KvConnect.JSON_TYPE, answer(exchange, path, database, version)));
    }

    private ByteBuf answer(Exchange exchange, RequestPath path, ServedDatabase database, int version) {
        String url =
                endpoints.of(path.databasePath(), version, exchange.request().connectionScheme(), exchange.headers());
        // Whole seconds, rounded down, as in the token: the token is never valid for less than is told.
        Instant end = databases.clock().instant().plus(tokenLifetime).truncatedTo(ChronoUnit.SECONDS);
        String json = MetadataJson.write(
                version, database.id(), url, database.tokens().issue(end), end);
        return Unpooled.wrappedBuffer(json.getBytes(StandardCharsets.UTF_8));
    }
}
