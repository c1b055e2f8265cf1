// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.benchmarks.suite;

import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.ReadRange;
import io.netty.buffer.Unpooled;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** A bare loop of POSTs with Reactor Netty, of the same bytes as a get, without metadata, retries, checks or decoding: what the way itself allows. */
public final class LoopPeer {

    private LoopPeer() {}

    /**
     * Does the work and prints what was done.
     *
     * @param args see {@link Work}
     * @throws InterruptedException never
     */
    public static void main(String[] args) throws InterruptedException {
        Work work = Work.parse(args);
        byte[] body =
                WireMapper.encodeRead(List.of(ReadRange.point(Data.entry(0).encoded())));
        HttpClient client = HttpClient.create(ConnectionProvider.create("loop", Math.max(16, work.inFlight())))
                .baseUrl(work.target())
                .headers(headers -> headers.set("authorization", "Bearer canned")
                        .set("content-type", "application/x-protobuf")
                        .set("x-denokv-version", "3")
                        .set("x-denokv-database-id", "00000000-0000-0000-0000-000000000000"));
        Meter meter = new Meter(work);
        for (int i = 0; i < work.inFlight(); i++) {
            client.post()
                    .uri("/v2/snapshot_read")
                    .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                    .responseSingle((response, content) -> content.asByteArray())
                    .doOnNext(answer -> meter.count())
                    .repeat(() -> !meter.isOver())
                    .subscribe(answer -> {}, error -> {
                        error.printStackTrace();
                        System.exit(1);
                    });
        }
        meter.report();
        System.exit(0);
    }
}
