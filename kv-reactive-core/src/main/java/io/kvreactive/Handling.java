// SPDX-License-Identifier: Apache-2.0
package io.kvreactive;

import io.kvreactive.spi.RawMessage;
import io.kvreactive.spi.RawMessage.Settlement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** One message that is out, until it is settled: once, by whoever comes first. */
final class Handling {

    private final RawMessage raw;
    private final Consumer<Handling> whenOver;
    private final Consumer<Throwable> whenUnsettled;
    private final AtomicReference<@Nullable Mono<Void>> settlement = new AtomicReference<>();
    private final Disposable.Swap timeout = Disposables.swap();

    /** {@code whenOver} is told once the settlement has come to its end, {@code whenUnsettled} before that if it failed. */
    Handling(RawMessage raw, Consumer<Handling> whenOver, Consumer<Throwable> whenUnsettled) {
        this.raw = raw;
        this.whenOver = whenOver;
        this.whenUnsettled = whenUnsettled;
    }

    RawMessage raw() {
        return raw;
    }

    boolean isSettled() {
        return settlement.get() != null;
    }

    /** Counts the message as failed if the trigger comes before it is settled. */
    void failAt(Mono<?> trigger) {
        timeout.update(trigger.subscribe(due -> settleNow(Settlement.FAILED)));
        if (isSettled()) {
            timeout.dispose();
        }
    }

    Mono<Void> settle(Settlement what) {
        return Mono.deferContextual(context -> first(what).contextWrite(context));
    }

    /** Whoever cannot wait for the end: what goes wrong is told to {@code whenUnsettled}. */
    void settleNow(Settlement what) {
        first(what).subscribe(done -> {}, error -> {});
    }

    private Mono<Void> first(Settlement what) {
        Mono<Void> before = settlement.get();
        if (before != null) {
            return before;
        }
        // Begun by its first subscriber and finished even if that one cancels: a handled message must not come back.
        Mono<Void> own = raw.settle(what)
                .doOnError(this::unsettled)
                .doFinally(signal -> whenOver.accept(this))
                .cache();
        if (!settlement.compareAndSet(null, own)) {
            Mono<Void> other = settlement.get();
            return other == null ? own : other;
        }
        timeout.dispose();
        return own;
    }

    private void unsettled(Throwable error) {
        try {
            whenUnsettled.accept(error);
        } catch (RuntimeException e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}
