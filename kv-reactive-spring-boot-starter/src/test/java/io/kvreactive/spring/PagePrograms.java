// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvEntry;
import io.kvreactive.KvKey;
import io.kvreactive.KvSelector;
import java.util.List;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The programs of {@code docs/spring.md}. */
final class PagePrograms {

    private PagePrograms() {}

    @RestController
    static class Carts {

        record Cart(String customer, List<String> items) {}

        private final Kv kv;

        Carts(Kv kv) {
            this.kv = kv;
        }

        @PutMapping("/carts/{id}")
        Mono<Void> put(@PathVariable String id, @RequestBody Cart cart) {
            return kv.set(KvKey.of("carts", id), cart).then();
        }

        @GetMapping("/carts/{id}")
        Mono<Cart> get(@PathVariable String id) {
            return kv.get(KvKey.of("carts", id), Cart.class).map(KvEntry::value);
        }

        @GetMapping(path = "/carts", produces = MediaType.APPLICATION_NDJSON_VALUE)
        Flux<Cart> all() {
            return kv.list(KvSelector.prefix("carts"), Cart.class).map(KvEntry::value);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Databases {

        /** One more database: opened, observed and closed as those of the properties. */
        @Bean
        Kv audit(KvFactory databases) {
            return databases.create("audit", "audit.sqlite");
        }

        /** The last word about options of every database. */
        @Bean
        KvOptionsCustomizer attempts() {
            return (options, database) -> options.transactAttempts(database.equals("audit") ? 1 : 50);
        }
    }

    @SpringBootTest(properties = "kv-reactive.url=memory:")
    abstract static class OfAnApplication {}
}
