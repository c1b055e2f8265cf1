// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.orders;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tells streams without an end that the application is being stopped. The web server waits for requests that are being served, and those would keep
 * it waiting until its patience is over.
 */
@Component
class Closing implements ApplicationListener<ContextClosedEvent> {

    private final Sinks.Empty<Void> begun = Sinks.empty();

    Mono<Void> begun() {
        return begun.asMono();
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        begun.tryEmitEmpty();
    }
}
