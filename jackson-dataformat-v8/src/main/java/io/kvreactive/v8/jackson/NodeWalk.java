// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.util.SimpleStreamReadContext;

/** Goes through a table of nodes and says which tokens they are. docs/spec/v8-structured-clone.md, section 2.6. */
final class NodeWalk extends Walk {

    private static final int NONE = -1;
    private static final long INDEX_UNIT = 1L << 31;

    private final V8Parser parser;
    private final byte[] bytes;
    private final int start;
    private final int length;
    private final NodeTable table;
    private final CurrentNumber number;
    private @Nullable Frame top;
    private @Nullable Frame spare;
    private boolean started;
    /** The node that the token is, or that it begins or ends; for elements of a typed array that array's. */
    private int current = NONE;

    private int pending = NONE;
    private @Nullable ModelObjects models;

    NodeWalk(
            V8Parser parser,
            byte[] bytes,
            int start,
            int length,
            NodeTable table,
            CurrentNumber number,
            SimpleStreamReadContext root) {
        super(parser, root);
        this.parser = parser;
        this.bytes = bytes;
        this.start = start;
        this.length = length;
        this.table = table;
        this.number = number;
    }

    @Override
    @Nullable
    JsonToken next() {
        if (pending != NONE) {
            int node = pending;
            pending = NONE;
            return value(node);
        }
        Frame frame = top;
        if (frame == null) {
            if (started) {
                current = NONE;
                return null;
            }
            started = true;
            return value(0);
        }
        return switch (frame.mode) {
            case OBJECT -> property(frame);
            case ARRAY -> element(frame);
            case ORDERED -> orderedElement(frame);
            case MAP_AS_OBJECT -> entryAsProperty(frame);
            case MAP_AS_PAIRS -> pair(frame);
            case NUMBERS -> typedElement(frame);
            case CYCLE -> throw cycle(frame.node);
        };
    }

    private JsonToken property(Frame frame) {
        while (frame.next < frame.end) {
            int node = frame.next;
            frame.next = table.after(node);
            if (table.kind(node) != V8Token.UNDEFINED || parser.isEnabled(V8ReadFeature.UNDEFINED_PROPERTIES_AS_NULL)) {
                return name(node, node);
            }
        }
        return end(JsonToken.END_OBJECT);
    }

    private JsonToken entryAsProperty(Frame frame) {
        if (frame.next >= frame.end) {
            return end(JsonToken.END_OBJECT);
        }
        int key = frame.next;
        int value = table.after(key);
        frame.next = table.after(value);
        return name(key, value);
    }

    private JsonToken name(int named, int value) {
        context.setCurrentName(table.name(named));
        current = value;
        pending = value;
        return JsonToken.PROPERTY_NAME;
    }

    private JsonToken element(Frame frame) {
        if (frame.next < frame.end) {
            int node = frame.next;
            frame.next = table.after(node);
            // Properties that are no elements come last.
            if (table.nameNumber(node) != NodeTable.EXTRA) {
                return value(node);
            }
        }
        requireNoExtra(frame);
        return end(JsonToken.END_ARRAY);
    }

    private void requireNoExtra(Frame frame) {
        if (table.is(frame.node, NodeTable.HAS_EXTRA)) {
            throw parser.lossy(
                    "an array with a property that is no element; V8Array carries it", table.offset(frame.node));
        }
    }

    private JsonToken orderedElement(Frame frame) {
        long[] order = frame.order;
        if (frame.position >= frame.length) {
            requireNoExtra(frame);
            return end(JsonToken.END_ARRAY);
        }
        long index = frame.position++;
        if (frame.next < order.length && order[frame.next] / INDEX_UNIT == index) {
            return value((int) (order[frame.next++] % INDEX_UNIT));
        }
        current = frame.node;
        return hole();
    }

    private JsonToken pair(Frame frame) {
        if (frame.next >= frame.end) {
            return end(JsonToken.END_ARRAY);
        }
        int key = frame.next;
        int after = table.after(table.after(key));
        frame.next = after;
        Frame pair = push(frame.node, Mode.ARRAY);
        pair.next = key;
        pair.end = after;
        pair.whole = false;
        return startArray();
    }

    private JsonToken typedElement(Frame frame) {
        int at = frame.next++;
        if (at >= frame.end) {
            return end(JsonToken.END_ARRAY);
        }
        current = frame.node;
        context.valueRead();
        return frame.bigints.length > 0 ? number.set(frame.bigints[at]) : number.set(frame.doubles[at]);
    }

    private JsonToken value(int node) {
        V8Token kind = table.kind(node);
        if (kind == V8Token.REFERENCE) {
            return referred(node);
        }
        current = node;
        return switch (kind) {
            case START_OBJECT -> {
                open(node, Mode.OBJECT);
                yield startObject();
            }
            case START_DENSE, START_SPARSE -> {
                openArray(node);
                yield startArray();
            }
            case START_SET -> {
                open(node, Mode.ARRAY);
                yield startArray();
            }
            case START_MAP -> map(node);
            default -> {
                context.valueRead();
                yield scalar(node, kind);
            }
        };
    }

