// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Map with String keys being written as a plain object. */
final class WrittenObject extends WrittenJava {

    private final boolean parity;
    private final Iterator<? extends Map.Entry<?, ? extends @Nullable Object>> entries;
    private final @Nullable HashSet<String> seen;
    private String key = "";
    private int written;

    WrittenObject(GraphWriter writer, Map<?, ? extends @Nullable Object> map) {
        super(writer, map);
        this.parity = writer.options().writerMode() == V8Options.WriterMode.PARITY;
        this.entries = parity ? indexKeysFirst(map) : map.entrySet().iterator();
        // The only map of the JDK in which equal keys can stand side by side.
        this.seen = map instanceof IdentityHashMap<?, ?> ? new HashSet<>() : null;
        writer.out().put(Tag.OBJECT);
    }

    @Override
    boolean advance() {
        ByteSink out = writer.out();
        while (entries.hasNext()) {
            Map.Entry<?, ? extends @Nullable Object> entry = entries.next();
            if (!(entry.getKey() instanceof String text)) {
                throw new ConcurrentModificationException("a map changed its keys while it was written");
            }
            key = text;
            if (seen != null && !seen.add(key)) {
                throw writer.lossy("two equal keys: an object has each key once");
            }
            long index = parity ? NumberText.index(key) : -1;
            if (index >= 0) {
                out.number((double) index);
            } else {
                out.string(key);
            }
            written++;
            if (writer.value(entry.getValue())) {
                return false;
            }
        }
        out.put(Tag.END_OBJECT);
        out.varint(written);
        return true;
    }

    @Override
    void appendStep(StringBuilder path) {
        if (written > 0) {
            Paths.key(path, key);
        }
    }

    /** JavaScript lists index-like keys first, ascending. */
    private static Iterator<? extends Map.Entry<?, ? extends @Nullable Object>> indexKeysFirst(
            Map<?, ? extends @Nullable Object> map) {
        List<Map.Entry<?, ? extends @Nullable Object>> sorted = new ArrayList<>(map.entrySet());
        // An index of -1, no index, is the greatest as an unsigned number; the sort is stable.
        sorted.sort(Comparator.comparing(entry -> NumberText.index((String) entry.getKey()), Long::compareUnsigned));
        return sorted.iterator();
    }
}
