// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds model values from tokens, one after the other, with a stack of its own. */
final class ModelReader {

    private final V8Reader in;
    private final ObjectTable objects;
    private final List<Open> open = new ArrayList<>();

    ModelReader(V8Reader in, ObjectTable objects) {
        this.in = in;
        this.objects = objects;
    }

    /** The next value. */
    V8Value read() {
        in.next();
        return readCurrent();
    }

    /** The value that begins with the current token. */
    V8Value readCurrent() {
        int base = open.size();
        V8Value value = value();
        while (value == null || open.size() > base) {
            if (value != null) {
                open.get(open.size() - 1).add(value);
            }
            in.next();
            value = in.isKey() ? key() : value();
        }
        return value;
    }

    private @Nullable V8Value key() {
        open.get(open.size() - 1).key = (V8Key) scalar();
        return null;
    }

    /** The value that the token is, or that it ends; null for one that begins or goes on. */
    private @Nullable V8Value value() {
        return switch (in.token()) {
            case START_OBJECT -> start(new OpenObject());
            case START_DENSE -> start(new OpenArray(V8Array.dense()));
            case START_SPARSE -> start(new OpenArray(V8Array.sparse(in.length())));
            case START_MAP -> start(new OpenMap());
            case START_SET -> start(new OpenSet());
            case START_ERROR -> start(new OpenError());
            case START_HOST -> start(new OpenHost());
            case ERROR_KIND, ERROR_MESSAGE, ERROR_STACK -> errorField();
            case ERROR_CAUSE -> null;
            case END_OBJECT, END_DENSE, END_SPARSE, END_MAP, END_SET, END_ERROR, END_HOST ->
                open.remove(open.size() - 1).end();
            case REFERENCE -> buffered(objects.model(in));
            case BUFFER -> buffered(objects.put(in.id(), buffer(in)));
            case VIEW -> throw new IllegalStateException("a view without its buffer");
            default -> scalar();
        };
    }

    private @Nullable V8Value start(Open container) {
        container.id = in.id();
        container.started();
        open.add(container);
        return null;
    }

    private @Nullable V8Value errorField() {
        OpenError error = (OpenError) open.get(open.size() - 1);
        switch (in.token()) {
            case ERROR_KIND -> error.builder.kind(in.errorKind());
            case ERROR_MESSAGE -> error.builder.message(string(in));
            default -> error.builder.stack(string(in));
        }
        return null;
    }

    private V8Value buffered(V8Value buffer) {
        if (!in.viewFollows()) {
            return buffer;
        }
        in.next();
        return objects.put(in.id(), view(in, (V8ArrayBuffer) buffer));
    }

    private V8Value scalar() {
        return switch (in.token()) {
            case UNDEFINED -> V8Undefined.INSTANCE;
            case NULL -> V8Null.INSTANCE;
            case TRUE -> V8Boolean.TRUE;
            case FALSE -> V8Boolean.FALSE;
            case HOLE -> V8Hole.INSTANCE;
            case INT32 -> V8Number.int32(in.intValue());
            case UINT32 -> V8Number.uint32((long) in.doubleValue());
            case DOUBLE -> V8Number.ofBits(in.doubleBits());
            case BIGINT -> V8BigInt.of(in.bigInteger(), (int) in.length());
            case STRING -> string(in);
            default -> objects.put(in.id(), leafObject(in));
        };
    }

    /** The model of an object without others inside. */
    static V8Value leafObject(V8Reader in) {
        return switch (in.token()) {
            case DATE -> V8Date.ofBits(in.doubleBits());
            case BOXED_TRUE -> V8Boxed.of(true);
            case BOXED_FALSE -> V8Boxed.of(false);
            case BOXED_NUMBER -> V8Boxed.of(V8Number.ofBits(in.doubleBits()));
            case BOXED_BIGINT -> V8Boxed.of(V8BigInt.of(in.bigInteger(), (int) in.length()));
            case BOXED_STRING -> V8Boxed.of(string(in));
            case REGEXP -> V8RegExp.of(string(in), in.flags());
            case NODE_VIEW -> V8Host.ofNodeView(in.hostTag(), in.bytes());
            default -> throw new IllegalStateException("not a value: " + in.token());
        };
    }

    static V8ArrayBuffer buffer(V8Reader in) {
        return V8ArrayBuffer.owning(in.bytes(), in.bufferKind(), in.maxLength());
    }

    static V8View view(V8Reader in, V8ArrayBuffer buffer) {
        return V8View.stored(in.viewKind(), buffer, in.viewOffset(), in.length(), in.flags());
    }

    private static V8String string(V8Reader in) {
        return V8String.stored(in.string(), in.encoding());
    }

    /** A container whose end has not come yet. */
    private abstract static class Open {

        int id;

        @Nullable
        V8Key key;

        abstract void started();

        abstract void add(V8Value value);

        abstract V8Value end();

        V8Key takeKey() {
            V8Key taken = key;
            if (taken == null) {
                throw new IllegalStateException("a property without a key");
            }
            key = null;
            return taken;
        }
    }

    private final class OpenObject extends Open {

        private final V8Object.Builder builder = V8Object.builder();

        @Override
        void started() {
            objects.put(id, builder.self());
        }

        @Override
        void add(V8Value value) {
            builder.put(takeKey(), value);
        }

        @Override
        V8Value end() {
            return builder.build();
        }
    }

    private final class OpenArray extends Open {

        private final V8Array.Builder builder;

        OpenArray(V8Array.Builder builder) {
            this.builder = builder;
        }

        @Override
        void started() {
            objects.put(id, builder.self());
        }

        @Override
        void add(V8Value value) {
            if (key == null) {
                builder.add(value);
            } else {
                builder.put(takeKey(), value);
            }
        }

        @Override
        V8Value end() {
            return builder.build();
        }
    }

    private final class OpenMap extends Open {

        private final V8Map.Builder builder = V8Map.builder();
        private @Nullable V8Value entryKey;

        @Override
        void started() {
            objects.put(id, builder.self());
        }

        @Override
        void add(V8Value value) {
            V8Value pending = entryKey;
            if (pending == null) {
                entryKey = value;
            } else {
                builder.put(pending, value);
                entryKey = null;
            }
        }

        @Override
        V8Value end() {
            return builder.build();
        }
    }

    private final class OpenSet extends Open {

        private final V8Set.Builder builder = V8Set.builder();

        @Override
        void started() {
            objects.put(id, builder.self());
        }

        @Override
        void add(V8Value value) {
            builder.add(value);
        }

        @Override
        V8Value end() {
            return builder.build();
        }
    }

    private final class OpenError extends Open {

        private final V8Error.Builder builder = V8Error.builder(V8Error.Kind.ERROR);

        @Override
        void started() {
            objects.put(id, builder.self());
        }

        @Override
        void add(V8Value value) {
            builder.cause(value);
        }

        @Override
        V8Value end() {
            return builder.build();
        }
    }

    /** A host object is known only when it is complete. */
    private final class OpenHost extends Open {

        private V8Value value = V8Undefined.INSTANCE;

        @Override
        void started() {}

        @Override
        void add(V8Value content) {
            value = content;
        }

        @Override
        V8Value end() {
            return objects.put(id, V8Host.of(value));
        }
    }
}
