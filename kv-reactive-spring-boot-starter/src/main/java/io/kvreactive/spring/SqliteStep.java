// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.sqlite.SqliteOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The properties below {@code kv-reactive.sqlite}, where there is the SQLite backend. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(SqliteOptions.class)
@EnableConfigurationProperties(KvSqliteProperties.class)
class SqliteStep {

    @Bean
    OptionsStep kvSqliteOptions(
            KvSqliteProperties general, Environment environment, ObjectProvider<SqliteOptionsCustomizer> customizers) {
        Sections sections = new Sections(environment);
        return (options, database, details) -> {
            SqliteOptions.Builder own = sections.of(database, "sqlite", KvSqliteProperties.class, general)
                    .toOptions();
            customizers.orderedStream().forEach(customizer -> customizer.customize(own, database));
            options.with(own.build());
        };
    }
}
