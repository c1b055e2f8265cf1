// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.remote.HttpOptions;
import io.kvreactive.remote.RemoteOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The properties below {@code kv-reactive.remote}, where there is the remote backend. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(RemoteOptions.class)
@EnableConfigurationProperties(KvRemoteProperties.class)
class RemoteStep {

    @Bean
    OptionsStep kvRemoteOptions(
            KvRemoteProperties general,
            Environment environment,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<RemoteOptionsCustomizer> customizers) {
        Sections sections = new Sections(environment);
        return (options, database, details) -> {
            KvRemoteProperties properties = sections.of(database, "remote", KvRemoteProperties.class, general);
            HttpOptions.Builder http = properties.http().toOptions();
            SslBundle bundle = bundleOf(details, properties, bundles);
            if (bundle != null) {
                http.sslContext(bundle.createSslContext());
            }
            RemoteOptions.Builder own = properties.toOptions(http.build());
            customizers.orderedStream().forEach(customizer -> customizer.customize(own, database));
            options.with(own.build());
        };
    }

    private static @Nullable SslBundle bundleOf(
            KvConnectionDetails details, KvRemoteProperties properties, ObjectProvider<SslBundles> bundles) {
        SslBundle given = details.sslBundle();
        String name = properties.ssl().bundle();
        if (given != null || name == null) {
            return given;
        }
        return bundles.getObject().getBundle(name);
    }
}
