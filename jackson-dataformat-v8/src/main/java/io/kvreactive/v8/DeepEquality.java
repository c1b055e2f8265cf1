// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Compares two values: contents and sharing, without recursion. Each object of one side must correspond to one of the other. */
final class DeepEquality {

    private final IdentityHashMap<V8Value, V8Value> there = new IdentityHashMap<>();
    private final IdentityHashMap<V8Value, V8Value> back = new IdentityHashMap<>();
    private final ArrayDeque<V8Value> pending = new ArrayDeque<>();

    boolean equal(V8Value a, V8Value b) {
        compareLater(a, b);
        while (!pending.isEmpty()) {
            V8Value right = pending.removeLast();
            V8Value left = pending.removeLast();
            if (!agree(left, right)) {
                return false;
            }
        }
        return true;
    }

    private void compareLater(V8Value a, V8Value b) {
        pending.addLast(a);
        pending.addLast(b);
    }

    @SuppressWarnings("ReferenceEquality") // identity is what is compared
    private boolean agree(V8Value a, V8Value b) {
        if (a instanceof V8Key || a instanceof V8BigInt || a instanceof Enum<?>) {
            return a.equals(b);
        }
        if (a.getClass() != b.getClass()) {
            return false;
        }
        V8Value counterpart = there.putIfAbsent(a, b);
        V8Value origin = back.putIfAbsent(b, a);
        if (counterpart != null || origin != null) {
            return counterpart == b && origin == a;
        }
        return sameContent(a, b);
    }

    private boolean sameContent(V8Value a, V8Value b) {
        if (a instanceof V8Object left && b instanceof V8Object right) {
            return sameProperties(new Shape(left), new Shape(right));
        }
        if (a instanceof V8Array left && b instanceof V8Array right) {
            return sameProperties(new Shape(left), new Shape(right));
        }
        if (a instanceof V8Map left && b instanceof V8Map right) {
            return sameEntries(left.entries(), right.entries());
        }
        if (a instanceof V8Set left && b instanceof V8Set right) {
            return sameList(left.members(), right.members());
        }
        if (a instanceof V8View left && b instanceof V8View right) {
            compareLater(left.buffer(), right.buffer());
            return left.kind() == right.kind()
                    && left.byteOffset() == right.byteOffset()
                    && left.isTracking() == right.isTracking()
                    && left.byteLength() == right.byteLength();
        }
        if (a instanceof V8Error left && b instanceof V8Error right) {
            return left.kind() == right.kind()
                    && same(left.messageString(), right.messageString())
                    && same(left.stackString(), right.stackString())
                    && same(left.cause(), right.cause());
        }
        if (a instanceof V8Host left && b instanceof V8Host right) {
            return left.tag() == right.tag()
                    && Arrays.equals(left.bytes(), right.bytes())
                    && same(left.value(), right.value());
        }
        return sameLeaf(a, b);
    }

    private boolean sameLeaf(V8Value a, V8Value b) {
        if (a instanceof V8Date left && b instanceof V8Date right) {
            return Double.compare(left.epochMillis(), right.epochMillis()) == 0;
        }
        if (a instanceof V8Boxed left && b instanceof V8Boxed right) {
            return left.value().equals(right.value());
        }
        if (a instanceof V8RegExp left && b instanceof V8RegExp right) {
            return left.source().equals(right.source()) && left.flagBits() == right.flagBits();
        }
        return a instanceof V8ArrayBuffer left
                && b instanceof V8ArrayBuffer right
                && left.kind() == right.kind()
                && left.maxByteLength() == right.maxByteLength()
                && Arrays.equals(left.array(), right.array());
    }

    private boolean same(@Nullable V8Value a, @Nullable V8Value b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        compareLater(a, b);
        return true;
    }

    private boolean sameEntries(List<V8Map.Entry> a, List<V8Map.Entry> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            compareLater(a.get(i).key(), b.get(i).key());
            compareLater(a.get(i).value(), b.get(i).value());
        }
        return true;
    }

    private boolean sameList(List<V8Value> a, List<V8Value> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            compareLater(a.get(i), b.get(i));
        }
        return true;
    }

    private boolean sameProperties(Shape a, Shape b) {
        return a.length == b.length
                && a.names.equals(b.names)
                && new ArrayList<>(a.elements.keySet()).equals(new ArrayList<>(b.elements.keySet()))
                && sameList(new ArrayList<>(a.elements.values()), new ArrayList<>(b.elements.values()))
                && sameList(a.values, b.values);
    }

    /** Properties as JavaScript lists them: indexes ascending, then the others in order. */
    private static final class Shape {

        private final TreeMap<Long, V8Value> elements = new TreeMap<>();
        private final List<String> names = new ArrayList<>();
        private final List<V8Value> values = new ArrayList<>();
        private final long length;

        Shape(V8Object object) {
            object.properties().forEach(this::add);
            length = 0;
        }

        Shape(V8Array array) {
            List<V8Value> items = array.items();
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) != V8Hole.INSTANCE) {
                    elements.put((long) i, items.get(i));
                }
            }
            array.properties().forEach(this::add);
            length = Math.max(array.length(), elements.isEmpty() ? 0 : elements.lastKey() + 1);
        }

        private void add(V8Object.Property property) {
            String name = property.key().text();
            long index = NumberText.index(name);
            if (index >= 0) {
                elements.put(index, property.value());
            } else {
                names.add(name);
                values.add(property.value());
            }
        }
    }
}
