// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.v8.jackson.V8Mapper;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Records and beans are stored as the application writes them as JSON. */
@Configuration(proxyBeanMethods = false)
class MappingStep {

    @Bean
    OptionsStep kvMapping(
            KvProperties properties,
            ObjectProvider<JsonMapper> application,
            ObjectProvider<KvMapperCustomizer> customizers) {
        JsonMapper like = properties.mapping() == KvProperties.Mapping.APPLICATION ? application.getIfUnique() : null;
        V8Mapper.Builder builder = like == null ? V8Mapper.builder() : V8Mapper.builder(like);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        V8Mapper mapper = builder.build();
        return (options, database, details) -> options.mapper(mapper);
    }
}
