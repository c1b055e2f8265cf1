// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Set being read into a Set. */
final class OpenSet extends OpenJava {

    private final Set<@Nullable Object> set = new LinkedHashSet<>();
    private final JavaKeys keys = new JavaKeys(this, "a member of a Set", set::contains);

    OpenSet(NaturalReader reader) {
        super(reader);
    }

    @Override
    Object self() {
        return set;
    }

    @Override
    void add(@Nullable Object value) {
        set.add(keys.accept(value, count()));
    }
}
