// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The ids of objects already written, by identity. Open addressing without entry objects: every container of a value goes through here. */
final class IdentityIds {

    private static final int NONE = -1;

    private @Nullable Object[] objects = new Object[16];
    private int[] ids = new int[16];
    private int size;

    /** The id of an object, or -1. */
    int idOf(Object object) {
        int at = slot(object, objects);
        return objects[at] == null ? NONE : ids[at];
    }

    void clear() {
        if (size > 0) {
            Arrays.fill(objects, null);
            size = 0;
        }
    }

    void put(Object object, int id) {
        if (size * 2 >= objects.length) {
            grow();
        }
        int at = slot(object, objects);
        if (objects[at] == null) {
            size++;
        }
        objects[at] = object;
        ids[at] = id;
    }

    private void grow() {
        @Nullable Object[] wider = new Object[objects.length * 2];
        int[] widerIds = new int[wider.length];
        for (int i = 0; i < objects.length; i++) {
            Object object = objects[i];
            if (object != null) {
                int at = slot(object, wider);
                wider[at] = object;
                widerIds[at] = ids[i];
            }
        }
        objects = wider;
        ids = widerIds;
    }

    @SuppressWarnings("ReferenceEquality") // by identity is the purpose
    private static int slot(Object object, @Nullable Object[] table) {
        int hash = System.identityHashCode(object) * 0x9E3779B9;
        int at = hash >>> 7 & table.length - 1;
        while (table[at] != null && table[at] != object) {
            at = at + 1 & table.length - 1;
        }
        return at;
    }
}
