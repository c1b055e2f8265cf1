// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.ndjson;

import io.kvreactive.KvU64;
import io.kvreactive.KvValue;
import io.kvreactive.v8.V8;
import io.kvreactive.v8.V8Array;
import io.kvreactive.v8.V8ArrayBuffer;
import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Boolean;
import io.kvreactive.v8.V8Boxed;
import io.kvreactive.v8.V8Date;
import io.kvreactive.v8.V8Error;
import io.kvreactive.v8.V8Exception;
import io.kvreactive.v8.V8Hole;
import io.kvreactive.v8.V8Host;
import io.kvreactive.v8.V8Map;
import io.kvreactive.v8.V8Null;
import io.kvreactive.v8.V8Number;
import io.kvreactive.v8.V8Object;
import io.kvreactive.v8.V8RegExp;
import io.kvreactive.v8.V8Set;
import io.kvreactive.v8.V8String;
import io.kvreactive.v8.V8Undefined;
import io.kvreactive.v8.V8Value;
import io.kvreactive.v8.V8View;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One stored value in the notation of {@code docs/spec/ndjson.md} section 2, and whether the notation carries all of it. What it does not carry
 * is written as the nearest thing that it does; what has no such thing, or would grow without bound, as {@code undefined}.
 */
final class ValueWriter {

    /** Deeper values are carried by their stored bytes only: their readers may recurse. */
    static final int MAX_DEPTH = 256;

    /** No value without shared references takes more: a boolean is one byte, and thirty-two characters with its comma. */
    private static final int MOST_CHARS_PER_BYTE = 40;

    private static final int MOST_CHARS_MORE = 1024;

    private final JsonText out;
    private final long mostLength;
    private final int storedBytes;
    private boolean isCarried = true;
    private boolean isGivenUp;
    private @Nullable V8Value root;
    private @Nullable IdentityHashMap<V8Value, V8Value> others;

    private ValueWriter(JsonText out, int storedBytes) {
        this.out = out;
        this.storedBytes = storedBytes;
        this.mostLength = out.length() + (long) MOST_CHARS_PER_BYTE * storedBytes + MOST_CHARS_MORE;
    }

    /** Writes a value; tells whether the notation carries it. */
    static boolean write(JsonText out, KvValue stored) {
        KvU64 counter = stored.toU64();
        if (counter != null) {
            typed(out, "KvU64").json('"').json(counter.toString()).json("\"}");
            return true;
        }
        if (stored.encoding() == KvValue.BYTES) {
            bytes(out, "Uint8Array", stored.unsafeArray());
            return true;
        }
        return stored.encoding() == KvValue.V8 ? writeV8(out, stored) : writeUndefined(out);
    }

    private static boolean writeV8(JsonText out, KvValue stored) {
        V8Value value;
        try {
            value = V8.decodeModel(stored.unsafeArray());
        } catch (V8Exception e) {
            return writeUndefined(out);
        }
        int start = out.length();
        ValueWriter writer = new ValueWriter(out, stored.size());
        writer.value(value, 0);
        if (writer.isGivenUp) {
            out.truncate(start);
            return writeUndefined(out);
        }
        // At the root, the notation means the encoding of bytes.
        boolean isBytes = value instanceof V8View view && view.kind() == V8View.Kind.UINT8;
        return writer.isCarried && !isBytes;
    }

    private static boolean writeUndefined(JsonText out) {
        out.json("{\"type\":\"undefined\"}");
        return false;
    }

    static JsonText typed(JsonText out, String type) {
        return out.json("{\"type\":\"").json(type).json("\",\"value\":");
    }

    static void bytes(JsonText out, String type, byte[] bytes) {
        typed(out, type).json('"').json(Base64Url.encode(bytes)).json("\"}");
    }

    /** Writes a number, as a value or as a part of a key; JavaScript itself would lose the sign of a zero. */
    static void number(JsonText out, double number) {
        typed(out, "number");
        String text = V8Number.float64(number).text();
        if (Double.isFinite(number)) {
            out.json(number == 0 && 1 / number < 0 ? "-0" : text).json('}');
        } else {
            out.json('"').json(text).json("\"}");
        }
    }

    private JsonText typed(String type) {
        return typed(out, type);
    }

    private void value(V8Value value, int depth) {
        if (depth == MAX_DEPTH || out.length() > mostLength) {
            isGivenUp = true;
        } else if (value instanceof V8String string) {
            typed("string");
            text(string.text());
            out.json('}');
        } else if (value instanceof V8Number number) {
            isCarried &= number.value() != 0 || 1 / number.value() > 0;
            number(out, number.value());
        } else if (value instanceof V8Boolean bool) {
            typed("boolean").json(bool == V8Boolean.TRUE ? "true}" : "false}");
        } else if (value == V8Null.INSTANCE) {
            typed("null").json("null}");
        } else if (value == V8Undefined.INSTANCE) {
            out.json("{\"type\":\"undefined\"}");
        } else if (value instanceof V8BigInt bigint) {
            typed("bigint").json('"').json(bigint.value().toString()).json("\"}");
        } else {
            object(value, depth);
        }
    }

    private void text(String text) {
        isCarried &= out.string(text);
    }

    private void lost() {
        isCarried = false;
    }

    private void nothing() {
        isCarried &= writeUndefined(out);
    }

