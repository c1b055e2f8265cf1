// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.examples.backend;

import io.kvreactive.test.KvContract;
import java.util.Set;

class TreeMapContractTest extends KvContract {

    @Override
    protected String freshUrl() {
        return "treemap:";
    }

    @Override
    protected Set<Trait> lacks() {
        return Set.of(
                Trait.SURVIVES_CLOSE,
                Trait.ENQUEUES,
                Trait.DELIVERS,
                Trait.SHOWS_QUEUE,
                Trait.WATCHES,
                Trait.WATCHES_PREFIXES,
                Trait.BACKS_UP);
    }
}
