// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Map being written as a Map. */
final class WrittenMap extends WrittenJava {

    private final Iterator<? extends Map.Entry<?, ? extends @Nullable Object>> entries;
    private final DistinctKeys keys;
    private Map.@Nullable Entry<?, ? extends @Nullable Object> pending;
    private int written;

    WrittenMap(GraphWriter writer, Map<?, ? extends @Nullable Object> map) {
        super(writer, map);
        this.entries = map.entrySet().iterator();
        this.keys = new DistinctKeys(writer);
        writer.out().put(Tag.MAP);
    }

    @Override
    boolean advance() {
        while (true) {
            Map.Entry<?, ? extends @Nullable Object> entry = pending;
            if (entry != null) {
                pending = null;
                written++;
                if (writer.value(entry.getValue())) {
                    return false;
                }
            }
            if (!entries.hasNext()) {
                writer.out().put(Tag.END_MAP);
                writer.out().varint(written);
                return true;
            }
            pending = entries.next();
            written++;
            keys.accept(pending.getKey());
            if (writer.value(pending.getKey())) {
                return false;
            }
        }
    }

    @Override
    void appendStep(StringBuilder path) {
        Paths.entry(path, written - 1);
    }
}
