// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.util.Arrays;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.TokenStreamContext;

/** What is open in a generator. To Jackson a Map is an object and a Set an array. */
final class WriteContext extends TokenStreamContext {

    private final @Nullable WriteContext outer;
    private @Nullable WriteContext spare;
    private Shape shape;
    private @Nullable String name;
    private @Nullable Object value;
    private boolean named;
    private int promised;
    /** How many values may come now; of arrays of unknown length and of Sets, as many as there may ever be. */
    private int room;

    private @Nullable DistinctNames names;
    private @Nullable HashSet<Object> distinct;

    private WriteContext(@Nullable WriteContext outer, int depth) {
        this.outer = outer;
        this._nestingDepth = depth;
        this._index = -1;
        this._type = TYPE_ROOT;
        this.shape = Shape.ROOT;
        this.room = 1;
    }

    static WriteContext root() {
        return new WriteContext(null, 0);
    }

    /** A context within this one; an array of so many elements, -1 if that is unknown. */
    WriteContext open(Shape shape, @Nullable Object value, int promised) {
        WriteContext inner = spare;
        if (inner == null) {
            inner = new WriteContext(this, _nestingDepth + 1);
            spare = inner;
        }
        boolean object = shape == Shape.OBJECT || shape == Shape.MAP;
        inner._type = object ? TYPE_OBJECT : TYPE_ARRAY;
        inner.room = object ? 0 : promised < 0 ? Integer.MAX_VALUE : promised;
        inner._index = -1;
        inner.shape = shape;
        inner.value = value;
        inner.promised = promised;
        inner.name = null;
        inner.named = false;
        inner.distinct = null;
        if (object && inner.names != null) {
            inner.names.clear();
        }
        return inner;
    }

    Shape shape() {
        return shape;
    }

    int promised() {
        return promised;
    }

    /** Takes note of a name; false if the object has it already. */
    boolean name(String text) {
        key(text);
        DistinctNames known = names;
        if (known == null) {
            known = new DistinctNames();
            names = known;
        }
        return known.add(text);
    }

    /** Takes note of the key of a Map. */
    void key(@Nullable String text) {
        name = text;
        named = true;
        room = 1;
    }

    /** Whether a name, or the key of a Map, waits for its value. */
    boolean named() {
        return named;
    }

    /** Takes note of a value, or of the key of a Map if one must come; false if none may stand here. */
    boolean value() {
        if (shape == Shape.MAP && !named) {
            key(null);
            return true;
        }
        if (room == 0) {
            return false;
        }
        room--;
        named = false;
        _index++;
        return true;
    }

    /** Whether values that come now must differ in JavaScript's eyes: members of a Set, keys of a Map. */
    boolean distinguishes() {
        return shape == Shape.SET || (shape == Shape.MAP && !named);
    }

    /** Whether it is the first that JavaScript sees as this; Java may tell 1 and 1L apart. */
    boolean isNew(Object canonical) {
        if (distinct == null) {
            distinct = new HashSet<>();
        }
        return distinct.add(canonical);
    }

    @Override
    public @Nullable WriteContext getParent() {
        return outer;
    }

    @Override
    public @Nullable String currentName() {
        return name;
    }

    @Override
    public boolean hasCurrentName() {
        return name != null;
    }

    @Override
    public @Nullable Object currentValue() {
        return value;
    }

    @Override
    public void assignCurrentValue(@Nullable Object value) {
        this.value = value;
    }

    /** The names of an object so far. Nearly all objects have few, which are told apart by a bit of their hash, and else compared. */
    private static final class DistinctNames {

        private static final int FEW = 16;
        private static final int MIXED = 0x9E3779B9;

        private @Nullable String[] few = new String[FEW / 2];
        private int count;
        private long bits;
        private @Nullable HashSet<String> all;

        void clear() {
            count = 0;
            bits = 0;
            all = null;
        }

        boolean add(String name) {
            long bit = 1L << ((name.hashCode() * MIXED) >>> 26);
            if (count >= FEW) {
                return addToMany(name);
            }
            if ((bits & bit) != 0 && isKnown(name)) {
                return false;
            }
            bits |= bit;
            if (count == few.length) {
                few = Arrays.copyOf(few, FEW);
            }
            few[count++] = name;
            return true;
        }

        private boolean isKnown(String name) {
            for (int i = 0; i < count; i++) {
                if (name.equals(few[i])) {
                    return true;
                }
            }
            return false;
        }

        private boolean addToMany(String name) {
            HashSet<String> names = all;
            if (names == null) {
                names = new HashSet<>(Arrays.asList(few));
                all = names;
            }
            return names.add(name);
        }
    }

    /** What is open. */
    enum Shape {
        ROOT,
        OBJECT,
        ARRAY,
        MAP,
        SET
    }
}
