// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.server.KvConnectServer;
import io.kvreactive.server.ServerOptionsBuilder;
import io.kvreactive.spi.DatabaseUrl;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The embedded KV Connect server: off unless {@code kv-reactive.server.enabled} says otherwise, where the application has its module. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(KvConnectServer.class)
@ConditionalOnBooleanProperty(name = "kv-reactive.server.enabled")
@EnableConfigurationProperties(KvServerProperties.class)
class EmbeddedServer {

    /** What the database of the server is called in observations. */
    static final String DATABASE = "kv-server";

    @Bean
    ServerLifecycle kvServer(
            KvServerProperties properties,
            KvProperties databases,
            KvFactory factory,
            ObjectProvider<KvConnectionDetails> given,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<ServerOptionsCustomizer> customizers) {
        KvConnectionDetails details = served(properties, databases, given);
        ServerOptionsBuilder options = properties
                .toOptions()
                .database(shared(details.url()))
                .databaseOptions(factory.options(DATABASE, details));
        String bundle = properties.ssl().bundle();
        if (bundle != null) {
            options.tls(bundles.getObject().getBundle(bundle).createSslContext());
        }
        customizers.orderedStream().forEach(customizer -> customizer.customize(options));
        return new ServerLifecycle(options.build());
    }

    private static KvConnectionDetails served(
            KvServerProperties properties, KvProperties databases, ObjectProvider<KvConnectionDetails> given) {
        String url = properties.url();
        if (url != null) {
            return () -> url;
        }
        return given.getIfUnique(() -> KvAutoConfiguration.details(databases));
    }

    private static String shared(String url) {
        if ("memory".equals(DatabaseUrl.parse(url).scheme())) {
            throw new IllegalArgumentException(
                    "a database in memory cannot be served as well: set kv-reactive.server.url, or kv-reactive.url, to a file");
        }
        return url;
    }
}
