// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.sqlite;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/** Wakes watches when an entry expires that they have shown: by one alarm for all of them. */
final class ExpiryCalls {

    private final Clock clock;
    private final EarliestAlarm alarm;
    private final AtomicLong numbers = new AtomicLong();
    private final ConcurrentMap<SharedWatch<?>, Call> calls = new ConcurrentHashMap<>();
    private final ConcurrentSkipListSet<Call> inOrder =
            new ConcurrentSkipListSet<>(Comparator.comparingLong(Call::millis).thenComparingLong(Call::number));

    ExpiryCalls(Clock clock) {
        this.clock = clock;
        this.alarm = new EarliestAlarm(clock, this::call);
    }

    private record Call(SharedWatch<?> watch, long millis, long number) {}

    /** From now on a watch is called at this time, and at no other. */
    void expect(SharedWatch<?> watch, long expiryMillis) {
        Call before = calls.get(watch);
        if (before != null && before.millis == expiryMillis) {
            return;
        }
        forget(watch);
        if (expiryMillis != Aftermath.NEVER) {
            Call call = new Call(watch, expiryMillis, numbers.incrementAndGet());
            calls.put(watch, call);
            inOrder.add(call);
            alarm.at(Instant.ofEpochMilli(expiryMillis));
        }
    }

    void forget(SharedWatch<?> watch) {
        Call before = calls.remove(watch);
        if (before != null) {
            inOrder.remove(before);
        }
    }

    void stop() {
        alarm.stop();
    }

    private void call() {
        long now = clock.millis();
        for (Call first = inOrder.pollFirst(); first != null; first = inOrder.pollFirst()) {
            if (first.millis > now) {
                inOrder.add(first);
                alarm.at(Instant.ofEpochMilli(first.millis));
                return;
            }
            calls.remove(first.watch, first);
            first.watch.wake();
        }
    }
}
