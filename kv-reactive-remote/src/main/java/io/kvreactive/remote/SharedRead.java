// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import io.kvreactive.spi.KvObservation;
import io.kvreactive.spi.RawEntry;
import io.kvreactive.spi.ReadRange;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** A read of keys on its way through {@link SharedReads}, from its subscription to its result. Thread-safe. */
final class SharedRead {

    /** What carries a read. */
    interface Request {

        /** One whose read it carries does not care any more. */
        void leave();
    }

    /** In the place of a request: the subscriber has gone. */
    private static final Request GONE = () -> {};

    private final List<ReadRange> ranges;
    private final MonoSink<List<List<RawEntry>>> sink;
    private final long since;
    /** The request that it is part of, {@link #GONE}, or null while it waits. */
    private final AtomicReference<@Nullable Request> place = new AtomicReference<>();

    SharedRead(List<ReadRange> ranges, MonoSink<List<List<RawEntry>>> sink, long since) {
        this.ranges = ranges;
        this.sink = sink;
        this.since = since;
        sink.onCancel(this::leave);
    }

    List<ReadRange> ranges() {
        return ranges;
    }

    /** When it was subscribed to, in the nanoseconds of the clock that it was given. */
    long since() {
        return since;
    }

    /** Makes it part of a request; false if its subscriber has gone. */
    boolean move(@Nullable Request from, Request to) {
        return place.compareAndSet(from, to);
    }

    private void leave() {
        Request carrying = place.getAndSet(GONE);
        if (carrying != null) {
            carrying.leave();
        }
    }

    void succeed(List<List<RawEntry>> found) {
        sink.success(found);
    }

    /** There is no result. Not after one: that may still wait for demand. */
    void end() {
        sink.success();
    }

    void fail(Throwable error) {
        sink.error(error);
    }

    /** The context of a request: that of the first who wants it, with an observation that tells all of them. */
    static Context contextOf(List<SharedRead> reads) {
        Context first = Context.of(reads.get(0).sink.contextView());
        return reads.size() == 1
                ? first
                : first.put(KvObservation.class, new KvObservation() {
                    @Override
                    public void triedAgain(int attempt) {
                        reads.forEach(read ->
                                KvObservation.of(read.sink.contextView()).triedAgain(attempt));
                    }
                });
    }
}
