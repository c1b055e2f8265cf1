// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.kvreactive.server.ServerObserver.WatchEnd;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The open watches of a server. Thread-safe. */
final class Watches {

    private final int most;
    private final Observers observers;
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean isStopping;

    Watches(ServerOptions options, Observers observers) {
        this.most = options.limits().watches();
        this.observers = observers;
    }

    /** Refuses one more than there may be. */
    void checkRoom() {
        if (count.get() >= most) {
            throw Refusal.unavailable("The server has as many watches as it takes.");
        }
    }

    void add(WatchStream watch) {
        open.add(watch);
        count.incrementAndGet();
        if (isStopping) {
            watch.stop();
        }
    }

    void begun() {
        observers.tell(ServerObserver::watchBegun);
    }

    /** A watch is over; {@code end} is null if it had not begun. */
    void remove(WatchStream watch, @Nullable WatchEnd end) {
        if (open.remove(watch)) {
            if (end != null) {
                observers.tell(observer -> observer.watchEnded(end));
            }
            count.decrementAndGet();
        }
    }

    int count() {
        return count.get();
    }

    /** Ends all, and those that come. */
    void stop() {
        isStopping = true;
        open.forEach(WatchStream::stop);
    }
}
