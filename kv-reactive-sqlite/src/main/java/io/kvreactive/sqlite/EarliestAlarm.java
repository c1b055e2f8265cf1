// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import io.kvreactive.spi.Alarm;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** An alarm that goes off once, at the earliest of the times that it has been set to since it last did. */
final class EarliestAlarm {

    private final Clock clock;
    private final Runnable action;
    private final AtomicReference<@Nullable Setting> current = new AtomicReference<>();
    private volatile boolean isStopped;

    /** {@code action} runs on a timer's thread, or that of whoever moves the clock: it must be quick. */
    EarliestAlarm(Clock clock, Runnable action) {
        this.clock = clock;
        this.action = action;
    }

    /** Sets it, unless it is set to an earlier time. */
    void at(Instant time) {
        Setting wanted = new Setting(time);
        Setting before;
        do {
            before = current.get();
            if (isStopped || (before != null && !time.isBefore(before.time))) {
                return;
            }
        } while (!current.compareAndSet(before, wanted));
        if (before != null) {
            before.waiting.dispose();
        }
        wanted.begin();
        if (isStopped) {
            stop();
        }
    }

    /** It does not go off any more. */
    void stop() {
        isStopped = true;
        Setting last = current.getAndSet(null);
        if (last != null) {
            last.waiting.dispose();
        }
    }

    private final class Setting {
        private final Instant time;
        private final Disposable.Swap waiting = Disposables.swap();

        Setting(Instant time) {
            this.time = time;
        }

        void begin() {
            waiting.update(Alarm.at(clock, time).subscribe(done -> {}, error -> {}, this::goOff));
        }

        private void goOff() {
            if (current.compareAndSet(this, null)) {
                action.run();
            }
        }
    }
}
