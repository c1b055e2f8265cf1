// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import io.kvreactive.v8.V8BigInt;
import io.kvreactive.v8.V8Options;
import io.kvreactive.v8.V8Writer;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes at once. */
final class DirectOutput implements Output {

    private static final byte OBJECT = 0;
    private static final byte MAP = 1;
    private static final byte SET = 2;
    private static final byte ARRAY = 3;

    private final V8Writer out;
    private byte[] open = new byte[16];
    private int depth;

    DirectOutput(V8Options options) {
        this.out = V8Writer.create(options);
    }

    @Override
    public void value(@Nullable Object value) {
        if (value == null) {
            out.nullValue();
        } else if (value instanceof Boolean bool) {
            out.bool(bool);
        } else {
            out.value(value);
        }
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
        out.bigint(V8BigInt.of(value));
    }

    @Override
    public void string(String text) {
        out.string(text);
    }

    @Override
    public void binary(byte[] content, int from, int length) {
        out.uint8Array(content, from, length);
    }

    @Override
    public int startObject() {
        push(OBJECT);
        return out.startObject();
    }

    @Override
    public int startMap() {
        push(MAP);
        return out.startMap();
    }

    @Override
    public int startSet() {
        push(SET);
        return out.startSet();
    }

    @Override
    public int startArray(int length) {
        push(ARRAY);
        return length < 0 ? out.startDense() : out.startDense(length);
    }

    private void push(byte kind) {
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = kind;
    }

    @Override
    public void end() {
        switch (open[--depth]) {
            case OBJECT -> out.endObject();
            case MAP -> out.endMap();
            case SET -> out.endSet();
            default -> out.endDense();
        }
    }

    @Override
    public void reference(int id) {
        out.reference(id);
    }

    @Override
    public byte[] toByteArray() {
        return out.toByteArray();
    }
}
