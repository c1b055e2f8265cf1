// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import io.kvreactive.Kv;
import io.kvreactive.KvException;
import io.kvreactive.KvKey;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Whether a database answers: it is asked for one key that is not there. Errors are told by their class and, if they are the library's own, whose
 * messages hold neither keys nor values nor tokens, by their message.
 */
final class KvHealthIndicator implements ReactiveHealthIndicator {

    private static final KvKey PROBE = KvKey.of("kv-reactive", "health");

    private final Kv kv;
    private final Duration timeout;

    KvHealthIndicator(Kv kv, Duration timeout) {
        this.kv = kv;
        this.timeout = timeout;
    }

    @Override
    public Mono<Health> health() {
        return kv.get(PROBE)
                .timeout(timeout)
                .map(found -> Health.up().build())
                .defaultIfEmpty(Health.up().build())
                .onErrorResume(error -> Mono.just(down(error)));
    }

    private Health down(Throwable error) {
        if (error instanceof TimeoutException) {
            return Health.down()
                    .withDetail("error", "no answer within " + timeout)
                    .build();
        }
        String name = error.getClass().getName();
        return Health.down()
                .withDetail("error", error instanceof KvException ? name + ": " + error.getMessage() : name)
                .build();
    }
}
