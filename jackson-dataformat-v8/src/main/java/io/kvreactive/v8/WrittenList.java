// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A List, another Collection, or an Object array being written as a dense array. */
final class WrittenList extends WrittenJava {

    private final Iterator<? extends @Nullable Object> elements;
    private final int length;
    private final boolean asDoubles;
    private int written;

    WrittenList(
            GraphWriter writer,
            Object source,
            Iterator<? extends @Nullable Object> elements,
            int length,
            Collection<? extends @Nullable Object> again) {
        super(writer, source);
        this.elements = elements;
        this.length = length;
        this.asDoubles = writer.options().writerMode() == V8Options.WriterMode.PARITY && areAllDoubles(again);
        writer.out().put(Tag.DENSE);
        writer.out().varint(length);
    }

    @Override
    boolean advance() {
        while (elements.hasNext()) {
            if (written++ == length) {
                break;
            }
            Object element = elements.next();
            if (asDoubles && element instanceof Number number) {
                writer.out().float64(number.doubleValue());
            } else if (writer.value(element)) {
                return false;
            }
        }
        if (written != length) {
            throw new ConcurrentModificationException("a collection changed its size while it was written");
        }
        endArray(length);
        return true;
    }

    @Override
    void appendStep(StringBuilder path) {
        Paths.index(path, Math.max(0, written - 1));
    }

    /** V8 keeps an array of numbers as doubles if one of them is no small integer. */
    private boolean areAllDoubles(Collection<? extends @Nullable Object> values) {
        boolean one = false;
        for (Object value : values) {
            if (!writer.isNumber(value)) {
                return false;
            }
            one |= value instanceof Number number
                    && V8Number.of(number.doubleValue()).kind() == V8Number.Kind.FLOAT64;
        }
        return one;
    }
}
