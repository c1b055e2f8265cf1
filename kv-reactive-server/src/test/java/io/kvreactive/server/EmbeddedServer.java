// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

/** The program of the README, which is compiled here. */
final class EmbeddedServer {

    private EmbeddedServer() {}

    static void run(String token) {
        ServerOptions options = ServerOptions.builder()
                .accessToken(token)
                .database("sqlite:orders.sqlite")
                .port(4512)
                .build();
        KvConnectServer.start(options)
                .doOnNext(server -> System.out.println("Deno may connect to " + server.url()))
                .flatMap(KvConnectServer::stopped)
                .block();
    }
}
