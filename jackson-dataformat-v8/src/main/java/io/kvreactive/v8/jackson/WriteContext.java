// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

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
    private @Nullable HashSet<Object> distinct;

    private WriteContext(@Nullable WriteContext outer, int depth) {
        this.outer = outer;
        this._nestingDepth = depth;
        this._index = -1;
        this._type = TYPE_ROOT;
        this.shape = Shape.ROOT;
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
        inner._type = shape == Shape.OBJECT || shape == Shape.MAP ? TYPE_OBJECT : TYPE_ARRAY;
        inner._index = -1;
        inner.shape = shape;
        inner.value = value;
        inner.promised = promised;
        inner.name = null;
        inner.named = false;
        inner.distinct = null;
        return inner;
    }

    Shape shape() {
        return shape;
    }

    int promised() {
        return promised;
    }

    /** Takes note of a name. */
    void name(String text) {
        name = text;
        named = true;
    }

    /** Whether a name, or the key of a Map, waits for its value. */
    boolean named() {
        return named;
    }

    /** Whether a value may stand here. */
    boolean takesValue() {
        if (shape == Shape.OBJECT) {
            return named;
        }
        if (shape == Shape.ARRAY) {
            return _index + 1 != promised;
        }
        return shape != Shape.ROOT || _index < 0;
    }

    /** Takes note of a value; of the key of a Map if one must come. */
    void value() {
        if (shape == Shape.MAP && !named) {
            name = null;
            named = true;
            return;
        }
        named = false;
        _index++;
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

    /** What is open. */
    enum Shape {
        ROOT,
        OBJECT,
        ARRAY,
        MAP,
        SET
    }
}