    private JsonToken scalar(int node, V8Token kind) {
        return switch (kind) {
            case NULL, UNDEFINED -> JsonToken.VALUE_NULL;
            case TRUE, BOXED_TRUE -> JsonToken.VALUE_TRUE;
            case FALSE, BOXED_FALSE -> JsonToken.VALUE_FALSE;
            case STRING, BOXED_STRING -> JsonToken.VALUE_STRING;
            case INT32 -> number.set(table.a(node));
            case UINT32 -> number.set(Integer.toUnsignedLong(table.a(node)));
            case DOUBLE, BOXED_NUMBER -> number.set(table.number(node));
            case BIGINT, BOXED_BIGINT -> number.set(table.bigInteger(node));
            case HOLE -> hole();
            case VIEW, NODE_VIEW -> view(node);
            default -> JsonToken.VALUE_EMBEDDED_OBJECT;
        };
    }

    private JsonToken hole() {
        if (parser.isEnabled(V8ReadFeature.FAIL_ON_HOLES)) {
            throw parser.lossy(
                    "an absent element of an array; without V8ReadFeature.FAIL_ON_HOLES it is null, and V8Array carries it",
                    offset());
        }
        return JsonToken.VALUE_NULL;
    }

    private JsonToken view(int node) {
        V8View.Kind kind = table.viewKind(node);
        if (kind == V8View.Kind.UINT8 || kind == V8View.Kind.DATA_VIEW) {
            return JsonToken.VALUE_EMBEDDED_OBJECT;
        }
        V8View view = V8View.of(kind, V8ArrayBuffer.of(table.content(node)));
        Frame frame = push(node, Mode.NUMBERS);
        frame.next = 0;
        frame.end = view.length();
        if (kind == V8View.Kind.BIG_INT64 || kind == V8View.Kind.BIG_UINT64) {
            frame.bigints = view.toBigIntegerArray();
        } else {
            frame.doubles = view.toDoubleArray();
        }
        return startArray();
    }

    private JsonToken map(int node) {
        if (table.is(node, NodeTable.LIKE_OBJECT)) {
            open(node, Mode.MAP_AS_OBJECT);
            return startObject();
        }
        open(node, Mode.MAP_AS_PAIRS);
        return startArray();
    }

    @Override
    JsonToken mapAsPairs() {
        Frame frame = top;
        if (frame != null && frame.mode == Mode.MAP_AS_OBJECT) {
            frame.mode = Mode.MAP_AS_PAIRS;
            context = parent().createChildArrayContext(1, 0);
        }
        return JsonToken.START_ARRAY;
    }

    private JsonToken referred(int node) {
        int target = table.node(table.a(node));
        if (table.is(target, NodeTable.OPEN)) {
            if (table.kind(target) == V8Token.START_OBJECT && parser.isEnabled(V8ReadFeature.NATIVE_IDS)) {
                // Perhaps somebody knows this object, and will not look inside.
                current = target;
                push(target, Mode.CYCLE);
                return startObject();
            }
            throw cycle(node);
        }
        return value(target);
    }

    private StreamReadException cycle(int node) {
        return parser.lossy(
                "a value that contains itself; V8ReadFeature.NATIVE_IDS reads it into types with @JsonIdentityInfo, and V8Value carries it",
                table.offset(node));
    }

    /** Whether the object that has begun is one of those that contain it. */
    boolean standsInItself() {
        return top != null && top.mode == Mode.CYCLE;
    }

    private void open(int node, Mode mode) {
        Frame frame = push(node, mode);
        frame.next = node + 1;
        frame.end = table.b(node);
        frame.whole = true;
        table.mark(node, NodeTable.OPEN);
    }

    private void openArray(int node) {
        if (!table.is(node, NodeTable.OUT_OF_ORDER)) {
            open(node, Mode.ARRAY);
            return;
        }
        open(node, Mode.ORDERED);
        Frame frame = Objects.requireNonNull(top);
        frame.order = order(node);
        frame.next = 0;
        frame.length = Integer.toUnsignedLong(table.a(node));
        if (frame.order.length > 0) {
            // Only with the laxness of V8 is an index beyond the length.
            frame.length = Math.max(frame.length, frame.order[frame.order.length - 1] / INDEX_UNIT + 1);
        }
    }

