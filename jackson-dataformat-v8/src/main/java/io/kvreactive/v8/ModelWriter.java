// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes model values, with a stack of its own. */
final class ModelWriter {

    private final V8Writer out;
    private final IdentityIds ids;
    private @Nullable Open top;

    ModelWriter(V8Writer out, IdentityIds ids) {
        this.out = out;
        this.ids = ids;
    }

    /** Writes the value and all it holds. */
    void write(V8Value value) {
        value(value);
        while (top != null) {
            step(top);
        }
    }

    private void value(V8Value value) {
        if (value instanceof V8Number number) {
            out.number(number);
        } else if (value instanceof V8String text) {
            out.string(text);
        } else if (value instanceof V8BigInt bigint) {
            out.bigint(bigint);
        } else if (value instanceof V8Boolean bool) {
            out.bool(bool.value());
        } else if (value == V8Null.INSTANCE) {
            out.nullValue();
        } else if (value == V8Undefined.INSTANCE) {
            out.undefined();
        } else if (value == V8Hole.INSTANCE) {
            out.hole();
        } else {
            object(value);
        }
    }

    private void object(V8Value value) {
        int known = ids.idOf(value);
        if (known >= 0) {
            out.reference(known);
        } else if (value instanceof V8View view) {
            // The buffer takes its id, or is referred to, before the view takes its own.
            object(view.buffer());
            ids.put(view, out.view(view));
        } else {
            ids.put(value, begin(value));
        }
    }

    private int begin(V8Value value) {
        if (value instanceof V8Date date) {
            return out.date(date);
        }
        if (value instanceof V8Boxed boxed) {
            return out.boxed(boxed);
        }
        if (value instanceof V8RegExp regExp) {
            return out.regExp(regExp);
        }
        if (value instanceof V8ArrayBuffer buffer) {
            return out.buffer(buffer);
        }
        if (value instanceof V8Host host && host.value() == null) {
            return out.nodeView(host);
        }
        top = new Open(value, top);
        if (value instanceof V8Object) {
            return out.startObject();
        }
        if (value instanceof V8Array array) {
            return array.form() == V8Array.Form.DENSE
                    ? out.startDense(array.items().size())
                    : out.startSparse(array.length());
        }
        if (value instanceof V8Map) {
            return out.startMap();
        }
        if (value instanceof V8Set) {
            return out.startSet();
        }
        return value instanceof V8Error error ? error(error) : out.startHost();
    }

    private int error(V8Error error) {
        int id = out.startError(error.kind());
        V8String message = error.messageString();
        if (message != null) {
            out.errorMessage(message);
        }
        V8String stack = error.stackString();
        if (stack != null) {
            out.errorStack(stack);
        }
        return id;
    }

    /** Writes the next child of an open container, or its end. */
    private void step(Open open) {
        int next = open.next++;
        if (open.value instanceof V8Object object) {
            if (!property(object.properties(), next)) {
                out.endObject();
                top = open.outer;
            }
        } else if (open.value instanceof V8Array array) {
            stepArray(open, array, next);
        } else if (open.value instanceof V8Map map) {
            if (next / 2 < map.entries().size()) {
                V8Map.Entry entry = map.entries().get(next / 2);
                value(next % 2 == 0 ? entry.key() : entry.value());
            } else {
                out.endMap();
                top = open.outer;
            }
        } else if (open.value instanceof V8Set set) {
            if (next < set.members().size()) {
                value(set.members().get(next));
            } else {
                out.endSet();
                top = open.outer;
            }
        } else {
            stepSingle(open, next);
        }
    }

    private void stepArray(Open open, V8Array array, int next) {
        int items = array.items().size();
        if (next < items) {
            value(array.items().get(next));
        } else if (!property(array.properties(), next - items)) {
            if (array.form() == V8Array.Form.DENSE) {
                out.endDense();
            } else {
                out.endSparse();
            }
            top = open.outer;
        }
    }

    /** The cause of an error, the value of a host object. */
    private void stepSingle(Open open, int next) {
        boolean error = open.value instanceof V8Error;
        V8Value child = open.value instanceof V8Error e ? e.cause() : ((V8Host) open.value).value();
        if (next == 0 && child != null) {
            if (error) {
                out.errorCause();
            }
            value(child);
            return;
        }
        if (error) {
            out.endError();
        } else {
            out.endHost();
        }
        top = open.outer;
    }

    private boolean property(List<V8Object.Property> properties, int next) {
        if (next / 2 >= properties.size()) {
            return false;
        }
        V8Object.Property property = properties.get(next / 2);
        value(next % 2 == 0 ? property.key() : property.value());
        return true;
    }

    /** A container whose children are being written. */
    private static final class Open {

        private final V8Value value;
        private final @Nullable Open outer;
        private int next;

        Open(V8Value value, @Nullable Open outer) {
            this.value = value;
            this.outer = outer;
        }
    }
}
