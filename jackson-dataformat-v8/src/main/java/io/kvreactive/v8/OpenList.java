// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An array being read into a List; elements that come as properties are put in their places. */
final class OpenList extends OpenJava {

    /** Stands for an absent element until the end. */
    static final Object HOLE = new Object();

    /** Lists are not sized by what the bytes claim beyond this. */
    private static final int MAX_INITIAL_CAPACITY = 256;

    private final ArrayList<@Nullable Object> list;
    private final long length;
    private NavigableMap<Long, @Nullable Object> late = Collections.emptyNavigableMap();
    private long key = -1;
    private int holes;

    OpenList(NaturalReader reader, long length) {
        super(reader);
        this.length = length;
        this.list = new ArrayList<>((int) Math.min(length, MAX_INITIAL_CAPACITY));
    }

    @Override
    Object self() {
        return list;
    }

    @Override
    void key() {
        if (!(reader.in().keyIdentity() instanceof Long index)) {
            throw reader.lossy(
                    "an array with a property that is no element; V8Array, as V8.decodeModel reads it, carries it");
        }
        key = index;
    }

    @Override
    void add(@Nullable Object value) {
        count();
        if (value == HOLE) {
            holes++;
        }
        if (key < 0 || key == list.size()) {
            list.add(value);
        } else if (key < list.size()) {
            list.set((int) key, value);
            holes--;
        } else {
            if (late.isEmpty()) {
                late = new TreeMap<>();
            }
            late.put(key, value);
        }
    }

    @Override
    void finish() {
        long end = Math.max(length, late.isEmpty() ? list.size() : late.lastKey() + 1);
        long absent = end - list.size() - late.size();
        if (absent > 0) {
            requireHolesAllowed(firstAbsent());
            if (absent > reader.options().maxHoles()) {
                throw reader.lossy(absent + " absent elements in an array of length " + end
                        + ", more than V8Options.maxHoles allows; "
                        + "V8Array, as V8.decodeModel reads it, carries it");
            }
        }
        for (Map.Entry<Long, @Nullable Object> entry : late.entrySet()) {
            fill(entry.getKey());
            list.add(entry.getValue());
        }
        fill(end);
        if (holes > 0) {
            requireHolesAllowed(list.indexOf(HOLE));
            list.replaceAll(value -> value == HOLE ? null : value);
        }
    }

    private long firstAbsent() {
        long index = list.size();
        while (late.containsKey(index)) {
            index++;
        }
        return index;
    }

    private void fill(long end) {
        while (list.size() < end) {
            list.add(null);
        }
    }

    private void requireHolesAllowed(long index) {
        if (reader.options().holes() == V8Options.Holes.FAIL) {
            throw reader.lossy("element " + index
                    + " of an array is absent; V8Options.Holes.AS_NULL reads null, and V8Array, as V8.decodeModel "
                    + "reads it, carries it");
        }
    }
}
