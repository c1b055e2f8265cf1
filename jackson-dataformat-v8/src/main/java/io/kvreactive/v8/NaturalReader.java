// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokens into plain Java in one pass, without model nodes but for what plain Java has no class for. docs/spec/v8-structured-clone.md, section
 * 2.3.
 */
final class NaturalReader {

    /** Says that a token ended no value. */
    private static final Object NOT_YET = new Object();

    private static final double UNSAFE = 1L << 53;
    private static final long OPEN = -1;

    private final V8Reader in;
    private final V8Options options;
    private final ObjectTable objects = new ObjectTable();
    private long[] weights = new long[8];
    private @Nullable OpenJava top;

    NaturalReader(V8Reader in) {
        this.in = in;
        this.options = in.options();
        in.callerChecksObjectKeys();
    }

    @Nullable
    Object read() {
        in.next();
        Object value = value();
        while (true) {
            OpenJava container = top;
            if (container == null) {
                return value;
            }
            if (value != NOT_YET) {
                container.add(value);
            }
            in.next();
            if (in.isKey()) {
                container.key();
                value = NOT_YET;
            } else {
                value = value();
            }
        }
    }

    V8Reader in() {
        return in;
    }

    V8Options options() {
        return options;
    }

    V8LossyConversionException lossy(String detail) {
        return new V8LossyConversionException(detail, in.path(), in.offset());
    }

    private @Nullable Object value() {
        return switch (in.token()) {
            case NULL -> null;
            case TRUE -> true;
            case FALSE -> false;
            case UNDEFINED -> options.undefined() == V8Options.Undefined.KEEP ? V8Undefined.INSTANCE : null;
            case INT32 -> in.intValue();
            case UINT32, DOUBLE -> number(in.doubleValue());
            case STRING -> in.string();
            case BIGINT -> in.bigInteger();
            case HOLE -> OpenList.HOLE;
            case START_OBJECT -> start(new OpenObject(this));
            case START_DENSE -> start(new OpenList(this, in.length()));
            case START_SPARSE -> start(new OpenList(this, in.length()));
            case START_MAP -> start(new OpenMap(this));
            case START_SET -> start(new OpenSet(this));
            case END_OBJECT, END_DENSE, END_SPARSE, END_MAP, END_SET -> end();
            case REFERENCE -> reference();
            case BUFFER -> bufferOrView();
            default -> objects.put(in.id(), rareObject());
        };
    }

    private Object start(OpenJava container) {
        container.begin(in.id(), top);
        top = container;
        objects.put(container.id, container.self());
        weigh(container.id, OPEN);
        return NOT_YET;
    }

    private Object end() {
        OpenJava container = top;
        if (container == null) {
            throw new IllegalStateException("an end without a start");
        }
        container.finish();
        top = container.parent;
        if (top != null) {
            weigh(container.id, container.weight);
            top.childWas(container.id, container.weight, container.height);
        }
        return container.self();
    }

    /** Keeps what a container would cost to hash, for later references to it. */
    private void weigh(int id, long weight) {
        if (id >= weights.length) {
            weights = Arrays.copyOf(weights, Math.max(id + 1, weights.length * 2));
        }
        weights[id] = weight;
    }

    private @Nullable Object reference() {
        int id = in.id();
        boolean open = id < weights.length && weights[id] == OPEN;
        if (open && options.cycles() == V8Options.Cycles.FAIL) {
            throw lossy("a value that contains itself; V8Options.Cycles.ALLOW or V8.decodeModel carries it");
        }
        Object known = objects.at(id);
        if (in.viewFollows()) {
            V8ArrayBuffer buffer = (V8ArrayBuffer) objects.model(in);
            return view(buffer);
        }
        if (top != null) {
            top.childWas(id, open ? OpenJava.ENDLESS : id < weights.length ? weights[id] : 1, OpenJava.UNKNOWN_HEIGHT);
        }
        return known;
    }

    private Object number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < UNSAFE) {
            if (value != 0 || Double.doubleToRawLongBits(value) == 0) {
                long integer = (long) value;
                return (int) integer == integer ? (Object) (int) integer : (Object) integer;
            }
        } else if (options.unsafeIntegers() == V8Options.UnsafeIntegers.FAIL
                && value == Math.rint(value)
                && !Double.isInfinite(value)) {
            throw lossy("an integral number beyond 2^53 - 1; V8Options.UnsafeIntegers.ACCEPT reads it as a Double");
        }
        return value;
    }

    private Object rareObject() {
        leafWasRead();
        return switch (in.token()) {
            case DATE -> instant();
            case BOXED_TRUE, BOXED_FALSE, BOXED_NUMBER, BOXED_BIGINT, BOXED_STRING -> boxed();
            case NODE_VIEW -> javaView(((V8Host) ModelReader.leafObject(in)).toView());
            case START_ERROR -> new ModelReader(in, objects).readCurrent();
            case START_HOST -> throw hostObject();
            default -> ModelReader.leafObject(in);
        };
    }

    private Object bufferOrView() {
        int id = in.id();
        if (!in.viewFollows()) {
            leafWasRead();
            return objects.put(id, ModelReader.buffer(in));
        }
        ObjectTable.Bytes bytes = objects.put(id, new ObjectTable.Bytes(in.bytes(), in.bufferKind(), in.maxLength()));
        in.next();
        leafWasRead();
        if (in.viewKind() == V8View.Kind.UINT8 && in.length() == bytes.content().length) {
            // The view shows all of a buffer that nobody else has seen yet: its bytes are the value.
            return objects.put(in.id(), bytes.content());
        }
        V8ArrayBuffer buffer = (V8ArrayBuffer) Objects.requireNonNull(objects.at(id));
        return objects.put(in.id(), javaView(ModelReader.view(in, buffer)));
    }

    private Object view(V8ArrayBuffer buffer) {
        in.next();
        leafWasRead();
        return objects.put(in.id(), javaView(ModelReader.view(in, buffer)));
    }

    private void leafWasRead() {
        if (top != null) {
            top.childWas(in.id(), 1, 0);
        }
    }

    private static Object javaView(V8View view) {
        return view.kind() == V8View.Kind.UINT8 ? view.toByteArray() : view;
    }

    private Instant instant() {
        double millis = in.doubleValue();
        if (!(Math.abs(millis) <= V8Date.MAX_MILLIS)) {
            throw lossy("an invalid Date is no Instant; V8Date carries it");
        }
        return Instant.ofEpochMilli((long) millis);
    }

    private Object boxed() {
        if (options.boxed() == V8Options.Boxed.KEEP) {
            return ModelReader.leafObject(in);
        }
        return switch (in.token()) {
            case BOXED_TRUE -> true;
            case BOXED_FALSE -> false;
            case BOXED_NUMBER -> number(in.doubleValue());
            case BOXED_BIGINT -> in.bigInteger();
            default -> in.string();
        };
    }

    private V8UnsupportedException hostObject() {
        String path = in.path();
        int at = in.offset();
        V8Host host = (V8Host) new ModelReader(in, new ObjectTable()).readCurrent();
        return new V8UnsupportedException(
                V8UnsupportedException.Reason.HOST_OBJECT,
                "a host object of class " + host.className() + "; V8Host, as V8.decodeModel reads it, carries it",
                path,
                at);
    }
}
