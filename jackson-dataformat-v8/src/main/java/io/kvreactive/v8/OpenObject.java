// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plain object being read into a Map with String keys. */
final class OpenObject extends OpenJava {

    private final Map<String, @Nullable Object> map = new LinkedHashMap<>();
    private String key = "";

    OpenObject(NaturalReader reader) {
        super(reader);
    }

    @Override
    Object self() {
        return map;
    }

    @Override
    void key() {
        key = reader.in().keyText();
        if (map.containsKey(key)) {
            throw reader.in().malformed(V8FormatException.Kind.BAD_KEY, "a key that was there before");
        }
    }

    @Override
    void add(@Nullable Object value) {
        count();
        map.put(key, value);
    }
}
