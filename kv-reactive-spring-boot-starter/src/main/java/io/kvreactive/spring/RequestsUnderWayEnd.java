// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.spring;

import reactor.core.publisher.Mono;

/** The end of the requests that need databases, where the application serves any. */
@FunctionalInterface
interface RequestsUnderWayEnd {

    /** Takes no more requests; completes when those that there are have been served. */
    Mono<Void> end();
}
