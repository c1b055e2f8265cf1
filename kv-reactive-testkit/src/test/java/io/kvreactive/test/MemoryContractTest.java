// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.test;

import java.util.Set;

class MemoryContractTest extends KvContract {

    @Override
    protected String freshUrl() {
        return "memory:";
    }

    @Override
    protected Set<Trait> lacks() {
        return Set.of(Trait.SURVIVES_CLOSE, Trait.BACKS_UP);
    }
}
