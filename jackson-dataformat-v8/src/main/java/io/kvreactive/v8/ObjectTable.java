// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The objects met while reading, by id, so that references give the same instance. */
final class ObjectTable {

    private @Nullable Object[] objects = new Object[8];

    <T> T put(int id, T object) {
        if (id >= objects.length) {
            objects = Arrays.copyOf(objects, Math.max(id + 1, objects.length * 2));
        }
        objects[id] = object;
        return object;
    }

    @Nullable
    Object at(int id) {
        Object object = id < objects.length ? objects[id] : null;
        // Now the buffer is asked for itself; the bytes may have been given away.
        return object instanceof Bytes bytes ? put(id, bytes.toBuffer()) : object;
    }

    /** The model value that the current token, a reference, names. */
    V8Value model(V8Reader in) {
        if (at(in.id()) instanceof V8Value value) {
            return value;
        }
        throw new V8LossyConversionException(
                "an object is shared between the cause of an error, which is read as the value model, and plain Java; "
                        + "V8.decodeModel carries it",
                in.path(),
                in.offset());
    }

    /** A buffer whose bytes were given away as a {@code byte[]}, in case that it is asked for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] content, V8ArrayBuffer.Kind kind, long maxLength) {

        V8ArrayBuffer toBuffer() {
            return V8ArrayBuffer.owning(content.clone(), kind, maxLength);
        }
    }
}
