// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import java.util.Map;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health of every {@code Kv} bean. */
@AutoConfiguration(after = KvAutoConfiguration.class)
@ConditionalOnClass({Kv.class, ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Kv.class)
@EnableConfigurationProperties(KvHealthProperties.class)
class KvHealthAutoConfiguration {

    // Here and not on the class: a condition that the class path lacks would be looked for before the one that asks for
    // it.
    @Bean
    @ConditionalOnEnabledHealthIndicator("kv")
    @ConditionalOnMissingBean(name = {"kvHealthIndicator", "kvHealthContributor"})
    ReactiveHealthContributor kvHealthContributor(Map<String, Kv> databases, KvHealthProperties properties) {
        return databases.size() == 1
                ? new KvHealthIndicator(databases.values().iterator().next(), properties.timeout())
                : CompositeReactiveHealthContributor.fromMap(
                        databases, kv -> new KvHealthIndicator(kv, properties.timeout()));
    }
}
