// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import io.kvreactive.v8.V8View;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one whole value, in the order of the bytes: a container is followed by what it holds. Each is a few ints; contents stay in the input
 * until they are asked for. docs/spec/v8-structured-clone.md, section 2.6.
 */
final class NodeTable {

    /** The name of a node that is no property. */
    static final int NO_NAME = -1;

    /** The name of a property of an array that is no element. */
    static final int EXTRA = -2;

    /** The array's elements are not simply its children one after the other. */
    static final int OUT_OF_ORDER = 1 << 8;

    /** The array has properties that are no elements. */
    static final int HAS_EXTRA = 1 << 9;

    /** The Map's keys are strings and numbers whose texts differ. */
    static final int LIKE_OBJECT = 1 << 10;

    /** Some reference names this node. */
    static final int REFERENCED = 1 << 11;

    /** The node is being walked: a reference to it would not end. */
    static final int OPEN = 1 << 12;

    /** The node's length is the end of what it holds. */
    static final int CONTAINER = 1 << 13;

    private static final int DETAIL_SHIFT = 16;
    private static final int KIND = 0;
    private static final int OFFSET = 1;
    private static final int A = 2;
    private static final int B = 3;
    private static final int NAME = 4;
    private static final int ID = 5;
    private static final int WIDTH = 6;

    private static final int LEAST_ROOM = 16;
    private static final int BYTES_PER_NODE = 6;
    private static final int MOST_EXPECTED = 1 << 16;

    private static final V8Token[] TOKENS = V8Token.values();
    private static final V8String.Encoding[] ENCODINGS = V8String.Encoding.values();
    private static final V8View.Kind[] VIEW_KINDS = V8View.Kind.values();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final int start;
    private final Names names;
    private int[] cells;
    private int size;
    /** One more than the node, so that 0 is none. */
    private int[] byId = new int[16];

    /** Buffers that a view follows are no nodes, but may be referred to: offset and length by id. */
    private final Map<Integer, long[]> viewedBuffers = new HashMap<>(0);

    /** An empty table, with room for as many nodes as inputs of this length have as a rule. */
    NodeTable(byte[] bytes, int start, int length, Names names) {
        this.bytes = bytes;
        this.start = start;
        this.names = names;
        this.cells = new int[(LEAST_ROOM + Math.min(length, MOST_EXPECTED) / BYTES_PER_NODE) * WIDTH];
    }

    // Building.

    /** Adds a node; the detail is the encoding of a string or the kind of a view. */
    @SuppressWarnings("EnumOrdinal") // the table lives no longer than a parser
    int add(V8Token kind, @Nullable Enum<?> detail, int offset, int a, int b, int name, int id) {
        int at = size * WIDTH;
        if (at == cells.length) {
            cells = Arrays.copyOf(cells, cells.length * 2);
        }
        cells[at + KIND] = kind.ordinal() | (detail == null ? 0 : detail.ordinal()) << DETAIL_SHIFT;
        cells[at + OFFSET] = offset;
        cells[at + A] = a;
        cells[at + B] = b;
        cells[at + NAME] = name;
        cells[at + ID] = id;
        if (id >= 0) {
            know(id, size);
        }
        return size++;
    }

    private void know(int id, int node) {
        if (id >= byId.length) {
            byId = Arrays.copyOf(byId, Math.max(id + 1, byId.length * 2));
        }
        byId[id] = node + 1;
    }

    void addViewedBuffer(int id, int offset, int length) {
        viewedBuffers.put(id, new long[] {offset, length});
    }

    /** Makes a node, outside of the value's, of a buffer that is referred to without a view. */
    void requireReferable(int id) {
        if (node(id) < 0) {
            long[] buffer = viewedBuffers.get(id);
            if (buffer != null) {
                add(V8Token.BUFFER, null, (int) buffer[0], (int) buffer[0], (int) buffer[1], NO_NAME, id);
            }
        }
    }

    int bufferOffset(int id) {
        long[] viewed = viewedBuffers.get(id);
        return viewed != null ? (int) viewed[0] : cells[node(id) * WIDTH + A];
    }

    int bufferLength(int id) {
        long[] viewed = viewedBuffers.get(id);
        return viewed != null ? (int) viewed[1] : cells[node(id) * WIDTH + B];
    }

    void mark(int node, int flag) {
        cells[node * WIDTH + KIND] |= flag;
    }

    void unmark(int node, int flag) {
        cells[node * WIDTH + KIND] &= ~flag;
    }

    void setB(int node, int b) {
        cells[node * WIDTH + B] = b;
    }

    void setName(int node, int name) {
        cells[node * WIDTH + NAME] = name;
    }

    int size() {
        return size;
    }

    // Reading.

    V8Token kind(int node) {
        return TOKENS[cells[node * WIDTH + KIND] & 0xff];
    }

    boolean is(int node, int flag) {
        return (cells[node * WIDTH + KIND] & flag) != 0;
    }

    /** Where the node's tag stands. */
    int offset(int node) {
        return cells[node * WIDTH + OFFSET];
    }

    /** An integer, the length of an array, the id that a reference names; where the content of anything else begins. */
    int a(int node) {
        return cells[node * WIDTH + A];
    }

    /** The length of a content; while a container is read, how many elements it has so far. */
    int b(int node) {
        return cells[node * WIDTH + B];
    }

    /** The number of a property's name, the index of an element that was stored as a property. */
    int nameNumber(int node) {
        return cells[node * WIDTH + NAME];
    }

    String name(int node) {
        return names.at(cells[node * WIDTH + NAME]);
    }

    int id(int node) {
        return cells[node * WIDTH + ID];
    }

    /** The node of an object, or -1. */
    int node(int id) {
        return id < byId.length ? byId[id] - 1 : -1;
    }

    /** The first node that is neither this one nor inside of it. */
    int after(int node) {
        return is(node, CONTAINER) ? b(node) : node + 1;
    }

    String string(int node) {
        return Content.text(bytes, start + a(node), b(node), encoding(node));
    }

    V8String.Encoding encoding(int node) {
        return ENCODINGS[cells[node * WIDTH + KIND] >> DETAIL_SHIFT];
    }

    V8View.Kind viewKind(int node) {
        return VIEW_KINDS[cells[node * WIDTH + KIND] >> DETAIL_SHIFT];
    }

    /** The number of an integer or a double, a Number object or a Date. */
    double number(int node) {
        return switch (kind(node)) {
            case INT32 -> a(node);
            case UINT32 -> Integer.toUnsignedLong(a(node));
            default -> Double.longBitsToDouble(bits(node));
        };
    }

    long bits(int node) {
        return (long) LONGS.get(bytes, start + a(node));
    }

    BigInteger bigInteger(int node) {
        return Content.bigInteger(bytes, start + a(node), b(node) >>> 1, (b(node) & 1) != 0);
    }

    byte[] content(int node) {
        int from = start + a(node);
        return Arrays.copyOfRange(bytes, from, from + b(node));
    }
}
