// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.proto.KvConnect;
import io.kvreactive.proto.WatchFrames;
import io.kvreactive.proto.WireMapper;
import io.kvreactive.server.ServerObserver.WatchEnd;
import io.kvreactive.spi.RawEntry;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * The answer to a watch: a frame for each state that is news, and a sign of life after each silence. The next state is asked for when the
 * frame before has been taken, so a slow reader skips states, and holds one frame; one that takes none at all for too long is cut off.
 */
final class WatchStream extends PacedBody implements Exchange.Pending {

    @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace.
    private static final Refusal TOO_LATE = Refusal.unavailable("The database did not answer in time.");

    private final Watches watches;
    private final Flux<List<List<RawEntry>>> states;
    private final WatchFrames frames = WatchFrames.begin();
    private final States subscriber = new States();
    private final Patience patience = new Patience();
    private @Nullable List<List<RawEntry>> waiting;
    private boolean isWriting;
    private boolean wantsState;
    private WatchEnd end = WatchEnd.CLIENT;

    WatchStream(Exchange exchange, Watches watches, Flux<List<List<RawEntry>>> states) {
        super(exchange, KvConnect.WATCH_TYPE, -1);
        this.watches = watches;
        this.states = states;
    }

    @Override
    void begin() {
        watches.add(this);
        exchange().waitsFor(this);
        states.subscribe(subscriber);
    }

    private void next(List<List<RawEntry>> state) {
        if (isOver()) {
            return;
        }
        if (isWriting) {
            waiting = state;
            return;
        }
        byte[] frame = frames.next(state);
        if (frame == null) {
            subscriber.request();
            return;
        }
        boolean isFirst = !hasBegun();
        exchange().waitsFor(null);
        wantsState = true;
        send(frame);
        if (isFirst && hasBegun()) {
            exchange().hasTime();
            watches.begun();
        }
    }

    private void send(byte[] frame) {
        isWriting = true;
        exchange().waits().slowWatches().begin(patience);
        write(Unpooled.wrappedBuffer(frame));
    }

    @Override
    void taken() {
        isWriting = false;
        exchange().waits().pings().begin(patience);
        List<List<RawEntry>> state = waiting;
        if (state != null) {
            waiting = null;
            next(state);
        } else if (wantsState) {
            wantsState = false;
            subscriber.request();
        }
    }

    /** The first state did not come. */
    @Override
    public void giveUp() {
        end = WatchEnd.ERROR;
        fail(TOO_LATE);
    }

    /** The server stops: the client is told by the end of the stream, and may look for another. */
    void stop() {
        onLoop(() -> endWith(WatchEnd.SERVER));
    }

    private void endWith(WatchEnd why) {
        end = why;
        // What is on its way, and the end, must be taken in time.
        exchange().progressed();
        finish();
    }

    @Override
    void over() {
        WaitList.end(patience);
        waiting = null;
        subscriber.cancel();
        watches.remove(this, hasBegun() ? end : null);
    }

    /** What the database tells, on whatever thread. */
    private final class States implements CoreSubscriber<List<List<RawEntry>>> {
        private volatile @Nullable Subscription upstream;

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            subscription.request(1);
        }

        void request() {
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(1);
            }
        }

        void cancel() {
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onNext(List<List<RawEntry>> state) {
            onLoop(() -> next(state));
        }

        @Override
        public void onError(Throwable error) {
            onLoop(() -> {
                end = WatchEnd.ERROR;
                fail(error);
            });
        }

        @Override
        public void onComplete() {
            onLoop(() -> {
                if (hasBegun()) {
                    endWith(WatchEnd.SERVER);
                } else {
                    fail(Refusal.unavailable("The database is closed."));
                }
            });
        }
    }

    /** Waits for the next thing to tell while the reader keeps up, and else for the reader. */
    private final class Patience extends WaitList.Waiter {
        @Override
        void waitIsOver() {
            if (isWriting) {
                end = WatchEnd.SLOW_CLIENT;
                exchange().cut();
            } else {
                send(WireMapper.encodeWatchPing());
            }
        }
    }
}
