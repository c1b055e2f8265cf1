// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.server;

import reactor.core.publisher.Mono;

/** One of the things that a request can ask for. */
interface Route {

    /**
     * Serves a request whose method fits. What it throws, and what it ends with, is translated and answered.
     *
     * @return completes when the answer is on its way
     */
    Mono<Void> serve(Exchange exchange, RequestPath path);
}
