// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Under which ids of the format objects have been written: those that somebody gave ids of his own, and those known by themselves. */
final class WrittenIds {

    private final Map<Object, Integer> byGivenId = new HashMap<>();
    private @Nullable Map<Object, Integer> byObject;
    private @Nullable Object comingId;
    private @Nullable Object comingObject;

    /** Gives an id to what begins next. */
    void announceId(Object givenId) {
        comingId = givenId;
    }

    /** Where an object has been written that is the same, or equal; null if it has not, and then it is announced to come next. */
    @Nullable
    Integer ofObject(Object object, boolean byEquality) {
        Map<Object, Integer> known = byObject;
        if (known == null) {
            known = byEquality ? new HashMap<>() : new IdentityHashMap<>();
            byObject = known;
        }
        Integer id = known.get(object);
        if (id == null) {
            comingObject = object;
        }
        return id;
    }

    /** Where the object has been written that was given an id. */
    @Nullable
    Integer ofGivenId(Object givenId) {
        return byGivenId.get(givenId);
    }

    /** Takes note of what has begun; false if another was given its id. */
    boolean begin(int id) {
        Object object = comingObject;
        if (object != null && byObject != null) {
            comingObject = null;
            byObject.put(object, id);
        }
        Object givenId = comingId;
        comingId = null;
        return givenId == null || give(givenId, id);
    }

    /** Gives an id to what has begun; false if another was given it. */
    boolean give(Object givenId, int id) {
        Integer before = byGivenId.putIfAbsent(givenId, id);
        return before == null || before == id;
    }
}
