// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.interop;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Value;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a natural value holds, as text: the classes, the order, and which objects are one. */
final class NaturalText {

    private final Map<Object, Integer> numbers = new IdentityHashMap<>();
    private final StringBuilder out = new StringBuilder();

    private NaturalText() {}

    static String of(Object value) {
        NaturalText text = new NaturalText();
        text.add(value);
        return text.out.toString();
    }

    private void add(Object value) {
        if (value instanceof byte[]
                || value instanceof List
                || value instanceof Map
                || value instanceof Set
                || value instanceof V8Value) {
            Integer known = numbers.putIfAbsent(value, numbers.size());
            out.append('#').append(known == null ? numbers.size() - 1 : known);
            if (known == null) {
                addObject(value);
            }
        } else if (value == null) {
            out.append("null");
        } else {
            out.append(value.getClass().getSimpleName())
                    .append('(')
                    .append(value)
                    .append(')');
        }
        out.append(' ');
    }

    private void addObject(Object value) {
        out.append('=').append(value.getClass().getSimpleName()).append('(');
        if (value instanceof byte[] bytes) {
            out.append(HexFormat.of().formatHex(bytes));
        } else if (value instanceof V8Value model) {
            out.append(HexFormat.of().formatHex(V8.encodeModel(model)));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> {
                add(key);
                add(item);
            });
        } else {
            ((Iterable<?>) value).forEach(this::add);
        }
        out.append(')');
    }
}
