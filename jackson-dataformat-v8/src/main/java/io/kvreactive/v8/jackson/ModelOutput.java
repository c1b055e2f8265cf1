// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;

/**
 * Collects the value, since V8 puts index-like keys first and looks at whole arrays of numbers before it writes one.
 * docs/spec/v8-structured-clone.md, section 2.9.
 */
final class ModelOutput implements Output {

    /** The greatest array index is 2^32 - 2. */
    private static final long END_OF_INDEXES = (1L << 32) - 1;

    private final V8Options options;
    private final Deque<Open> open = new ArrayDeque<>();
    private final List<V8Value> known = new ArrayList<>();
    private @Nullable V8Value root;

    ModelOutput(V8Options options) {
        this.options = options.mutate().writerMode(V8Options.WriterMode.PARITY).build();
    }

    private void add(V8Value value) {
        Open container = open.peek();
        if (container == null) {
            root = value;
        } else {
            container.add(value);
        }
    }

    @Override
    public void value(@Nullable Object value, int depth) {
        add(value instanceof V8Value model ? model : V8.decodeModel(V8.encode(value, options), options));
    }

    @Override
    public void nullValue() {
        add(V8Null.INSTANCE);
    }

    @Override
    public void bool(boolean value) {
        add(V8Boolean.of(value));
    }

    @Override
    public void int32(int value) {
        add(V8Number.int32(value));
    }

    @Override
    public void number(double value) {
        add(V8Number.of(value));
    }

    @Override
    public void bigint(BigInteger value) {
        add(V8BigInt.of(value));
    }

    @Override
    public void string(String text) {
        add(V8String.of(text));
    }

    @Override
    public void string(SerializableString text) {
        string(text.getValue());
    }

    @Override
    public void binary(byte[] content, int from, int length) {
        add(V8View.of(V8View.Kind.UINT8, V8ArrayBuffer.of(Arrays.copyOfRange(content, from, from + length))));
    }

    @Override
    public int start(WriteContext begun) {
        return start(
                switch (begun.shape()) {
                    case OBJECT -> new OpenObject();
                    case MAP -> new OpenMap();
                    case SET -> new OpenSet();
                    default -> new OpenArray();
                });
    }

    private int start(Open container) {
        add(container.self());
        open.push(container);
        known.add(container.self());
        return known.size() - 1;
    }

    @Override
    public void end(WriteContext ended) {
        open.pop().end();
    }

    @Override
    public void reference(int id) {
        add(known.get(id));
    }

    @Override
    public void writeTo(OutputStream target) throws IOException {
        V8Value value = root;
        if (value == null || !open.isEmpty()) {
            throw new IllegalStateException("the value is not complete");
        }
        target.write(V8.encodeModel(value, options));
    }

    private abstract static class Open {

        abstract V8Value self();

        abstract void add(V8Value value);

        abstract void end();
    }

    private static final class OpenObject extends Open {

        private final V8Object.Builder object = V8Object.builder();
        private final Map<Long, V8Value> indexed = new TreeMap<>();
        private final List<V8Object.Property> others = new ArrayList<>();
        private @Nullable V8String key;

        @Override
        V8Value self() {
            return object.self();
        }

        @Override
        void add(V8Value value) {
            V8String name = key;
            if (name == null) {
                key = (V8String) value;
                return;
            }
            key = null;
            long index = index(name.text());
            // A repeated one is left to be refused with the others.
            if (index < 0 || indexed.putIfAbsent(index, value) != null) {
                others.add(new V8Object.Property(name, value));
            }
        }

        @Override
        void end() {
            indexed.forEach((index, value) -> object.put(V8Number.of((double) index), value));
            others.forEach(property -> object.put(property.key(), property.value()));
            object.build();
        }

        private static long index(String name) {
            if (!name.matches("0|[1-9][0-9]{0,9}")) {
                return -1;
            }
            long index = Long.parseLong(name);
            return index < END_OF_INDEXES ? index : -1;
        }
    }

    private static final class OpenMap extends Open {

        private final V8Map.Builder map = V8Map.builder();
        private @Nullable V8Value key;

        @Override
        V8Value self() {
            return map.self();
        }

        @Override
        void add(V8Value value) {
            V8Value pending = key;
            if (pending == null) {
                key = value;
            } else {
                key = null;
                map.put(pending, value);
            }
        }

        @Override
        void end() {
            map.build();
        }
    }

    private static final class OpenSet extends Open {

        private final V8Set.Builder set = V8Set.builder();

        @Override
        V8Value self() {
            return set.self();
        }

        @Override
        void add(V8Value value) {
            set.add(value);
        }

        @Override
        void end() {
            set.build();
        }
    }

    private static final class OpenArray extends Open {

        private final V8Array.Builder array = V8Array.dense();
        private final List<V8Value> elements = new ArrayList<>();

        @Override
        V8Value self() {
            return array.self();
        }

        @Override
        void add(V8Value value) {
            elements.add(value);
        }

        @Override
        void end() {
            boolean numbers = elements.stream().allMatch(V8Number.class::isInstance);
            boolean doubles =
                    numbers && elements.stream().anyMatch(value -> ((V8Number) value).kind() == V8Number.Kind.FLOAT64);
            for (V8Value element : elements) {
                array.add(doubles ? V8Number.float64(((V8Number) element).value()) : element);
            }
            array.build();
        }
    }
}
