// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Host;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects of a model by the ids that the bytes give them: in the order in which they are met first. */
final class ModelObjects {

    private final List<V8Value> byId = new ArrayList<>();
    private final Set<V8Value> met = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What remains to be visited, the next on top. */
    private final Deque<V8Value> rest = new ArrayDeque<>();

    ModelObjects(V8Value root) {
        rest.push(root);
        while (!rest.isEmpty()) {
            visit(rest.pop());
        }
    }

    V8Value at(int id) {
        return byId.get(id);
    }

    private void visit(V8Value value) {
        if (!isObject(value) || !met.add(value)) {
            return;
        }
        if (value instanceof V8View view && met.add(view.buffer())) {
            byId.add(view.buffer());
        }
        byId.add(value);
        List<V8Value> children = new ArrayList<>();
        if (value instanceof V8Object object) {
            object.properties().forEach(property -> children.add(property.value()));
        } else if (value instanceof V8Array array) {
            children.addAll(array.items());
            array.properties().forEach(property -> children.add(property.value()));
        } else if (value instanceof V8Map map) {
            map.entries().forEach(entry -> {
                children.add(entry.key());
                children.add(entry.value());
            });
        } else if (value instanceof V8Set set) {
            children.addAll(set.members());
        } else {
            addIfPresent(children, value instanceof V8Error error ? error.cause() : null);
            addIfPresent(children, value instanceof V8Host host ? host.value() : null);
        }
        for (int i = children.size() - 1; i >= 0; i--) {
            rest.push(children.get(i));
        }
    }

    private static void addIfPresent(List<V8Value> children, @Nullable V8Value child) {
        if (child != null) {
            children.add(child);
        }
    }

    private static boolean isObject(V8Value value) {
        return value instanceof V8Object
                || value instanceof V8Array
                || value instanceof V8Map
                || value instanceof V8Set
                || value instanceof V8Date
                || value instanceof V8Boxed
                || value instanceof V8RegExp
                || value instanceof V8ArrayBuffer
                || value instanceof V8View
                || value instanceof V8Error
                || value instanceof V8Host;
    }
}
