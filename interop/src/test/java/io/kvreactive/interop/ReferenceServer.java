// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.KvOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** The script {@code interop/node/reference-server.mjs} in a Node of its own: Deno's engine behind KV Connect. */
final class ReferenceServer extends Child {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final HttpClient control = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    private ReferenceServer() throws IOException, InterruptedException {
        super(
                "reference-server",
                Path.of("target", "node"),
                new ProcessBuilder(
                        "node", Path.of("node", "reference-server.mjs").toString()));
        JsonNode report = next();
        url = "http://127.0.0.1:" + report.get("port").asInt();
        token = report.get("token").asString();
    }

    static ReferenceServer start() throws IOException, InterruptedException {
        return new ReferenceServer();
    }

    /** Where a fresh database in memory is. */
    String freshUrl() {
        return url + "/db/" + DATABASES.incrementAndGet();
    }

    KvOptions authorized(KvOptions options) {
        return options.mutate().accessToken(token).build();
    }

    /** Frees a database that nobody uses any more. */
    void drop(String databaseUrl) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(databaseUrl))
                .header("Authorization", "Bearer " + token)
                .DELETE()
                .build();
        try {
            control.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
