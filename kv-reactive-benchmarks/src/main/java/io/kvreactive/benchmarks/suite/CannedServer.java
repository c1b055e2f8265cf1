// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.KvValue;
import io.kvreactive.Versionstamp;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.DatabaseLimits;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.v8.V8;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A KV Connect service that answers every range of a read with the same bytes: what is measured against it is the client, and the way there and back.
 * The bare loop of {@link LoopPeer} gets the same for each of its requests.
 */
public final class CannedServer {

    private CannedServer() {}

    /**
     * Serves until it is killed.
     *
     * @param args the port, and the size of the value in bytes
     */
    public static void main(String[] args) {
        int port = Integer.parseInt(args[0]);
        List<RawEntry> entry = List.of(RawEntry.of(
                Data.entry(0).encoded(),
                KvValue.copyOf(KvValue.V8, V8.encode(Data.value(0, Integer.parseInt(args[1])))),
                Versionstamp.ofVersion(1),
                null));
        List<ByteBuf> answers = IntStream.rangeClosed(0, DatabaseLimits.DENO.rangesPerRead())
                .mapToObj(ranges ->
                        Unpooled.wrappedBuffer(WireMapper.encodeReadAnswer(Collections.nCopies(ranges, entry), true)))
                .toList();
        HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .route(routes -> routes.post("/", CannedServer::metadata)
                        .post(
                                "/v2/snapshot_read",
                                (request, response) -> response.header("content-type", "application/x-protobuf")
                                        .sendObject(request.receive()
                                                .aggregate()
                                                .asByteArray()
                                                .map(body -> answers.get(WireMapper.decodeRead(body)
                                                                .size())
                                                        .retainedDuplicate()))))
                .bindNow()
                .onDispose()
                .block();
    }

    private static Publisher<Void> metadata(HttpServerRequest request, HttpServerResponse response) {
        String text = """
                {"version":3,"databaseId":"00000000-0000-0000-0000-000000000000","token":"canned",
                 "endpoints":[{"url":"/v2","consistency":"strong"}],"expiresAt":"%s"}""".formatted(Instant.now().plusSeconds(86_400));
        return request.receive()
                .then(response.header("content-type", "application/json")
                        .sendByteArray(Mono.just(text.getBytes(StandardCharsets.UTF_8)))
                        .then());
    }
}
