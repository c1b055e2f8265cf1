// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A Set being written as a Set. */
final class WrittenSet extends WrittenJava {

    private final Iterator<? extends @Nullable Object> members;
    private final DistinctKeys keys;
    private int written;

    WrittenSet(GraphWriter writer, Set<? extends @Nullable Object> set) {
        super(writer, set);
        this.members = set.iterator();
        this.keys = new DistinctKeys(writer);
        writer.out().put(Tag.SET);
    }

    @Override
    boolean advance() {
        while (members.hasNext()) {
            Object member = members.next();
            written++;
            keys.accept(member);
            if (writer.value(member)) {
                return false;
            }
        }
        writer.out().put(Tag.END_SET);
        writer.out().varint(written);
        return true;
    }

    @Override
    void appendStep(StringBuilder path) {
        Paths.member(path, written - 1);
    }
}
