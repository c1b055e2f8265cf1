// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.IOContext;

/** The part of a generator that knows which objects have been written, and refers to them. */
abstract class IdentifyingGenerator extends ReducedGenerator {

    private @Nullable WrittenIds ids;
    private boolean idsAreValues;

    IdentifyingGenerator(ObjectWriteContext writeContext, IOContext io, int streamFeatures) {
        super(writeContext, io, streamFeatures);
    }

    /** Whether an object has begun of which nothing has been written yet. */
    abstract boolean hasJustBegun();

    /** The id of what has begun last. */
    abstract int lastBegun();

    abstract void writeReference(int id);

    /** Takes note of what has begun. */
    final void identify() {
        if (ids != null) {
            requireUnambiguous(ids.begin(lastBegun()));
        }
    }

    @Override
    public final boolean canWriteObjectId() {
        return !idsAreValues;
    }

    /** Runs something that writes ids as the values that they are, not as references. */
    final void writeIdsAsValues(Runnable writing) {
        idsAreValues = true;
        try {
            writing.run();
        } finally {
            idsAreValues = false;
        }
    }

    /** Refers to the object if it has been written by this method's leave; otherwise it must come next, and false is returned. */
    final boolean writeReferenceTo(Object object, boolean byEquality) {
        Integer id = ids().ofObject(object, byEquality);
        if (id != null) {
            writeReference(id);
        }
        return id != null;
    }

    /** Gives an id to the object that has just begun, or to that which comes next. */
    @Override
    public final JsonGenerator writeObjectId(Object id) {
        if (hasJustBegun()) {
            requireUnambiguous(ids().give(id, lastBegun()));
        } else {
            ids().announceId(id);
        }
        return this;
    }

    private void requireUnambiguous(boolean unambiguous) {
        if (!unambiguous) {
            throw error("an object id that another object has: references to it could mean either");
        }
    }

    @Override
    public final JsonGenerator writeObjectRef(Object referenced) {
        Integer id = ids().ofGivenId(referenced);
        if (id == null) {
            throw error("a reference to an object that has not been written");
        }
        writeReference(id);
        return this;
    }

    private WrittenIds ids() {
        WrittenIds written = ids;
        if (written == null) {
            written = new WrittenIds();
            ids = written;
        }
        return written;
    }
}
