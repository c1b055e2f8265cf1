// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.KvOptions;
import java.nio.file.Path;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What of a database writes, and is not there when it is only read: its lane, and what it does by itself. */
final class WriteSide {

    private final WriteLane lane;
    private final ExpirySweep expirySweep;
    private final Leases leases;
    private final DeadMessages deadMessages;
    private final QueuePump queue;

    WriteSide(
            Path path,
            WriteLane lane,
            ReadLanes readers,
            SqliteOptions own,
            KvOptions options,
            ForeignCommits foreignCommits,
            Complaints complaints,
            Supplier<? extends Throwable> closed) {
        this.lane = lane;
        this.expirySweep = new ExpirySweep(lane, readers, options.clock(), complaints);
        this.leases = new Leases(lane, options.clock(), complaints);
        this.deadMessages = new DeadMessages(
                lane,
                readers,
                leases,
                options.clock(),
                own.deadMessageGrace(),
                new PassedOver(path, options.observer()),
                complaints);
        this.queue = new QueuePump(
                lane,
                readers,
                leases,
                new PassedOver(path, options.observer()),
                options.clock(),
                options.scheduler(),
                foreignCommits,
                complaints,
                closed);
    }

    WriteLane lane() {
        return lane;
    }

    QueuePump queue() {
        return queue;
    }

    void begin() {
        expirySweep.look();
        deadMessages.look();
    }

    /** A commit of this database. On the connection's thread; quick. */
    void committed(Aftermath aftermath) {
        expirySweep.expects(aftermath.earliestExpiry());
        queue.isReady(aftermath.earliestReady());
    }

    /** A commit of somebody else. On any thread; quick. */
    void othersCommitted(boolean isEntries) {
        if (isEntries) {
            expirySweep.look();
        }
        deadMessages.look();
        queue.othersCommitted();
    }

    /** Ends what it does by itself; what is on its way to receivers of messages is put back. The lane goes on. */
    Mono<Void> stop() {
        return Mono.defer(() -> {
            expirySweep.stop();
            deadMessages.stop();
            return queue.close().doOnTerminate(leases::stop);
        });
    }
}
