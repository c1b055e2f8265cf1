// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import java.util.function.Consumer;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Tells an observer; one that fails must not fail the work. */
record Observed(NdjsonObserver observer) {

    void tell(Consumer<NdjsonObserver> event) {
        try {
            event.accept(observer);
        } catch (RuntimeException e) {
            Operators.onErrorDropped(e, Context.empty());
        }
    }
}
