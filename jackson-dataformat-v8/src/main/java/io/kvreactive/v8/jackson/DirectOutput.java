// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8UncheckedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;

/** Writes at once. */
final class DirectOutput implements Output {

    private final V8UncheckedWriter out;

    DirectOutput(V8Options options, byte[] buffer) {
        this.out = V8UncheckedWriter.create(options, buffer);
    }

    @Override
    public void value(@Nullable Object value, int depth) {
        out.value(value, depth);
    }

    @Override
    public void nullValue() {
        out.nullValue();
    }

    @Override
    public void bool(boolean value) {
        out.bool(value);
    }

    @Override
    public void int32(int value) {
        out.int32(value);
    }

    @Override
    public void number(double value) {
        out.number(value);
    }

    @Override
    public void bigint(BigInteger value) {
        out.bigint(value);
    }

    @Override
    public void string(String text) {
        out.string(text);
    }

    @Override
    public void string(SerializableString text) {
        byte[] utf8 = text.asUnquotedUTF8();
        // As many bytes as characters is ASCII, which is the same in both encodings.
        if (utf8.length == text.charLength()) {
            out.latin1(utf8);
        } else {
            out.string(text.getValue());
        }
    }

    @Override
    public void binary(byte[] content, int from, int length) {
        out.uint8Array(content, from, length);
    }

    @Override
    public int start(WriteContext begun) {
        WriteContext.Shape shape = begun.shape();
        if (shape == WriteContext.Shape.OBJECT) {
            return out.startObject();
        }
        if (shape == WriteContext.Shape.ARRAY) {
            return begun.promised() < 0 ? out.startDense() : out.startDense(begun.promised());
        }
        return shape == WriteContext.Shape.MAP ? out.startMap() : out.startSet();
    }

    @Override
    public void end(WriteContext ended) {
        WriteContext.Shape shape = ended.shape();
        int count = ended.getEntryCount();
        if (shape == WriteContext.Shape.OBJECT) {
            out.endObject(count);
        } else if (shape == WriteContext.Shape.ARRAY && ended.promised() >= 0) {
            out.endDense(count);
        } else if (shape == WriteContext.Shape.ARRAY) {
            out.settleDense(count);
        } else if (shape == WriteContext.Shape.MAP) {
            out.endMap(count);
        } else {
            out.endSet(count);
        }
    }

    @Override
    public void reference(int id) {
        out.reference(id);
    }

    @Override
    public void writeTo(OutputStream target) throws IOException {
        out.writeTo(target);
    }

    /** The buffer, perhaps a larger one now. */
    byte[] buffer() {
        return out.buffer();
    }
}
