// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.KvConsistency;
import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.ReadAnswerWriter;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.spi.Database;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import reactor.core.publisher.Mono;

/** {@code snapshot_read}: every read is of the latest state. */
final class ReadRoute extends DataRoute<List<ReadRange>> {

    @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace.
    private static final Refusal TOO_LATE = Refusal.unavailable("The database did not answer in time.");

    private final long answerBytes;

    ReadRoute(ServerOptions options, Databases databases) {
        super(options, databases, WireMapper::decodeRead);
        this.answerBytes = options.limits().answerBytes();
    }

    @Override
    void checkRoom(Exchange exchange) {
        if (exchange.all().answerBytes().get() >= answerBytes) {
            throw Refusal.unavailable("Too many answers have not been taken yet.");
        }
    }

    @Override
    Mono<Void> serve(Exchange exchange, ServedDatabase database, List<ReadRange> ranges) {
        return databases()
                .use(exchange, database, open -> read(exchange, open, ranges))
                .flatMap(found -> answer(exchange, found));
    }

    private static Mono<List<List<RawEntry>>> read(Exchange exchange, Database database, List<ReadRange> ranges) {
        if (ranges.isEmpty()) {
            return Mono.just(List.of());
        }
        RequestChecks.checkRead(database, ranges);
        return exchange.onLoop(database.snapshotRead(ranges, KvConsistency.STRONG), TOO_LATE);
    }

    private static Mono<Void> answer(Exchange exchange, List<List<RawEntry>> found) {
        ReadAnswerWriter writer = ReadAnswerWriter.of(found, true);
        exchange.holdAnswer(writer.size());
        return writer.size() <= LargeAnswer.PART_BYTES
                ? exchange.send(200, KvConnect.PROTOBUF_TYPE, LargeAnswer.part(exchange, writer, writer.size()))
                : new LargeAnswer(exchange, writer);
    }
}
