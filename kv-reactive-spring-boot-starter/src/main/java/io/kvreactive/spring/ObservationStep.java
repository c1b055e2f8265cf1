// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.micrometer.KvObservationConvention;
import io.kvreactive.micrometer.KvQueueMeters;
import io.kvreactive.micrometer.MicrometerObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Observations and meters of every database, where the application has a registry for them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({MicrometerObserver.class, ObservationRegistry.class, MeterRegistry.class})
class ObservationStep {

    @Bean
    OptionsStep kvObservation(
            ObjectProvider<ObservationRegistry> observations,
            ObjectProvider<MeterRegistry> meters,
            ObjectProvider<KvObservationConvention> convention) {
        return (options, database, details) -> {
            ObservationRegistry observationRegistry = observations.getIfUnique();
            MeterRegistry meterRegistry = meters.getIfUnique();
            if (observationRegistry == null && meterRegistry == null) {
                return;
            }
            MicrometerObserver.Builder observer = MicrometerObserver.builder().database(database);
            if (observationRegistry != null) {
                observer.observationRegistry(observationRegistry);
            }
            if (meterRegistry != null) {
                observer.meterRegistry(meterRegistry);
            }
            convention.ifUnique(observer::convention);
            options.observer(observer.build());
        };
    }

    /** Looked at by the registry once all beans are there. */
    @Bean
    @ConditionalOnBean(MeterRegistry.class)
    MeterBinder kvQueueMeters(ListableBeanFactory beans) {
        return registry -> beans.getBeansOfType(Kv.class, false, false)
                .forEach((name, kv) -> KvQueueMeters.of(kv, name).bindTo(registry));
    }
}