    /** What has an identity: met again, the notation cannot tell that it is the same. */
    private void object(V8Value value, int depth) {
        if (value == V8Hole.INSTANCE || value instanceof V8Host || !isNew(value)) {
            // Met again it is not written again: references to references would grow without bound, or end.
            nothing();
        } else if (value instanceof V8Object object) {
            object(object.properties(), depth);
        } else if (value instanceof V8Array array) {
            array(array, depth);
        } else if (value instanceof V8Map map) {
            map(map.entries(), depth);
        } else if (value instanceof V8Set set) {
            isCarried &= Scalars.areDistinct(set.members());
            list("Set", set.members(), depth);
        } else if (value instanceof V8Error error) {
            error(error, depth);
        } else if (value instanceof V8View view) {
            view(view);
        } else {
            leaf(value, depth);
        }
    }

    private void leaf(V8Value value, int depth) {
        if (value instanceof V8Date date) {
            date(date);
        } else if (value instanceof V8RegExp regexp) {
            typed("RegExp");
            text("/" + regexp.source() + "/" + regexp.flags());
            out.json('}');
        } else if (value instanceof V8ArrayBuffer buffer) {
            isCarried &= buffer.kind() == V8ArrayBuffer.Kind.FIXED;
            bytes(out, "ArrayBuffer", buffer.bytes());
        } else if (value instanceof V8Boxed boxed) {
            lost();
            value(boxed.value(), depth + 1);
        } else {
            nothing();
        }
    }

    private boolean isNew(V8Value value) {
        if (root == null) {
            root = value;
            return true;
        }
        if (others == null) {
            others = new IdentityHashMap<>();
            others.put(root, root);
        }
        return others.put(value, value) == null;
    }

    private void object(List<V8Object.Property> properties, int depth) {
        typed("object").json('{');
        Set<String> names = new HashSet<>();
        for (int i = 0; i < properties.size() && !isGivenUp; i++) {
            V8Object.Property property = properties.get(i);
            String name = property.key().text();
            // No JSON has a member twice.
            isGivenUp |= !names.add(name);
            separate(i);
            text(name);
            out.json(':');
            value(property.value(), depth + 1);
        }
        out.json("}}");
    }

    private void array(V8Array array, int depth) {
        isCarried &= array.properties().isEmpty() || array.form() == V8Array.Form.SPARSE;
        if (array.form() == V8Array.Form.DENSE) {
            list("Array", array.items(), depth);
            return;
        }
        // An array of four billion holes is a few bytes.
        if (array.length() > storedBytes) {
            nothing();
            return;
        }
        V8Value[] items = new V8Value[(int) array.length()];
        Arrays.fill(items, V8Hole.INSTANCE);
        for (V8Object.Property property : array.properties()) {
            int index = index(property.key().text(), items.length);
            if (index < 0) {
                lost();
            } else {
                items[index] = property.value();
            }
        }
        list("Array", List.of(items), depth);
    }

    /** The index below a length that a name stands for, or -1. */
    private static int index(String name, int length) {
        boolean isNumber = !name.isEmpty()
                && name.length() < 10
                && name.chars().allMatch(c -> c >= '0' && c <= '9')
                && (name.length() == 1 || name.charAt(0) != '0');
        int index = isNumber ? Integer.parseInt(name) : -1;
        return index < length ? index : -1;
    }

    private void list(String type, List<V8Value> items, int depth) {
        typed(type).json('[');
        for (int i = 0; i < items.size() && !isGivenUp; i++) {
            separate(i);
            value(items.get(i), depth + 1);
        }
        out.json("]}");
    }

    private void map(List<V8Map.Entry> entries, int depth) {
        isCarried &= Scalars.areDistinct(entries.stream().map(V8Map.Entry::key).toList());
        typed("Map").json('[');
        for (int i = 0; i < entries.size() && !isGivenUp; i++) {
            separate(i);
            out.json('[');
            value(entries.get(i).key(), depth + 1);
            out.json(',');
            value(entries.get(i).value(), depth + 1);
            out.json(']');
        }
        out.json("]}");
    }

    private void error(V8Error error, int depth) {
        String message = error.message();
        String stack = error.stack();
        V8Value cause = error.cause();
        // Without a message of its own, an error has that of its prototype, which is empty.
        isCarried &= message != null;
        typed(error.kind().typeName()).json("{\"message\":");
        text(message == null ? "" : message);
        if (cause != null) {
            out.json(",\"cause\":");
            value(cause, depth + 1);
        }
        if (stack != null) {
            out.json(",\"stack\":");
            text(stack);
        }
        out.json("}}");
    }

    private void view(V8View view) {
        V8ArrayBuffer buffer = view.buffer();
        boolean isWhole = view.byteLength() == buffer.byteLength() && buffer.kind() == V8ArrayBuffer.Kind.FIXED;
        isCarried &= isNew(buffer) && isWhole;
        if (view.kind() == V8View.Kind.FLOAT16) {
            nothing();
        } else {
            bytes(out, view.kind().typeName(), view.toByteArray());
        }
    }

    private void date(V8Date date) {
        double millis = date.epochMillis();
        if (!date.isValid()) {
            lost();
            typed("Date").json("null}");
            return;
        }
        isCarried &= millis == Math.rint(millis) && (millis != 0 || 1 / millis > 0);
        typed("Date").json('"').json(DateText.of((long) millis)).json("\"}");
    }

    private void separate(int index) {
        if (index > 0) {
            out.json(',');
        }
    }
}
