// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.CommitResult;
import io.kvreactive.spi.AtomicWrite;
import io.kvreactive.spi.Enqueue;
import io.kvreactive.spi.Mutation;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A write on its way, from its subscription to its result. */
final class PendingWrite {

    private final MonoSink<CommitResult> sink;
    private final BusyRetry.Deadline deadline;
    private final long bytes;
    // Null once it is cancelled: what waits must not hold its data.
    private volatile @Nullable AtomicWrite write;
    private volatile boolean isAbandoned;
    // Known before the commit, given after it.
    private @Nullable CommitResult result;
    private @Nullable Throwable failure;
    private boolean isDelivered;

    PendingWrite(AtomicWrite write, BusyRetry.Deadline deadline, MonoSink<CommitResult> sink) {
        this.write = write;
        this.deadline = deadline;
        this.sink = sink;
        this.bytes = bytesOf(write);
    }

    private static long bytesOf(AtomicWrite write) {
        long bytes = 0;
        for (Mutation mutation : write.mutations()) {
            bytes += mutation.key().length
                    + (mutation.value() == null ? 0 : mutation.value().size());
        }
        for (Enqueue message : write.enqueues()) {
            bytes += message.payload().length;
        }
        return bytes;
    }

    /** The subscriber has gone: a write that waits is not begun, one that runs is finished. */
    void abandon() {
        isAbandoned = true;
        write = null;
    }

    /** What to write; null if nobody wants it any more. */
    @Nullable
    AtomicWrite write() {
        return write;
    }

    long bytes() {
        return bytes;
    }

    BusyRetry.Deadline deadline() {
        return deadline;
    }

    void decide(CommitResult decided) {
        result = decided;
        failure = null;
    }

    void decide(Throwable decided) {
        failure = decided;
    }

    /** Gives what was decided, once. */
    void deliver() {
        if (isAbandoned || isDelivered) {
            return;
        }
        isDelivered = true;
        if (failure != null) {
            sink.error(failure);
        } else {
            sink.success(result);
        }
    }

    void fail(Throwable error) {
        decide(error);
        deliver();
    }
}
