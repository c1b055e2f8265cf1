// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import java.nio.file.Path;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Mono;

/** Makes {@code Kv} beans of the properties below {@code kv-reactive}. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration"
        })
@ConditionalOnClass(Kv.class)
@ConditionalOnBooleanProperty(name = "kv-reactive.enabled", matchIfMissing = true)
@EnableConfigurationProperties(KvProperties.class)
@Import({
    MappingStep.class,
    SqliteStep.class,
    RemoteStep.class,
    ObservationStep.class,
    WebShutdown.class,
    EmbeddedServer.class,
    NamedDatabases.class
})
final class KvAutoConfiguration {

    private static final Log LOG = LogFactory.getLog(KvAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    KvFactory kvFactory(
            KvProperties properties,
            ObjectProvider<OptionsStep> steps,
            ObjectProvider<KvOptionsCustomizer> customizers) {
        return new KvFactory(
                properties,
                steps.orderedStream().toList(),
                customizers.orderedStream().toList());
    }

    @Bean
    @Primary
    @ConditionalOnMissingBean
    @Conditional(OnDefaultDatabase.class)
    Kv kv(KvFactory factory, KvProperties properties, ObjectProvider<KvConnectionDetails> given) {
        KvConnectionDetails details = given.getIfUnique(() -> details(properties));
        if (KvProperties.DEFAULT_URL.equals(details.url()) && properties.url() == null) {
            LOG.info("kv-reactive.url is not set: the database is the embedded file "
                    + Path.of(details.url()).toAbsolutePath());
        }
        return factory.create("kv", details);
    }

    /** What the properties say of the default database. */
    static KvConnectionDetails details(KvProperties properties) {
        return new PropertiesConnectionDetails(properties);
    }

    @Bean
    KvLifecycle kvLifecycle(
            ListableBeanFactory beans, KvProperties properties, ObjectProvider<RequestsUnderWayEnd> requests) {
        RequestsUnderWayEnd end = requests.getIfAvailable();
        // Streams without an end end with their database: they are not waited for any longer than handlers of messages.
        Mono<Void> served = end == null ? Mono.empty() : end.end().timeout(properties.closeGrace(), Mono.empty());
        return new KvLifecycle(beans, properties.opening(), served);
    }

    /** What the properties say. */
    private record PropertiesConnectionDetails(KvProperties properties) implements KvConnectionDetails {
        @Override
        public String url() {
            return properties.url() == null ? KvProperties.DEFAULT_URL : properties.url();
        }

        @Override
        public @Nullable String accessToken() {
            return properties.accessToken();
        }

        @Override
        public String toString() {
            return properties.toString();
        }
    }
}
