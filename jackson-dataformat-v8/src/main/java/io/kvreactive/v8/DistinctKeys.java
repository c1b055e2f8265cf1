// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses keys of a Map that Java keeps apart and JavaScript does not, as {@code 1} and {@code 1L}: one of the two entries would be lost. */
final class DistinctKeys {

    private final GraphWriter writer;
    private final Set<Object> seen = new HashSet<>(0);

    DistinctKeys(GraphWriter writer) {
        this.writer = writer;
    }

    void accept(@Nullable Object key) {
        Object same = sameInJavaScript(key);
        if (same != null && !seen.add(same)) {
            throw writer.lossy("two keys of a Map, or members of a Set, that differ in Java and are one in JavaScript");
        }
    }

    /** Something equal for all keys that are one in JavaScript; null for objects, which are themselves. */
    private @Nullable Object sameInJavaScript(@Nullable Object key) {
        if (key == null || key == V8Null.INSTANCE) {
            return V8Null.INSTANCE;
        }
        if (key instanceof V8Number number) {
            return number.value() + 0.0;
        }
        if (key instanceof V8String text) {
            return text.text();
        }
        if (key instanceof V8BigInt bigint) {
            return bigint.value();
        }
        if (key instanceof V8Boolean bool) {
            return bool.value();
        }
        if (key instanceof Boolean || key == V8Undefined.INSTANCE) {
            return key;
        }
        return writer.canonical(key);
    }
}
