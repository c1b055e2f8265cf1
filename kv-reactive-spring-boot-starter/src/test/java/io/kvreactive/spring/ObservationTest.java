// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static io.kvreactive.spring.Contexts.kv;
import static io.kvreactive.spring.Contexts.options;
import static io.kvreactive.spring.Contexts.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import io.kvreactive.micrometer.KvObservationContext;
import io.kvreactive.micrometer.KvObservationConvention;
import io.kvreactive.spi.KvObserver;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ObservationTest {

    private static final KvKey KEY = KvKey.of("a");

    private static ApplicationContextRunner runner() {
        return Contexts.runner()
                .withConfiguration(
                        AutoConfigurations.of(MetricsAutoConfiguration.class, ObservationAutoConfiguration.class))
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new);
    }

    @Test
    void operationsAreTimedAndTheQueueIsMeasuredForEveryDatabaseByItsName() {
        runner().withPropertyValues("kv-reactive.databases.audit.url=memory:").run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            run(kv(context).set(KEY, 1));
            run(context.getBean("audit", Kv.class).get(KEY));
            assertThat(meters.get("kv.operation")
                            .tag("kv.database", "kv")
                            .tag("kv.operation", "set")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("kv.operation")
                            .tag("kv.database", "audit")
                            .tag("kv.operation", "get")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("kv.entries").tag("kv.database", "kv").gauge().value())
                    .isEqualTo(1);
            assertThat(meters.find("kv.queue.depth").tag("kv.database", "audit").gauges())
                    .hasSize(3);
        });
    }

    @Test
    void observationsCanBeSwitchedOffByTheirName() {
        runner().withPropertyValues("management.observations.enable.kv.operation=false")
                .run(context -> {
                    run(kv(context).set(KEY, 1));
                    assertThat(context.getBean(MeterRegistry.class)
                                    .find("kv.operation")
                                    .timer())
                            .isNull();
                });
    }

    @Test
    void aConventionBeanNamesThem() {
        runner().withBean(KvObservationConvention.class, () -> new KvObservationConvention() {
                    @Override
                    public String getName() {
                        return "db";
                    }

                    @Override
                    public KeyValues getLowCardinalityKeyValues(KvObservationContext context) {
                        return KeyValues.of("what", context.operation().kind().text());
                    }
                })
                .run(context -> {
                    run(kv(context).set(KEY, 1));
                    assertThat(context.getBean(MeterRegistry.class)
                                    .get("db")
                                    .tag("what", "set")
                                    .timer()
                                    .count())
                            .isEqualTo(1);
                });
    }

    @Test
    void withoutARegistryNobodyObserves() {
        Contexts.runner()
                .run(context -> assertThat(options(context, "kv").observer()).isSameAs(KvObserver.NONE));
    }

    @Test
    void withoutMicrometerNobodyObserves() {
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader("io.micrometer", "io.kvreactive.micrometer"))
                .run(context -> {
                    assertThat(options(context, "kv").observer()).isSameAs(KvObserver.NONE);
                    run(kv(context).set(KEY, 1));
                });
    }
}
