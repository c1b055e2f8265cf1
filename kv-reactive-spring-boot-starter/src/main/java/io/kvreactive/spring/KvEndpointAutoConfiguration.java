// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** What Actuator tells of databases besides their health: the endpoint {@code kv}, which is off by default, and a part of {@code info}. */
@AutoConfiguration(after = KvAutoConfiguration.class)
@ConditionalOnClass({Kv.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBean(Kv.class)
@EnableConfigurationProperties(KvEndpointProperties.class)
class KvEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    KvEndpoint kvEndpoint(Map<String, Kv> databases, KvEndpointProperties properties) {
        return new KvEndpoint(databases, properties.showValues(), properties.roles());
    }

    @Bean
    @ConditionalOnEnabledInfoContributor("kv")
    KvInfoContributor kvInfoContributor(Map<String, Kv> databases) {
        return new KvInfoContributor(databases.keySet());
    }
}
