// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps apart, or refuses, what JavaScript keeps apart among the keys of a Map: there objects are equal to themselves only, while two empty Java
 * lists are one key. What is one key in JavaScript too simply comes twice.
 */
final class JavaKeys {

    private static final int PRIMITIVE = -1;
    private static final int UNDEFINED_AS_NULL = -2;

    private final OpenJava container;
    private final String what;
    private final Predicate<@Nullable Object> known;
    private @Nullable Map<@Nullable Object, Integer> ids;

    JavaKeys(OpenJava container, String what, Predicate<@Nullable Object> known) {
        this.container = container;
        this.what = what;
        this.known = known;
    }

    /** The key to use for a value with an id, or with none. */
    @Nullable
    Object accept(@Nullable Object value, int id) {
        Object key = value instanceof Double number && number == 0 ? (Object) 0 : value;
        container.requireHashable(id, what);
        int identity = id == PRIMITIVE && key == null && container.reader.in().token() == V8Token.UNDEFINED
                ? UNDEFINED_AS_NULL
                : id;
        if (known.test(key) && idOf(key) != identity) {
            throw container.reader.lossy("a second object that equals " + what
                    + " in Java and not in JavaScript; V8Map and V8Set, as V8.decodeModel reads them, carry both");
        }
        if (identity != PRIMITIVE) {
            if (ids == null) {
                ids = new HashMap<>();
            }
            ids.put(key, identity);
        }
        return key;
    }

    private int idOf(@Nullable Object key) {
        return ids == null ? PRIMITIVE : ids.getOrDefault(key, PRIMITIVE);
    }
}
