// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.lang.reflect.Array;

/** An array of primitives being written as a dense array; of bytes there is none here, they are a Uint8Array. */
final class WrittenPrimitives extends WrittenJava {

    private final int length;
    private int written;

    WrittenPrimitives(GraphWriter writer, Object source, int length) {
        super(writer, source);
        this.length = length;
    }

    @Override
    boolean advance() {
        ByteSink out = writer.out();
        out.put(Tag.DENSE);
        out.varint(length);
        if (source instanceof int[] integers) {
            for (int integer : integers) {
                out.int32(integer);
            }
        } else if (source instanceof double[] numbers) {
            doubles(numbers);
        } else {
            boolean asDoubles = writer.options().writerMode() == V8Options.WriterMode.PARITY && areAllDoubles();
            for (; written < length; written++) {
                Object element = Array.get(source, written);
                if (asDoubles) {
                    out.float64(((Number) element).doubleValue());
                } else {
                    writer.value(element);
                }
            }
        }
        endArray(length);
        return true;
    }

    @Override
    void appendStep(StringBuilder path) {
        Paths.index(path, written);
    }

    private void doubles(double[] numbers) {
        boolean asDoubles = writer.options().writerMode() == V8Options.WriterMode.PARITY && areAllDoubles();
        for (double number : numbers) {
            if (asDoubles) {
                writer.out().float64(number);
            } else {
                writer.out().number(number);
            }
        }
    }

    private boolean areAllDoubles() {
        boolean one = false;
        for (int i = 0; i < length; i++) {
            if (!writer.isNumber(Array.get(source, i))) {
                return false;
            }
            one |= V8Number.of(Array.getDouble(source, i)).kind() == V8Number.Kind.FLOAT64;
        }
        return one;
    }
}
