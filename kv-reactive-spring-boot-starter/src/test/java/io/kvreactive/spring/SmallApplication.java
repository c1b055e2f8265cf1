// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvKey;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Starts, writes an entry, reads it, and stops. */
public final class SmallApplication implements Callable<String> {

    private final String url;

    public SmallApplication(String url) {
        this.url = url;
    }

    @Override
    public String call() {
        SpringApplication application = new SpringApplication(Everything.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(
                "--kv-reactive.url=" + url,
                "--spring.main.banner-mode=off",
                "--management.endpoint.kv.access=read-only")) {
            Kv kv = context.getBean(Kv.class);
            KvKey key = KvKey.of("a");
            return kv.set(key, "tea")
                    .then(kv.get(key))
                    .map(entry -> (String) entry.value())
                    .block();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Everything {}
}
