// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes meters of what happens in a server, those of {@link ServerMeter}: {@code ServerOptions.builder().observer(
 * MicrometerServerObserver.of(registry))}. Needs {@code micrometer-core}. Thread-safe.
 */
public final class MicrometerServerObserver implements ServerObserver {

    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger watches = new AtomicInteger();
    private final AtomicInteger databases = new AtomicInteger();
    private final Counter refused;

    private MicrometerServerObserver(MeterRegistry registry) {
        this.registry = registry;
        gauge(ServerMeter.CONNECTIONS, connections);
        gauge(ServerMeter.WATCHES, watches);
        gauge(ServerMeter.DATABASES, databases);
        this.refused = Counter.builder(ServerMeter.CONNECTIONS_REFUSED.meterName())
                .description(ServerMeter.CONNECTIONS_REFUSED.description())
                .register(registry);
    }

    /**
     * An observer for one server.
     *
     * @param registry where its meters are
     * @return the observer
     */
    public static MicrometerServerObserver of(MeterRegistry registry) {
        return new MicrometerServerObserver(registry);
    }

    private void gauge(ServerMeter meter, AtomicInteger number) {
        Gauge.builder(meter.meterName(), number, AtomicInteger::get)
                .description(meter.description())
                .register(registry);
    }

    @Override
    public void requestServed(ServedRequest request) {
        String operation = request.operation().name().toLowerCase(Locale.ROOT);
        if (request.operation() != Operation.WATCH || request.status() != 200) {
            Timer.builder(ServerMeter.REQUESTS.meterName())
                    .description(ServerMeter.REQUESTS.description())
                    .tag("operation", operation)
                    .tag("status", String.valueOf(request.status()))
                    .register(registry)
                    .record(request.duration());
        }
        summary(ServerMeter.REQUEST_BYTES, operation).record((double) request.requestBytes());
        summary(ServerMeter.ANSWER_BYTES, operation).record((double) request.answerBytes());
    }

    private DistributionSummary summary(ServerMeter meter, String operation) {
        return DistributionSummary.builder(meter.meterName())
                .description(meter.description())
                .baseUnit("bytes")
                .tag("operation", operation)
                .register(registry);
    }

    @Override
    public void connectionOpened() {
        connections.incrementAndGet();
    }

    @Override
    public void connectionClosed() {
        connections.decrementAndGet();
    }

    @Override
    public void connectionRefused() {
        refused.increment();
    }

    @Override
    public void watchBegun() {
        watches.incrementAndGet();
    }

    @Override
    public void watchEnded(WatchEnd end) {
        watches.decrementAndGet();
        Counter.builder(ServerMeter.WATCHES_ENDED.meterName())
                .description(ServerMeter.WATCHES_ENDED.description())
                .tag("end", end.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Override
    public void databaseOpened(String name) {
        databases.incrementAndGet();
    }

    @Override
    public void databaseClosed(String name) {
        databases.decrementAndGet();
    }
}
