// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What is under way in a server, counted. Thread-safe. */
final class Exchanges {

    private final Connections connections;
    private final Observers observers;
    private final AtomicInteger underWay = new AtomicInteger();
    private final LongAdder served = new LongAdder();
    private final AtomicLong answerBytes = new AtomicLong();
    private final Sinks.Empty<Void> allOver = Sinks.empty();

    Exchanges(Connections connections, Observers observers) {
        this.connections = connections;
        this.observers = observers;
    }

    void begun() {
        underWay.incrementAndGet();
    }

    void ended(Exchange exchange, Duration duration) {
        served.increment();
        if (observers.isAnybodyThere()) {
            ServedRequest request = new ServedRequest(exchange, duration);
            observers.tell(observer -> observer.requestServed(request));
        }
        if (underWay.decrementAndGet() == 0 && isDraining()) {
            allOver.tryEmitEmpty();
        }
    }

    boolean isDraining() {
        return connections.isDraining();
    }

    /** Completes when nothing is under way any more, after draining has begun. */
    Mono<Void> allOver() {
        return Mono.defer(() -> underWay.get() == 0 ? Mono.empty() : allOver.asMono());
    }

    int underWay() {
        return underWay.get();
    }

    long served() {
        return served.sum();
    }

    /** The bytes of answers that clients have not taken yet. */
    AtomicLong answerBytes() {
        return answerBytes;
    }
}
