// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvreactive.Kv;
import io.kvreactive.KvOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;

/** Contexts under test, and what their databases were made with. */
final class Contexts {

    static {
        // Java reads a file of settings when it first makes a socket for a server, which is here and not on an event
        // loop that BlockHound watches.
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(socket.isBound()).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Contexts() {}

    /** With the auto-configurations that every application has; a database in memory unless a test says otherwise. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        KvAutoConfiguration.class, JacksonAutoConfiguration.class, SslAutoConfiguration.class))
                .withUserConfiguration(Recording.class)
                .withPropertyValues("kv-reactive.url=memory:");
    }

    static Kv kv(ApplicationContext context) {
        return context.getBean(Kv.class);
    }

    /** The options that a database was made with. */
    static KvOptions options(ApplicationContext context, String database) {
        return context.getBean(OptionsRecorder.class).seen.get(database);
    }

    static <T> T run(Publisher<T> operation) {
        return Flux.from(operation).blockLast(Duration.ofSeconds(20));
    }

    @Configuration(proxyBeanMethods = false)
    static class Recording {
        @Bean
        OptionsRecorder optionsRecorder() {
            return new OptionsRecorder();
        }
    }

    static final class OptionsRecorder implements KvOptionsCustomizer {
        final Map<String, KvOptions> seen = new ConcurrentHashMap<>();

        @Override
        public void customize(KvOptions.Builder options, String database) {
            seen.put(database, options.build());
        }
    }
}
