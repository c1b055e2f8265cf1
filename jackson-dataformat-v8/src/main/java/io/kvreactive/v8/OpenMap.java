// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Map being read into a Map. */
final class OpenMap extends OpenJava {

    private final Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    private final JavaKeys keys = new JavaKeys(this, "the key of a Map", map::containsKey);
    private boolean hasKey;
    private @Nullable Object key;

    OpenMap(NaturalReader reader) {
        super(reader);
    }

    @Override
    Object self() {
        return map;
    }

    @Override
    void add(@Nullable Object value) {
        int id = count();
        if (hasKey) {
            map.put(key, value);
        } else {
            key = keys.accept(value, id);
        }
        hasKey = !hasKey;
    }
}
