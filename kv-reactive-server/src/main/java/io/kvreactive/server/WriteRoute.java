// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.AtomicWrite;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Mono;

/** {@code atomic_write}. A read-only server says that it cannot write, so that a client may look for another. */
final class WriteRoute extends DataRoute<AtomicWrite> {

    @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace.
    private static final Refusal TOO_LATE =
            Refusal.of(504, "The database did not answer in time; nobody knows whether this was applied.");

    private final boolean isReadOnly;

    WriteRoute(ServerOptions options, Databases databases) {
        super(options, databases, WireMapper::decodeWrite);
        this.isReadOnly = options.access() == ServerOptions.Access.READ_ONLY;
    }

    @Override
    Mono<Void> serve(Exchange exchange, ServedDatabase database, AtomicWrite write) {
        Mono<byte[]> answer = databases().use(exchange, database, open -> {
            RequestChecks.checkWrite(open, write, databases().clock().instant());
            return isReadOnly
                    ? Mono.fromSupplier(WireMapper::encodeWriteDisabled)
                    : exchange.onLoop(open.atomicWrite(write), TOO_LATE).map(WireMapper::encodeWriteAnswer);
        });
        return answer.flatMap(body -> exchange.send(200, KvConnect.PROTOBUF_TYPE, Unpooled.wrappedBuffer(body)));
    }
}
