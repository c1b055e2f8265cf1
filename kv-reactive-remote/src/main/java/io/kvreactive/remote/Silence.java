// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.remote;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The bound of the time in which a server says nothing. One timer for each answer, which looks, when it comes, how long ago the last part was, and comes
 * again if that was not long enough; {@code Flux.timeout} has one for each part.
 */
final class Silence {

    private final long nanos;
    private final Scheduler timers = Schedulers.parallel();
    private final Disposable.Swap timer = Disposables.swap();
    private volatile long lastHeard;

    private Silence(Duration longest) {
        this.nanos = longest.toNanos();
        this.lastHeard = now();
    }

    /** The parts, until none comes for too long: then a {@link TimeoutException}. */
    static <T> Flux<T> bounded(Flux<T> parts, Duration longest) {
        return Flux.defer(() -> {
            Silence silence = new Silence(longest);
            return parts.doOnNext(part -> silence.lastHeard = silence.now())
                    .takeUntilOther(Mono.create(silence::begin));
        });
    }

    private void begin(MonoSink<Void> tooLong) {
        tooLong.onDispose(timer);
        look(tooLong);
    }

    private void look(MonoSink<Void> tooLong) {
        long left = lastHeard + nanos - now();
        if (left <= 0) {
            tooLong.error(new TimeoutException("nothing came for so long"));
        } else {
            timer.replace(timers.schedule(() -> look(tooLong), left, TimeUnit.NANOSECONDS));
        }
    }

    private long now() {
        return timers.now(TimeUnit.NANOSECONDS);
    }
}