    /** The elements that are there, each as its index and its node in one number, ascending. */
    private long[] order(int array) {
        long[] order = new long[8];
        int count = 0;
        long index = 0;
        for (int node = array + 1; node < table.b(array); node = table.after(node)) {
            int name = table.nameNumber(node);
            long at = name == NodeTable.NO_NAME && table.kind(array) == V8Token.START_DENSE && index < length(array)
                    ? index++
                    : Integer.toUnsignedLong(name);
            if (name != NodeTable.EXTRA && table.kind(node) != V8Token.HOLE) {
                if (count == order.length) {
                    order = Arrays.copyOf(order, count * 2);
                }
                order[count++] = at * INDEX_UNIT + node;
            }
        }
        order = Arrays.copyOf(order, count);
        Arrays.sort(order);
        return order;
    }

    private long length(int array) {
        return Integer.toUnsignedLong(table.a(array));
    }

    private Frame push(int node, Mode mode) {
        Frame frame = spare;
        if (frame == null) {
            frame = new Frame();
        } else {
            spare = frame.outer;
        }
        frame.outer = top;
        frame.node = node;
        frame.mode = mode;
        frame.position = 0;
        frame.whole = false;
        top = frame;
        return frame;
    }

    @Override
    JsonToken skip() {
        return end(context.inArray() ? JsonToken.END_ARRAY : JsonToken.END_OBJECT);
    }

    private JsonToken end(JsonToken token) {
        Frame frame = Objects.requireNonNull(top);
        current = frame.node;
        if (frame.whole) {
            table.unmark(frame.node, NodeTable.OPEN);
        }
        top = frame.outer;
        frame.outer = spare;
        frame.order = Frame.NO_ORDER;
        frame.doubles = Frame.NO_DOUBLES;
        frame.bigints = Frame.NO_BIGINTS;
        spare = frame;
        context = parent();
        return token;
    }

    @Override
    V8Token kind() {
        return current < 0 ? V8Token.END : table.kind(current);
    }

    @Override
    int offset() {
        return current < 0 ? 0 : table.offset(current);
    }

    @Override
    @Nullable
    Object objectId() {
        // Of the object that has just begun, or of that whose first name comes.
        int node = pending != NONE && top != null ? top.node : current;
        return node >= 0 && table.is(node, NodeTable.REFERENCED) ? table.id(node) : null;
    }

    @Override
    Object content() {
        int node = current;
        return switch (table.kind(node)) {
            case STRING, BOXED_STRING -> {
                parser.requireStringLength(table.b(node));
                yield table.string(node);
            }
            case BUFFER -> table.content(node);
            case VIEW -> table.viewKind(node) == V8View.Kind.UINT8 ? table.content(node) : model();
            case NODE_VIEW -> {
                byte[] visible = table.content(node);
                V8View.Kind kind = table.viewKind(node);
                yield kind == V8View.Kind.UINT8 ? visible : V8View.of(kind, V8ArrayBuffer.of(visible));
            }
            case DATE -> {
                V8Date date = V8Date.ofBits(table.bits(node));
                yield date.isValid() ? date.toInstant() : model();
            }
            default -> model();
        };
    }

    @Override
    V8Value model() {
        int node = current;
        return switch (table.kind(node)) {
            case NULL, HOLE -> V8Null.INSTANCE;
            case UNDEFINED -> V8Undefined.INSTANCE;
            case TRUE -> V8Boolean.TRUE;
            case FALSE -> V8Boolean.FALSE;
            case INT32 -> V8Number.int32(table.a(node));
            case UINT32 -> V8Number.uint32(Integer.toUnsignedLong(table.a(node)));
            case DOUBLE -> V8Number.ofBits(table.bits(node));
            case BIGINT -> V8BigInt.of(table.bigInteger(node), table.b(node) >>> 1);
            case STRING -> V8String.of(table.string(node), table.encoding(node));
            default -> models().at(table.id(node));
        };
    }

    private ModelObjects models() {
        ModelObjects objects = models;
        if (objects == null) {
            // Whoever asks for one such object pays for all: they may share and contain each other.
            objects = new ModelObjects(
                    V8.decodeModel(Arrays.copyOfRange(bytes, start, start + length), parser.options()));
            models = objects;
        }
        return objects;
    }

    private enum Mode {
        OBJECT,
        ARRAY,
        ORDERED,
        MAP_AS_OBJECT,
        MAP_AS_PAIRS,
        NUMBERS,
        CYCLE
    }

    /** A container whose tokens are being given. */
    private static final class Frame {

        private static final long[] NO_ORDER = new long[0];
        private static final double[] NO_DOUBLES = new double[0];
        private static final BigInteger[] NO_BIGINTS = new BigInteger[0];

        private @Nullable Frame outer;
        private int node;
        private Mode mode = Mode.OBJECT;
        private int next;
        private int end;
        private long position;
        private long length;
        private long[] order = NO_ORDER;
        private double[] doubles = NO_DOUBLES;
        private BigInteger[] bigints = NO_BIGINTS;
        /** Whether the frame is all of its node, not a pair of a Map's. */
        private boolean whole;
    }
}
