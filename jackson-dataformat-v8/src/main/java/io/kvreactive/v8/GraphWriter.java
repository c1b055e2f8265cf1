// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain Java, mixed with model values anywhere, in one pass into the output. docs/spec/v8-structured-clone.md, sections 2.3 to 2.5 and 2.9.
 */
final class GraphWriter {

    private final V8Options options;
    private final ByteSink out;
    private final V8Writer tokens;
    private final IdentityIds ids = new IdentityIds();
    private final JavaScalars scalars;
    private @Nullable ModelWriter models;
    private @Nullable WrittenJava top;
    private int depth;

    /** Writes one whole output. */
    static byte[] write(@Nullable Object root, V8Options options) {
        ByteSink out = new ByteSink(options);
        new GraphWriter(options, out, V8Writer.on(out, options)).write(root, 0);
        return out.toByteArray();
    }

    /** Adds to an output. */
    GraphWriter(V8Options options, ByteSink out, V8Writer tokens) {
        this.options = options;
        this.out = out;
        this.tokens = tokens;
        this.scalars = new JavaScalars(this);
        out.locateWith(this::path);
    }

    /** Writes a value within so many levels. What earlier values held is not remembered: it may have changed since. */
    void write(@Nullable Object root, int outerDepth) {
        ids.clear();
        depth = outerDepth;
        value(root);
        while (top != null) {
            WrittenJava container = top;
            if (container.advance()) {
                top = container.outer;
                depth--;
            }
        }
    }

    ByteSink out() {
        return out;
    }

    V8Options options() {
        return options;
    }

    /** Writes a value; true if it is a container whose children come next. */
    boolean value(@Nullable Object value) {
        if (value == null) {
            out.put(Tag.NULL);
        } else if (value instanceof String text) {
            out.string(text);
        } else if (value instanceof Integer integer) {
            out.int32(integer);
        } else if (value instanceof Boolean bool) {
            out.put(bool ? Tag.TRUE : Tag.FALSE);
        } else if (value instanceof Number number) {
            scalars.number(number);
        } else if (value instanceof V8Value model) {
            model(model);
        } else {
            return object(value);
        }
        return false;
    }

    private void model(V8Value value) {
        if (value == V8Hole.INSTANCE) {
            throw lossy("a hole stands among the elements of a V8Array only");
        }
        ModelWriter writer = models;
        if (writer == null) {
            writer = new ModelWriter(tokens, ids);
            models = writer;
        }
        tokens.startDepthAt(depth);
        writer.write(value);
    }

    private boolean object(Object value) {
        if (value instanceof Map<?, ?>
                || value instanceof Collection<?>
                || value.getClass().isArray()) {
            if (value instanceof byte[] bytes) {
                bytes(value, bytes, 0, bytes.length);
                return false;
            }
            return container(value);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            bytes(value, bytes, 0, bytes.length);
            return false;
        }
        return scalars.other(value);
    }

    private boolean container(Object value) {
        if (known(value)) {
            return false;
        }
        if (depth >= options.maxDepth()) {
            throw new V8UnsupportedException(
                    V8UnsupportedException.Reason.TOO_DEEP,
                    "more than the " + options.maxDepth() + " levels that V8Options.maxDepth allows",
                    path(),
                    -1);
        }
        takeId(value);
        WrittenJava container = open(value);
        container.outer = top;
        top = container;
        depth++;
        return true;
    }

    private WrittenJava open(Object value) {
        if (value instanceof Map<?, ?> map) {
            boolean object = options.mapsAs() == V8Options.MapsAs.OBJECT_IF_STRING_KEYS && hasOnlyStringKeys(map);
            return object ? new WrittenObject(this, map) : new WrittenMap(this, map);
        }
        if (value instanceof Set<?> set && options.setsAs() == V8Options.SetsAs.SET) {
            return new WrittenSet(this, set);
        }
        if (value instanceof Collection<?> collection) {
            return new WrittenList(this, value, collection.iterator(), collection.size(), collection);
        }
        if (value instanceof Object[] array) {
            return new WrittenList(this, value, Arrays.asList(array).iterator(), array.length, Arrays.asList(array));
        }
        return new WrittenPrimitives(this, value, Array.getLength(value));
    }

    private static boolean hasOnlyStringKeys(Map<?, ?> map) {
        for (Object key : map.keySet()) {
            if (!(key instanceof String)) {
                return false;
            }
        }
        return true;
    }

    /** Writes an exact-size buffer and a Uint8Array on it. */
    private void bytes(Object source, byte[] bytes, int from, int length) {
        if (known(source)) {
            return;
        }
        tokens.takeId();
        takeId(source);
        out.uint8Array(bytes, from, length);
    }

    void takeId(Object value) {
        ids.put(value, tokens.takeId());
    }

    /** Refers to the object if it has been written, or is being written. */
    @SuppressWarnings("ReferenceEquality") // shared is the same instance, not an equal one
    boolean known(Object value) {
        int id = ids.idOf(value);
        if (id < 0) {
            return false;
        }
        if (options.cycles() == V8Options.Cycles.FAIL) {
            for (WrittenJava open = top; open != null; open = open.outer) {
                if (open.source == value) {
                    throw lossy("a value that contains itself; V8Options.Cycles.ALLOW writes it");
                }
            }
        }
        out.put(Tag.REFERENCE);
        out.varint(id);
        return true;
    }

    V8LossyConversionException lossy(String detail) {
        return new V8LossyConversionException(detail, path(), -1);
    }

    V8UnsupportedException unsupported(String detail) {
        return new V8UnsupportedException(V8UnsupportedException.Reason.JAVA_TYPE, detail, path(), -1);
    }

    /** Whether the value goes out as a number, for arrays that hold nothing else. */
    boolean isNumber(@Nullable Object value) {
        if (value instanceof Long integer) {
            return scalars.isNumber(integer);
        }
        return value instanceof Number
                && !(value instanceof BigInteger)
                && !(value instanceof BigDecimal && options.decimals() == V8Options.Decimals.AS_STRING);
    }

    /** Something equal for all Java keys that JavaScript sees as one; null for what has an identity there. */
    @Nullable
    Object canonical(Object key) {
        return scalars.canonical(key);
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (WrittenJava open = top; open != null; open = open.outer) {
            StringBuilder step = new StringBuilder();
            open.appendStep(step);
            path.insert(0, step);
        }
        return "$" + path;
    }
}
