// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.micrometer;

import io.kvreactive.micrometer.KvMeterDocumentation.Tag;
import io.kvreactive.spi.KvMeasure;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.Disposable;

/** The meters of one database. Each is registered when it is first needed: a backend has those that make sense for it. */
final class Meters {

    private final MeterRegistry registry;
    private final String database;
    private final Map<KvMeasure, Counter> counters = new ConcurrentHashMap<>();
    private final Map<KvMeasure, DistributionSummary> summaries = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry, String database) {
        this.registry = registry;
        this.database = database;
    }

    static KvMeterDocumentation documentation(KvMeasure measure) {
        return switch (measure) {
            case WRITE_GROUP_SIZE -> KvMeterDocumentation.WRITE_GROUP_SIZE;
            case LOCK_RETRIES -> KvMeterDocumentation.LOCK_RETRIES;
            case REQUEST_RETRIES -> KvMeterDocumentation.REQUEST_RETRIES;
            case METADATA_REFRESHES -> KvMeterDocumentation.METADATA_REFRESHES;
            case LANE_DEPTH -> KvMeterDocumentation.LANE_DEPTH;
            case WRITE_BACKLOG -> KvMeterDocumentation.WRITE_BACKLOG;
            case CONNECTIONS_ACTIVE -> KvMeterDocumentation.CONNECTIONS_ACTIVE;
            case CONNECTIONS_IDLE -> KvMeterDocumentation.CONNECTIONS_IDLE;
            case CONNECTIONS_PENDING -> KvMeterDocumentation.CONNECTIONS_PENDING;
            case ENTRIES -> KvMeterDocumentation.ENTRIES;
        };
    }

    void measured(KvMeasure measure, long value) {
        switch (measure.type()) {
            case COUNT ->
                counters.computeIfAbsent(measure, m -> counter(documentation(m), tags()))
                        .increment((double) value);
            case DISTRIBUTION ->
                summaries
                        .computeIfAbsent(measure, m -> summary(documentation(m)))
                        .record((double) value);
            case GAUGE -> throw new IllegalArgumentException(measure + " is a gauge");
        }
    }

    void count(KvMeterDocumentation meter) {
        counter(meter, tags()).increment();
    }

    void count(KvMeterDocumentation meter, Tag tag, String value) {
        counter(meter, tags().and(tag.asString(), value)).increment();
    }

    Disposable gauge(KvMeasure measure, String part, LongSupplier value) {
        KvMeterDocumentation meter = documentation(measure);
        Tags tags = part.isEmpty() ? tags() : tags().and(Tag.LANE.asString(), part);
        Gauge gauge = Gauge.builder(meter.getName(), value::getAsLong)
                .tags(tags)
                .baseUnit(meter.getBaseUnit())
                .register(registry);
        return () -> registry.remove(gauge);
    }

    private Counter counter(KvMeterDocumentation meter, Tags tags) {
        return Counter.builder(meter.getName())
                .tags(tags)
                .baseUnit(meter.getBaseUnit())
                .register(registry);
    }

    private DistributionSummary summary(KvMeterDocumentation meter) {
        return DistributionSummary.builder(meter.getName())
                .tags(tags())
                .baseUnit(meter.getBaseUnit())
                .register(registry);
    }

    private Tags tags() {
        return Tags.of(Tag.DATABASE.asString(), database);
    }
}
