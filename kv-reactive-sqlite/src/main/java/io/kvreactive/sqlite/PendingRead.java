// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/** A read of keys on its way, from its subscription to its result. */
final class PendingRead {

    private final MonoSink<List<List<RawEntry>>> sink;
    private final List<ReadRange> ranges;
    private volatile boolean isAbandoned;
    // Written on the connection's thread, read on the scheduler's after it.
    private @Nullable List<List<RawEntry>> result;
    private @Nullable Throwable failure;

    PendingRead(List<ReadRange> ranges, MonoSink<List<List<RawEntry>>> sink) {
        this.ranges = ranges;
        this.sink = sink;
        sink.onCancel(() -> isAbandoned = true);
    }

    List<ReadRange> ranges() {
        return ranges;
    }

    /** Whether the subscriber has gone. */
    boolean isAbandoned() {
        return isAbandoned;
    }

    void decide(List<List<RawEntry>> found) {
        result = found;
        failure = null;
    }

    void decide(Throwable error) {
        failure = error;
    }

    /** Gives what was decided. */
    void deliver() {
        Throwable error = failure;
        if (error != null) {
            sink.error(error);
        } else {
            sink.success(result);
        }
    }
}
