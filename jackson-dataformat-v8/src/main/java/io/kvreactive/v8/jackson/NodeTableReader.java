// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8FormatException;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Reader;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole value into a table of its nodes, so that malformed input fails before anything is bound. */
final class NodeTableReader {

    private static final int TRACKING = 1;

    private final byte[] bytes;
    private final int start;
    private final V8Reader in;
    private final Names names;
    private final NodeTable table;
    private int[] open = new int[16];
    private int depth;
    private int name = NodeTable.NO_NAME;
    private int viewedId;
    /** Which object had a name last, by the number of the name. */
    private int[] owners = new int[0];

    private final List<Integer> bareBuffers = new ArrayList<>(0);

    NodeTableReader(byte[] bytes, int start, int length, V8Reader in, Names names) {
        this.bytes = bytes;
        this.start = start;
        this.in = in.callerChecksObjectKeys();
        this.names = names;
        this.table = new NodeTable(bytes, start, length, names);
    }

    NodeTable read() {
        for (V8Token token = in.next(); token != V8Token.END; token = in.next()) {
            if (in.isKey()) {
                key(token);
            } else {
                node(token);
            }
        }
        bareBuffers.forEach(table::requireReferable);
        return table;
    }

    private void key(V8Token token) {
        int container = open[depth - 1];
        if (table.kind(container) == V8Token.START_OBJECT) {
            name = token == V8Token.STRING && in.encoding() == V8String.Encoding.LATIN1
                    ? names.of(bytes, start + in.contentOffset(), (int) in.length())
                    : names.of(in.keyText());
            return;
        }
        long index = in.keyIndex();
        if (index < 0) {
            table.mark(container, NodeTable.HAS_EXTRA);
            name = NodeTable.EXTRA;
            return;
        }
        int elements = table.b(container);
        if (index != elements || table.kind(container) == V8Token.START_DENSE) {
            table.mark(container, NodeTable.OUT_OF_ORDER);
        }
        table.setB(container, elements + 1);
        name = (int) index;
    }

    private void node(V8Token token) {
        switch (token) {
            case NULL, UNDEFINED, TRUE, FALSE, HOLE -> leaf(token, null, 0, 0);
            case INT32 -> leaf(token, null, in.intValue(), 0);
            case UINT32 -> leaf(token, null, (int) (long) in.doubleValue(), 0);
            case DOUBLE, DATE, BOXED_NUMBER -> leaf(token, null, in.contentOffset(), 0);
            case STRING, BOXED_STRING -> leaf(token, in.encoding(), in.contentOffset(), (int) in.length());
            case BIGINT, BOXED_BIGINT ->
                leaf(token, null, in.contentOffset(), (int) in.length() << 1 | (in.flags() & 1));
            case BOXED_TRUE, BOXED_FALSE, REGEXP -> leaf(token, null, 0, 0);
            case NODE_VIEW -> leaf(token, in.viewKind(), in.contentOffset(), (int) in.length());
            case REFERENCE -> reference();
            case BUFFER -> buffer();
            case VIEW -> view();
            case START_OBJECT, START_MAP, START_SET, START_ERROR, START_HOST -> start(token, 0);
            case START_DENSE, START_SPARSE -> start(token, (int) in.length());
            case END_OBJECT -> endObject();
            case END_MAP -> endMap();
            case END_DENSE, END_SET, END_ERROR, END_HOST -> end();
            case END_SPARSE -> endSparse();
            default -> {
                // A field of an error, which is made anew from the bytes when somebody asks for it.
            }
        }
    }

    private void leaf(V8Token token, @Nullable Enum<?> detail, int a, int b) {
        table.add(token, detail, in.offset(), a, b, takeName(), in.id());
    }

    private int takeName() {
        int taken = name;
        name = NodeTable.NO_NAME;
        return taken;
    }

    private void start(V8Token token, int length) {
        int node = table.add(token, null, in.offset(), length, 0, takeName(), in.id());
        table.mark(node, NodeTable.CONTAINER);
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = node;
    }

    private int end() {
        int node = open[--depth];
        table.setB(node, table.size());
        return node;
    }

    private void reference() {
        if (in.viewFollows()) {
            viewedId = in.id();
            return;
        }
        int target = table.node(in.id());
        if (target >= 0) {
            table.mark(target, NodeTable.REFERENCED);
        } else {
            bareBuffers.add(in.id());
        }
        table.add(V8Token.REFERENCE, null, in.offset(), in.id(), 0, takeName(), -1);
    }

    private void buffer() {
        if (in.viewFollows()) {
            viewedId = in.id();
            table.addViewedBuffer(viewedId, in.contentOffset(), (int) in.length());
        } else {
            leaf(V8Token.BUFFER, null, in.contentOffset(), (int) in.length());
        }
    }

    private void view() {
        int length = (int) in.length();
        if ((in.flags() & TRACKING) != 0) {
            int rest = table.bufferLength(viewedId) - in.viewOffset();
            length = rest - rest % in.viewKind().elementSize();
        }
        leaf(V8Token.VIEW, in.viewKind(), table.bufferOffset(viewedId) + in.viewOffset(), length);
    }

    /** Refuses a repeated name. While an object is read its names mix with those of objects inside, so this waits for its end. */
    private void endObject() {
        int object = end();
        ensureOwners();
        for (int node = object + 1; node < table.size(); node = table.after(node)) {
            if (!take(table.nameNumber(node), object)) {
                throw new V8FormatException(
                        V8FormatException.Kind.BAD_KEY, "a key that was there before", in.path(), table.offset(node));
            }
        }
    }

    /** Whether the name is the owner's for the first time. */
    private boolean take(int nameNumber, int owner) {
        if (owners[nameNumber] == owner + 1) {
            return false;
        }
        owners[nameNumber] = owner + 1;
        return true;
    }

    private void ensureOwners() {
        if (owners.length < names.count()) {
            owners = Arrays.copyOf(owners, Math.max(names.count(), owners.length * 2));
        }
    }

    /** Finds out whether the Map can be shown as an object. */
    private void endMap() {
        int map = end();
        boolean like = true;
        for (int key = map + 1; like && key < table.size(); key = table.after(table.after(key))) {
            like = switch (table.kind(key)) {
                case STRING, INT32, UINT32, DOUBLE -> {
                    table.setName(key, keyName(key));
                    ensureOwners();
                    yield take(table.nameNumber(key), map);
                }
                default -> false;
            };
        }
        if (like) {
            table.mark(map, NodeTable.LIKE_OBJECT);
        }
    }

    private int keyName(int key) {
        return names.of(
                table.kind(key) == V8Token.STRING
                        ? table.string(key)
                        : V8Number.of(table.number(key)).text());
    }

    private void endSparse() {
        int array = open[depth - 1];
        int elements = table.b(array);
        if (elements != table.a(array)) {
            table.mark(array, NodeTable.OUT_OF_ORDER);
        }
        end();
    }
}
