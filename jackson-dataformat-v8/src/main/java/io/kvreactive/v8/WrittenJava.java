// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import org.jspecify.annotations.Nullable;

/** A Java container whose children are being written. */
abstract class WrittenJava {

    final GraphWriter writer;
    final Object source;

    @Nullable
    WrittenJava outer;

    WrittenJava(GraphWriter writer, Object source) {
        this.writer = writer;
        this.source = source;
    }

    /** Writes children until one of them is a container, which then goes first (false), or until the end, which is written too (true). */
    abstract boolean advance();

    abstract void appendStep(StringBuilder path);

    /** Ends an array without other properties. */
    final void endArray(int length) {
        ByteSink out = writer.out();
        out.put(Tag.END_DENSE);
        out.varint(0);
        out.varint(length);
    }
}
