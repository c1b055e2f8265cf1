// SPDX-License-Identifier: Apache-2.0
package io.kvreactive.v8.jackson;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;

/** Where a generator puts the values, one after the other; whether one may stand in its place the generator has checked. */
interface Output {

    /** Writes plain Java of any kind, or a model value, within so many containers. */
    void value(@Nullable Object value, int depth);

    void nullValue();

    void bool(boolean value);

    void int32(int value);

    void number(double value);

    void bigint(BigInteger value);

    /** Writes a string, or the key of a property. */
    void string(String text);

    /** The same of a text that may know its bytes. */
    void string(SerializableString text);

    void binary(byte[] content, int from, int length);

    /** Begins what a context stands for, and returns the id by which it can be referred to. */
    int start(WriteContext begun);

    /** Ends what was begun last. */
    void end(WriteContext ended);

    void reference(int id);

    /** Hands out the complete value. */
    void writeTo(OutputStream target) throws IOException;
}
