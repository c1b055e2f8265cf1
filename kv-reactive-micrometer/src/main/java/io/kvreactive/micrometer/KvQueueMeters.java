// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.Kv;
import io.kvreactive.KvQueue;
import io.kvreactive.KvUnsupportedException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many messages the queue of a {@code Kv} holds. Nothing waits for the database: whoever reads the gauge is told what was counted last, and has
 * it counted anew for the next who does. Not a number before the first count, and of backends that cannot tell.
 */
public final class KvQueueMeters implements MeterBinder {

    private final Kv kv;
    private final String database;
    private final AtomicBoolean isCounting = new AtomicBoolean();
    private volatile KvQueue.@Nullable Counts counted;

    private KvQueueMeters(Kv kv, String database) {
        this.kv = kv;
        this.database = database;
    }

    /**
     * The meters of a queue.
     *
     * @param kv the database; opened by the first who reads a gauge
     * @param database its name, as given to {@link MicrometerObserver.Builder#database}
     * @return a binder, to be bound to a registry
     */
    public static KvQueueMeters of(Kv kv, String database) {
        return new KvQueueMeters(Objects.requireNonNull(kv, "kv"), Objects.requireNonNull(database, "database"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        register(registry, "ready", KvQueue.Counts::ready);
        register(registry, "delayed", KvQueue.Counts::delayed);
        register(registry, "running", KvQueue.Counts::running);
    }

    private void register(MeterRegistry registry, String state, ToLongFunction<KvQueue.Counts> count) {
        KvMeterDocumentation meter = KvMeterDocumentation.QUEUE_DEPTH;
        Gauge.builder(meter.getName(), () -> last(count))
                .tag(KvMeterDocumentation.Tag.DATABASE.asString(), database)
                .tag(KvMeterDocumentation.Tag.STATE.asString(), state)
                .baseUnit(meter.getBaseUnit())
                .register(registry);
    }

    private double last(ToLongFunction<KvQueue.Counts> count) {
        countAnew();
        KvQueue.Counts last = counted;
        return last == null ? Double.NaN : count.applyAsLong(last);
    }

    private void countAnew() {
        if (isCounting.compareAndSet(false, true)) {
            kv.queue().counts().subscribe(counts -> counted = counts, this::failed, () -> isCounting.set(false));
        }
    }

    private void failed(Throwable error) {
        counted = null;
        // A backend that cannot tell never will.
        isCounting.set(error instanceof KvUnsupportedException);
    }
}
