// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** A {@code Kv} bean for each of {@code kv-reactive.databases}, of its name. */
final class NamedDatabases implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        Binder.get(environment)
                .bind("kv-reactive.databases", Bindable.mapOf(String.class, KvProperties.Named.class))
                .orElse(Map.of())
                .forEach((name, database) -> register(registry, name, database));
    }

    private static void register(BeanRegistry registry, String name, KvProperties.Named database) {
        registry.registerBean(
                name,
                Kv.class,
                spec -> spec.supplier(
                        context -> context.bean(KvFactory.class).create(name, new NamedConnectionDetails(database))));
    }

    private record NamedConnectionDetails(KvProperties.Named database) implements KvConnectionDetails {
        @Override
        public String url() {
            return database.url();
        }

        @Override
        public @Nullable String accessToken() {
            return database.accessToken();
        }
    }
}
