// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Those who all wait for the same length of time, in the order in which their waits end. To begin a wait, to end it early and to begin it anew
 * cost next to nothing, and one timer serves all: a timer of its own for every request would cost more than the request. Touched on one event
 * loop only.
 */
final class WaitList {

    private final EventLoop loop;
    private final long nanos;
    private @Nullable Waiter first;
    private @Nullable Waiter last;
    private boolean isScheduled;

    WaitList(EventLoop loop, Duration time) {
        this.loop = loop;
        this.nanos = time.toNanos();
    }

    /** Begins a wait, or begins it anew. */
    void begin(Waiter waiter) {
        end(waiter);
        waiter.list = this;
        waiter.end = System.nanoTime() + nanos;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        schedule();
    }

    /** Ends a wait early, if there is one. */
    static void end(Waiter waiter) {
        WaitList list = waiter.list;
        if (list != null) {
            list.remove(waiter);
        }
    }

    private void remove(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.list = null;
    }

    private void schedule() {
        Waiter next = first;
        if (next != null && !isScheduled && !loop.isShuttingDown()) {
            isScheduled = true;
            // Nobody calls it off: it finds nothing to do, then.
            Future<?> unused =
                    loop.schedule(this::look, Math.max(0, next.end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void look() {
        isScheduled = false;
        long now = System.nanoTime();
        for (Waiter next = first; next != null && next.end - now <= 0; next = first) {
            remove(next);
            next.waitIsOver();
        }
        schedule();
    }

    /** Somebody who waits, in one list at a time. */
    abstract static class Waiter {
        private @Nullable WaitList list;
        private @Nullable Waiter previous;
        private @Nullable Waiter next;
        private long end;

        /** The time has passed. Called on the loop. */
        abstract void waitIsOver();
    }
}
