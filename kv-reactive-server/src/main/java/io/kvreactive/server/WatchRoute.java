// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WireMapper;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import reactor.core.publisher.Mono;

/** {@code watch}, which came with version 3. */
final class WatchRoute extends DataRoute<List<byte[]>> {

    private final Watches watches;

    WatchRoute(ServerOptions options, Databases databases, Watches watches) {
        super(options, databases, WireMapper::decodeWatch);
        this.watches = watches;
    }

    @Override
    int oldestVersion() {
        return KvConnect.WATCH_VERSION;
    }

    @Override
    void checkRoom(Exchange exchange) {
        if (exchange.request().version().equals(HttpVersion.HTTP_1_0)) {
            throw Refusal.badRequest("A watch needs HTTP/1.1 or HTTP/2: its answer has no length.");
        }
        watches.checkRoom();
    }

    @Override
    Mono<Void> serve(Exchange exchange, ServedDatabase database, List<byte[]> keys) {
        return databases().use(exchange, database, open -> {
            RequestChecks.checkWatch(open, keys);
            return new WatchStream(exchange, watches, open.watch(keys));
        });
    }
}
